package org.karst.sandbox.oracle;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.Families;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;
import org.karst.sandbox.internal.ControllerNamespace;
import org.karst.sandbox.internal.Forwarder;
import org.karst.sandbox.internal.Journal;
import org.karst.sandbox.internal.Processes;
import org.karst.sandbox.internal.ServerConfiguration;
import org.karst.sandbox.internal.ServerProcess;
import org.karst.sandbox.internal.Teardown;

/** Both servers in one network namespace of their own, for as long as it is open. {@link Teardown} ends it from outside too. */
public final class Oracle implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** Of the namespace: kube-apiserver does not start with loopback addresses alone (RFC 2544 sets these aside for tests). */
    private static final String ADDRESS = "198.18.0.1";

    private final SandboxSettings settings;
    private final ServerSettings karstSettings;
    private final Path programs;
    private final Consumer<String> progress;
    private NetworkNamespace namespace;
    private Forwarder toReal;
    private Forwarder toKarst;
    private ServerProcess server;
    private Side real;
    private Side karst;

    private Oracle(SandboxSettings settings, ServerSettings karstSettings, Path programs, Consumer<String> progress) {
        this.settings = settings;
        this.karstSettings = karstSettings;
        this.programs = programs;
        this.progress = progress;
    }

    /**
     * Starts both and returns when both answer. When it fails, what was made is undone first.
     *
     * @param programs the folder with {@code etcd} and {@code kube-apiserver}
     */
    public static Oracle start(
            SandboxSettings settings, ServerSettings karstSettings, Path programs, Consumer<String> progress)
            throws IOException, InterruptedException {
        for (String program : new String[] {"etcd", "kube-apiserver"}) {
            if (!Files.isExecutable(programs.resolve(program))) {
                throw new SandboxException(
                        "there is no " + programs.resolve(program) + "; start by ./karst verify-api");
            }
        }
        Oracle oracle = new Oracle(settings, karstSettings, programs, progress);
        try {
            oracle.start();
            return oracle;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            oracle.close();
            throw failure;
        }
    }

    private void start() throws IOException, InterruptedException {
        Path state = settings.state();
        Files.createDirectories(state);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        String name = settings.namespace("controller");
        try (Journal journal = Journal.open(Teardown.journal(state))) {
            long self = ProcessHandle.current().pid();
            journal.add(
                    Journal.Kind.PROCESS, self + " " + Processes.startTime(self).orElse("0"));
            journal.add(Journal.Kind.NAMESPACE, name);
        }
        namespace = NetworkNamespace.create(name);
        ControllerNamespace.build(namespace, ADDRESS);
        int port = freePort();
        RealServer realServer = new RealServer(programs, state.resolve("kubernetes"), namespace, ADDRESS, port);
        progress.accept("etcd and kube-apiserver start");
        Process process = realServer.start();
        server = ServerProcess.start(karstSettings, namespace, state, configuration(state));
        toReal = Forwarder.start(port, namespace);
        toKarst = Forwarder.start(karstSettings.port(), namespace);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        karst = await("Karst", this::karst, "/livez", deadline);
        progress.accept("Karst's API server answers");
        real = await("kube-apiserver", realServer::side, "/readyz", deadline);
        if (!process.isAlive()) {
            throw new SandboxException("kube-apiserver ended: " + realServer.lastWords());
        }
        progress.accept("kube-apiserver answers");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A server without features: nothing but the clients of the replay may change an object. */
    private Map<String, Map<String, String>> configuration(Path state) {
        Map<String, Map<String, String>> files = new TreeMap<>(ServerConfiguration.files(
                karstSettings,
                state,
                Families.DUAL,
                "/run/netns/" + settings.namespace("{node}"),
                "tcp:127.0.0.1:6653"));
        files.put("karst.features", Map.of());
        return files;
    }

    private Side karst() throws IOException {
        Path kubeconfig = settings.state().resolve("kubeconfig");
        if (!Files.isReadable(kubeconfig)) {
            throw new SandboxException("Karst has written no kubeconfig yet");
        }
        Config config = Config.fromKubeconfig(Files.readString(kubeconfig, StandardCharsets.UTF_8));
        return new Side(
                "karst",
                URI.create("https://127.0.0.1:" + karstSettings.port()),
                Base64.getDecoder().decode(config.getCaCertData()),
                config.getAutoOAuthToken() == null ? config.getOauthToken() : config.getAutoOAuthToken());
    }

    /** Makes a side. */
    @FunctionalInterface
    private interface Opening {
        Side open() throws IOException;
    }

    private static Side await(String who, Opening opening, String path, long deadline)
            throws IOException, InterruptedException {
        while (true) {
            try {
                Side side = opening.open();
                Answer answer = side.send(Request.of("GET", path, ""));
                if (answer.status() == 200) {
                    return side;
                }
                throw new SandboxException(path + " says " + answer.status() + " " + answer.body());
            } catch (IOException notYet) {
                if (System.nanoTime() > deadline) {
                    throw new SandboxException(who + " does not answer: " + notYet.getMessage(), notYet);
                }
                Thread.sleep(LOOK.toMillis());
            }
        }
    }

    /** A replay of the requests of a seed. */
    public Replay replay(long seed, Consumer<String> report) {
        return new Replay(real, karst, seed, report);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (toReal != null) {
            toReal.close();
        }
        if (toKarst != null) {
            toKarst.close();
        }
        if (server != null) {
            server.close();
        }
        if (namespace != null) {
            namespace.close();
        }
        Teardown.run(settings.state());
    }
}
