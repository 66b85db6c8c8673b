package org.karst.sandbox;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.ApiAccess;
import org.karst.sandbox.internal.Command;
import org.karst.sandbox.internal.Forwarder;
import org.karst.sandbox.internal.NodeAgent;
import org.karst.sandbox.internal.NodeObjects;
import org.karst.sandbox.internal.PodNamespaces;
import org.karst.sandbox.internal.ServerConfiguration;
import org.karst.sandbox.internal.ServerProcess;

/**
 * A sandbox with the Karst server in it, the API on 127.0.0.1, a node agent for each node, and echo and web servers in
 * every place: all that a cluster is.
 */
public final class SandboxCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int WEB_PORT = 8080;

    private final Sandbox sandbox;
    private final Path program;
    private final ServerProcess server;
    private final Forwarder forwarder;
    private final KubernetesClient client;
    private final TrafficServers servers;
    private final NodeAgent agent;

    private SandboxCluster(
            Sandbox sandbox,
            Path program,
            ServerProcess server,
            Forwarder forwarder,
            KubernetesClient client,
            TrafficServers servers,
            NodeAgent agent) {
        this.sandbox = sandbox;
        this.program = program;
        this.server = server;
        this.forwarder = forwarder;
        this.client = client;
        this.servers = servers;
        this.agent = agent;
    }

    /**
     * Starts all of it and returns when the server is ready and the nodes are registered. When it fails, what was made is
     * undone first.
     *
     * @param progress told what is being done, a few words each
     */
    public static SandboxCluster start(
            SandboxSettings settings, ServerSettings serverSettings, Consumer<String> progress)
            throws IOException, InterruptedException {
        progress.accept("starting " + settings.nodeCount() + " nodes with Open vSwitch");
        Sandbox sandbox = Sandbox.start(settings);
        try {
            return start(sandbox, serverSettings, progress);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            sandbox.close();
            throw failure;
        }
    }

    private static SandboxCluster start(Sandbox sandbox, ServerSettings serverSettings, Consumer<String> progress)
            throws IOException, InterruptedException {
        SandboxSettings settings = sandbox.settings();
        Path state = settings.state();
        NetworkNamespace controller = sandbox.namespace("controller");
        Forwarder forwarder = Forwarder.start(serverSettings.port(), controller);
        try {
            progress.accept("starting the Karst server");
            ServerProcess server = ServerProcess.start(
                    serverSettings,
                    controller,
                    state,
                    ServerConfiguration.files(
                            serverSettings,
                            state,
                            settings.families(),
                            "/run/netns/" + settings.namespace("{node}"),
                            "tcp:" + SandboxNode.CONTROLLER_ADDRESS + ":6653"));
            KubernetesClient client = awaitApi(state.resolve("kubeconfig"), server);
            progress.accept("registering the nodes");
            Map<String, SandboxNode> nodes = new TreeMap<>();
            for (SandboxNode node : settings.nodes()) {
                NodeObjects.register(client, node, settings.families());
                nodes.put(node.name(), node);
            }
            TrafficServers servers = TrafficServers.start();
            for (SandboxNode node : settings.nodes()) {
                openServers(servers, sandbox, node.place());
            }
            openServers(servers, sandbox, settings.outside());
            NodeAgent agent =
                    NodeAgent.start(client, nodes, serverSettings.cniPlugin(), new PodNamespaces(sandbox), servers);
            progress.accept("waiting until the server is ready");
            awaitReady(client, server);
            return new SandboxCluster(
                    sandbox, serverSettings.distribution(), server, forwarder, client, servers, agent);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            forwarder.close();
            throw failure;
        }
    }

    private static void openServers(TrafficServers servers, Sandbox sandbox, Place place) throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (Optional<String> address : List.of(place.ipv4(), place.ipv6())) {
            if (address.isPresent()) {
                addresses.add(InetAddress.getByName(address.get()));
            }
        }
        servers.open(
                place.name(), place.name(), sandbox.namespace(place.name()), addresses, ServerPorts.echoAnd(WEB_PORT));
    }

    /** The server writes the kubeconfig once its API listens. */
    private static KubernetesClient awaitApi(Path kubeconfig, ServerProcess server)
            throws IOException, InterruptedException {
        await(() -> Files.isReadable(kubeconfig), server, () -> "its API does not listen");
        return ApiAccess.open(kubeconfig);
    }

    private static void awaitReady(KubernetesClient client, ServerProcess server)
            throws IOException, InterruptedException {
        String[] answer = {"nothing"};
        await(
                () -> {
                    answer[0] = ApiAccess.readiness(client);
                    return answer[0].isEmpty();
                },
                server,
                () -> "/readyz says: " + answer[0]);
    }

    /** A condition to wait for. */
    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition, ServerProcess server, Supplier<String> otherwise)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new SandboxException("the Karst server is not ready after " + PATIENCE.toSeconds() + " s: "
                        + otherwise.get() + "; its last words: " + server.lastWords());
            }
            Thread.sleep(50);
        }
    }

    /** Waits until all pods that exist are running, each with an address. */
    public void awaitPods(Duration patience) throws IOException, InterruptedException {
        awaitPods(client, patience);
    }

    /** {@link #awaitPods(Duration)} from a process that did not start the sandbox. */
    public static void awaitPods(KubernetesClient client, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            List<String> waiting = client.pods().inAnyNamespace().list().getItems().stream()
                    .filter(pod -> !isRunning(pod))
                    .map(pod -> pod.getMetadata().getNamespace() + "/"
                            + pod.getMetadata().getName())
                    .toList();
            if (waiting.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new SandboxException(waiting.size() + " pods are not running after " + patience.toSeconds()
                        + " s, the first is " + waiting.get(0) + " (kubectl describe pod tells why)");
            }
            Thread.sleep(50);
        }
    }

    private static boolean isRunning(Pod pod) {
        return pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase())
                && pod.getStatus().getPodIP() != null;
    }

    /** A pod as a place to probe from; it has to be running. */
    public Place place(Pod pod) {
        return PodNamespaces.place(sandbox.settings().name(), pod);
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** A client of the API with all rights. */
    public KubernetesClient client() {
        return client;
    }

    /** The number of the server's process. */
    public long serverPid() {
        return server.pid();
    }

    /** What is done while the server does not run. */
    @FunctionalInterface
    public interface WhileDown {
        /** May read and write below the server's directory, which is given. */
        void run(Path server) throws IOException, InterruptedException;
    }

    /**
     * Ends the server, starts it again and returns when it is ready.
     *
     * @param kill without a warning, as a crash does
     */
    public void restartServer(boolean kill, WhileDown meanwhile) throws IOException, InterruptedException {
        restartServer(kill, meanwhile, String::isEmpty);
    }

    /** As {@link #restartServer(boolean, WhileDown)}, but returns when {@link #readiness} is as expected. */
    public void restartServer(boolean kill, WhileDown meanwhile, Predicate<String> expected)
            throws IOException, InterruptedException {
        server.restart(kill, () -> meanwhile.run(sandbox.settings().state().resolve("server")));
        await(() -> expected.test(readiness()), server, () -> "/readyz says: " + readiness());
    }

    /**
     * Kills the server, starts it with less memory than it needs, and with enough again when it has died of that; returns when it is ready.
     *
     * @throws SandboxException if a server without memory lives on
     */
    public void starveServer() throws IOException, InterruptedException {
        server.starve();
        awaitReady();
    }

    /** Returns when {@code /readyz} says that nothing is missing. */
    public void awaitReady() throws IOException, InterruptedException {
        awaitReady(client, server);
    }

    /** Empty when the server is ready; else what {@code /readyz} says. */
    public String readiness() {
        return ApiAccess.readiness(client);
    }

    /**
     * Runs a command of the server's shell and returns what it prints.
     *
     * @throws SandboxException with what it says when it fails
     */
    public String shell(String command) throws IOException, InterruptedException {
        return Command.of(program.resolve("bin/karst-shell").toString(), command)
                .with("KARST_DATA", sandbox.settings().state().resolve("server/data"))
                .run();
    }

    /** Ends all of it. */
    @Override
    public void close() throws IOException, InterruptedException {
        agent.close();
        client.close();
        server.close();
        forwarder.close();
        servers.close();
        sandbox.close();
    }
}
