package org.karst.apiserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.karst.apiserver.internal.api.Health;
import org.karst.apiserver.internal.api.KubernetesApi;
import org.karst.apiserver.internal.audit.AuditLog;
import org.karst.apiserver.internal.http.Certificates;
import org.karst.apiserver.internal.http.Credentials;
import org.karst.apiserver.internal.http.Kubeconfig;
import org.karst.apiserver.internal.http.Listener;
import org.karst.apiserver.internal.http.PrivateFiles;
import org.karst.apiserver.internal.http.Routes;
import org.karst.apiserver.internal.storage.BackupFile;
import org.karst.apiserver.internal.storage.Snapshot;
import org.karst.apiserver.internal.storage.StorageException;
import org.karst.apiserver.internal.storage.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running API server: the Kubernetes API and whatever other {@linkplain WebHandler handlers} it is given, on one TLS listener. */
public final class ApiServer implements Accounts, Backups, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final String OBJECTS = "objects.mv.db";
    /** What the next start restores. */
    private static final String RESTORE = "restore.mv.db";
    /** What the last restoration replaced. */
    private static final String FORMER = "objects-before-restore.mv.db";

    private static final List<String> OWN_NAMES = List.of(
            "localhost",
            "127.0.0.1",
            "::1",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local");

    private final Store store;
    private final Listener listener;
    private final Routes routes;
    private final Health health;
    private final URI url;
    private final Path kubeconfig;
    private final Kubeconfig access;
    private final Path directory;
    private final AuditLog audit;

    private ApiServer(
            Store store,
            Listener listener,
            Routes routes,
            Health health,
            URI url,
            Path kubeconfig,
            Kubeconfig access,
            Path directory,
            AuditLog audit) {
        this.store = store;
        this.listener = listener;
        this.routes = routes;
        this.health = health;
        this.url = url;
        this.kubeconfig = kubeconfig;
        this.access = access;
        this.directory = directory;
        this.audit = audit;
    }

    /** Starts one that is ready as soon as its storage is. */
    public static ApiServer start(ApiServerSettings settings) throws IOException {
        return start(settings, List.of());
    }

    /**
     * Opens the store, makes token and certificates where missing, listens, and writes the kubeconfig last, so that who finds the kubeconfig
     * finds a server.
     *
     * @param requiredChecks names of the {@linkplain ReadinessCheck checks} without which it is not ready, however late they are added
     * @throws IOException if a file cannot be read or written, or the address is in use; the message says which
     */
    public static ApiServer start(ApiServerSettings settings, Collection<String> requiredChecks) throws IOException {
        Path directory = settings.dataDirectory();
        PrivateFiles.makeDirectory(directory);
        Credentials credentials = Credentials.load(directory);
        if (Files.exists(directory.resolve(RESTORE))) {
            takeBackup(directory);
        }
        Store store;
        try {
            store = Store.open(directory.resolve(OBJECTS), settings.historyLimit());
        } catch (StorageException e) {
            throw new IOException(e.getMessage(), e);
        }
        AuditLog audit = new AuditLog(settings.audit(), directory.resolve("audit.log"));
        Listener listener = null;
        try {
            Clock clock = Clock.systemUTC();
            Certificates certificates = Certificates.load(directory, names(settings), clock);
            Routes routes = new Routes();
            Health health = new Health(store, requiredChecks);
            routes.add(health);
            listener = Listener.bind(settings, certificates, credentials, routes, audit);
            InetSocketAddress address = listener.address();
            URI url = URI.create(settings.publicUrl().orElse(url(settings.address(), address.getPort())));
            KubernetesApi api = new KubernetesApi(store, url.getAuthority(), clock);
            api.createFirstNamespaces();
            routes.add(api);
            listener.open();
            Path kubeconfig = settings.kubeconfig().orElse(directory.resolve("kubeconfig"));
            Kubeconfig access = Kubeconfig.of(url.toString(), certificates);
            access.write(kubeconfig, credentials, settings.owner());
            return new ApiServer(store, listener, routes, health, url, kubeconfig, access, directory, audit);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            if (listener != null) {
                listener.close();
            }
            audit.close();
            store.close();
            throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
        }
    }

    private static void takeBackup(Path directory) throws IOException {
        try {
            Backup restored = BackupFile.install(
                    directory.resolve(RESTORE), directory.resolve(OBJECTS), directory.resolve(FORMER));
            LOG.info(
                    "{} objects of revision {} were restored from a backup; those before are kept in {}",
                    restored.objects(),
                    restored.revision(),
                    directory.resolve(FORMER));
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage() + ". Nothing was replaced; delete " + directory.resolve(RESTORE)
                            + " to start with the objects that are there",
                    e);
        }
    }

    private static Set<String> names(ApiServerSettings settings) {
        Set<String> names = new TreeSet<>(OWN_NAMES);
        names.addAll(settings.certificateNames());
        if (!isWildcard(settings.address())) {
            names.add(settings.address());
        }
        settings.publicUrl()
                .map(URI::create)
                .map(URI::getHost)
                .ifPresent(host -> names.add(host.replaceAll("[\\[\\]]", "")));
        return names;
    }

    private static boolean isWildcard(String address) {
        return address.equals("0.0.0.0") || address.equals("::");
    }

    private static String url(String address, int port) {
        String host = isWildcard(address) ? "127.0.0.1" : address.contains(":") ? '[' + address + ']' : address;
        return "https://" + host + ':' + port;
    }

    /** Serves the paths of a handler until it is removed. */
    public void add(WebHandler handler) {
        routes.add(handler);
    }

    /** Serves them no more; answers that are under way go on. */
    public void remove(WebHandler handler) {
        routes.remove(handler);
    }

    /** Asks a check for {@code /readyz} until it is removed. */
    public void add(ReadinessCheck check) {
        health.add(check);
    }

    /** Asks it no more. */
    public void remove(ReadinessCheck check) {
        health.remove(check);
    }

    /** Where clients find it. */
    public URI url() {
        return url;
    }

    /** The TCP port that it listens on. */
    public int port() {
        return listener.address().getPort();
    }

    /** The file that {@code kubectl --kubeconfig} takes. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public void issue(Path file, String name, Role role, Duration life) throws IOException {
        try {
            access.issue(directory, file, name, role, life, Clock.systemUTC());
        } catch (GeneralSecurityException e) {
            throw new IOException("the authority in " + directory + " cannot make a certificate: " + e.getMessage(), e);
        }
    }

    @Override
    public Backup backUp(Path file) throws IOException {
        try (Snapshot snapshot = store.snapshot()) {
            return BackupFile.write(snapshot, file);
        } catch (StorageException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Backup restore(Path file) throws IOException {
        Backup backup = BackupFile.check(file);
        PrivateFiles.copy(file, directory.resolve(RESTORE));
        return backup;
    }

    @Override
    public boolean cancelRestore() throws IOException {
        return Files.deleteIfExists(directory.resolve(RESTORE));
    }

    /** Ends all connections, then closes the store. What was acknowledged is on the disk anyway. */
    @Override
    public void close() {
        listener.close();
        audit.close();
        store.close();
    }
}
