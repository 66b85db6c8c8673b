package org.karst.apiserver.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.karst.apiserver.Accounts;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.apiserver.AuditSettings;
import org.karst.apiserver.Backups;
import org.karst.apiserver.ReadinessCheck;
import org.karst.apiserver.RequestLimits;
import org.karst.apiserver.Role;
import org.karst.apiserver.WebHandler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an {@link ApiServer} as long as there is a configuration {@code org.karst.apiserver}; without one, Karst uses the API of a real
 * cluster. Starts on a thread of its own, so that the container does not wait, and tries again when the start fails.
 */
@Component(
        service = {Accounts.class, Backups.class},
        immediate = true,
        configurationPid = "org.karst.apiserver",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ApiServerComponent implements Accounts, Backups {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServerComponent.class);
    private static final long RETRY_MILLISECONDS = 5_000;

    private final List<WebHandler> handlers = new ArrayList<>();
    private final List<ReadinessCheck> checks = new ArrayList<>();
    private final Thread starter;
    private final CountDownLatch wakeUp = new CountDownLatch(1);
    private ApiServer server;
    private boolean stopped;

    /** The keys of {@code etc/org.karst.apiserver.cfg}; see {@link ApiServerSettings} for what they mean. */
    @interface Configuration {
        String address() default "127.0.0.1";

        int port() default 6443;

        /** Empty: {@code apiserver} in the container's data directory. */
        String dataDirectory() default "";

        String kubeconfig() default "";

        String publicUrl() default "";

        String[] certificateNames() default {};

        /** Negative: the user of this process. */
        int ownerUid() default -1;

        int ownerGid() default -1;

        /** Bytes. */
        int requestLimit() default 3 * 1024 * 1024;

        /** Of one user in a second; administrators are exempt. */
        int requestRate() default 400;

        /** Of one user at a time. */
        int watchLimit() default 2_000;

        /** {@code off}, {@code changes} or {@code all}. */
        String audit() default "changes";

        long auditFileSize() default 16L * 1024 * 1024;

        int auditFiles() default 5;

        long historyLimit() default ApiServerSettings.DEFAULT_HISTORY_LIMIT;

        /** Names of the checks without which {@code /readyz} never says ok, whether they have registered or not. */
        String[] readinessChecks() default {"controller"};
    }

    @Activate
    public ApiServerComponent(Configuration configuration) {
        ApiServerSettings settings = settings(configuration);
        List<String> requiredChecks = List.of(configuration.readinessChecks());
        starter = new Thread(() -> start(settings, requiredChecks), "karst-apiserver-start");
        starter.setDaemon(true);
        starter.start();
    }

    private static ApiServerSettings settings(Configuration configuration) {
        String directory = configuration.dataDirectory().isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "apiserver").toString()
                : configuration.dataDirectory();
        return new ApiServerSettings(
                configuration.address(),
                configuration.port(),
                Path.of(directory),
                given(configuration.kubeconfig()).map(Path::of),
                given(configuration.publicUrl()),
                List.of(configuration.certificateNames()),
                configuration.ownerUid() < 0
                        ? Optional.empty()
                        : Optional.of(new ApiServerSettings.Owner(configuration.ownerUid(), configuration.ownerGid())),
                new RequestLimits(
                        configuration.requestLimit(), configuration.requestRate(), configuration.watchLimit()),
                new AuditSettings(
                        AuditSettings.Level.parse(configuration.audit().strip()),
                        configuration.auditFileSize(),
                        configuration.auditFiles()),
                configuration.historyLimit());
    }

    private static Optional<String> given(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
    }

    private void start(ApiServerSettings settings, List<String> requiredChecks) {
        String last = "";
        while (true) {
            try {
                ApiServer started = ApiServer.start(settings, requiredChecks);
                if (!adopt(started)) {
                    started.close();
                    return;
                }
                LOG.info("The API server listens on {}; kubeconfig: {}", started.url(), started.kubeconfig());
                return;
            } catch (IOException e) {
                if (!last.equals(e.getMessage())) {
                    last = e.getMessage();
                    LOG.error(
                            "The API server cannot start and is tried again every {} ms: {}", RETRY_MILLISECONDS, last);
                }
            }
            try {
                // Not an interruption of the thread: in the middle of a start it would close files under a write.
                if (wakeUp.await(RETRY_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized boolean adopt(ApiServer started) {
        if (stopped) {
            return false;
        }
        server = started;
        handlers.forEach(started::add);
        checks.forEach(started::add);
        return true;
    }

    @Override
    public void issue(Path file, String name, Role role, Duration life) throws IOException {
        running().issue(file, name, role, life);
    }

    private synchronized ApiServer running() throws IOException {
        if (server == null) {
            throw new IOException("the API server has not started; the log says why");
        }
        return server;
    }

    @Override
    public Backup backUp(Path file) throws IOException {
        return running().backUp(file);
    }

    @Override
    public Backup restore(Path file) throws IOException {
        return running().restore(file);
    }

    @Override
    public boolean cancelRestore() throws IOException {
        return running().cancelRestore();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindHandler(WebHandler handler) {
        handlers.add(handler);
        if (server != null) {
            server.add(handler);
        }
    }

    synchronized void unbindHandler(WebHandler handler) {
        handlers.remove(handler);
        if (server != null) {
            server.remove(handler);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindCheck(ReadinessCheck check) {
        checks.add(check);
        if (server != null) {
            server.add(check);
        }
    }

    synchronized void unbindCheck(ReadinessCheck check) {
        checks.remove(check);
        if (server != null) {
            server.remove(check);
        }
    }

    @Deactivate
    void stop() throws InterruptedException {
        ApiServer running;
        synchronized (this) {
            stopped = true;
            running = server;
        }
        if (running != null) {
            running.close();
        }
        wakeUp.countDown();
        starter.join(RETRY_MILLISECONDS);
    }
}
