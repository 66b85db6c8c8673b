package org.karst.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.karst.host.NamespaceSession;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteRequest;
import org.karst.model.MacAddress;
import org.karst.sandbox.internal.ControllerNamespace;
import org.karst.sandbox.internal.Journal;
import org.karst.sandbox.internal.Processes;
import org.karst.sandbox.internal.Teardown;
import org.karst.sandbox.internal.Underlay;

/**
 * A running sandbox: the underlay, the outside host, the controller's namespace and the nodes with their switches. The server
 * and the pods are added to it.
 *
 * <p>{@link #close()} ends all of it; so does {@link #end(Path)} from another process, at any time.
 */
public final class Sandbox implements AutoCloseable {
    private static final String STATE_PERMISSIONS = "rwx--x--x";

    private final SandboxSettings settings;
    private final Journal journal;
    private final Map<String, NetworkNamespace> namespaces = new TreeMap<>();
    private final Map<String, OpenVSwitch> switches = new TreeMap<>();
    private ControllerNamespace controller;

    private Sandbox(SandboxSettings settings, Journal journal) {
        this.settings = settings;
        this.journal = journal;
    }

    /**
     * Builds everything and returns when each node has its external bridge and addresses. When it fails, what was made is
     * undone first.
     *
     * @throws SandboxException when the state directory belongs to a sandbox already, or a part of the machine is missing
     */
    public static Sandbox start(SandboxSettings settings) throws IOException, InterruptedException {
        Path state = settings.state();
        if (Files.exists(Teardown.journal(state))) {
            throw new SandboxException("a sandbox is in " + state + " already; end it first");
        }
        Files.createDirectories(state);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString(STATE_PERMISSIONS));
        Sandbox sandbox = new Sandbox(settings, Journal.open(Teardown.journal(state)));
        try {
            sandbox.build();
            return sandbox;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            sandbox.close();
            throw failure;
        }
    }

    /** Ends the sandbox in a state directory, whoever made it and however far that came; nothing happens without one. */
    public static void end(Path state) throws IOException, InterruptedException {
        Teardown.run(state);
    }

    private void build() throws IOException, InterruptedException {
        long self = ProcessHandle.current().pid();
        journal.add(Journal.Kind.PROCESS, self + " " + Processes.startTime(self).orElse("0"));
        Path template = OpenVSwitch.emptyDatabase(settings.state());
        Underlay underlay = Underlay.build(create("underlay"), settings.mtu());
        controller = ControllerNamespace.build(create("controller"), SandboxNode.CONTROLLER_ADDRESS);
        NetworkNamespace outside = create("outside");
        underlay.join(outside, "outside", Optional.empty());
        outside.run(inside -> {
            inside.routes().execute(RouteRequest.up("lo"));
            address(inside, "eth0", settings.outside());
        });
        List<SandboxNode> nodes = settings.nodes();
        for (SandboxNode node : nodes) {
            NetworkNamespace namespace = create(node.name());
            switches.put(node.name(), new OpenVSwitch(node, namespace, settings.dummyPorts()));
            underlay.join(namespace, node.link(), Optional.of(uplinkMac(node)));
            controller.connect(namespace, node.link(), node.managementAddress());
        }
        inParallel(nodes, node -> startNode(node, template));
    }

    /** The uplink's own address is never used: the bridge has that of the node. */
    private static MacAddress uplinkMac(SandboxNode node) {
        return MacAddress.parse("02:01" + node.mac().substring("02:00".length()));
    }

    private void startNode(SandboxNode node, Path template) throws IOException, InterruptedException {
        NetworkNamespace namespace = namespace(node.name());
        namespace.run(inside -> {
            inside.routes().execute(RouteRequest.up("lo"));
            // A raw socket takes nothing away from the kernel: without these it would answer on the uplink too.
            inside.sysctl("net/ipv4/conf/eth0/arp_ignore", "8");
            inside.sysctl("net/ipv6/conf/eth0/disable_ipv6", "1");
            inside.routes().execute(RouteRequest.up("eth0"));
        });
        OpenVSwitch openVSwitch = switches.get(node.name());
        openVSwitch.start(template);
        namespace.run(inside -> {
            inside.routes().execute(RouteRequest.mtu("br-ex", settings.mtu()));
            address(inside, "br-ex", node.place());
            Underlay.defaultRoutes(
                    inside,
                    "br-ex",
                    settings.outside().ipv4(),
                    settings.outside().ipv6());
        });
    }

    private static void address(NamespaceSession inside, String link, Place place) throws IOException {
        Underlay.address(inside, link, place.ipv4(), SandboxNode.PREFIX_IPV4, place.ipv6(), SandboxNode.PREFIX_IPV6);
    }

    /** Work on one node. */
    @FunctionalInterface
    private interface NodeWork {
        void run(SandboxNode node) throws IOException, InterruptedException;
    }

    private static void inParallel(List<SandboxNode> nodes, NodeWork work) throws IOException, InterruptedException {
        ExecutorService workers =
                Executors.newFixedThreadPool(Math.max(2, Runtime.getRuntime().availableProcessors()));
        try {
            List<Future<?>> results = new ArrayList<>();
            for (SandboxNode node : nodes) {
                results.add(workers.submit(() -> {
                    work.run(node);
                    return null;
                }));
            }
            for (int i = 0; i < results.size(); i++) {
                try {
                    results.get(i).get();
                } catch (ExecutionException failed) {
                    throw new SandboxException(
                            nodes.get(i).name() + ": " + failed.getCause().getMessage(), failed.getCause());
                }
            }
        } finally {
            workers.shutdownNow();
        }
    }

    /** Makes a namespace of this sandbox; its {@code place} is unique in the sandbox. */
    synchronized NetworkNamespace create(String place) throws IOException {
        String name = settings.namespace(place);
        journal.add(Journal.Kind.NAMESPACE, name);
        NetworkNamespace namespace = NetworkNamespace.create(name);
        namespaces.put(place, namespace);
        return namespace;
    }

    /** Makes the namespace of a pod; the caller closes it. */
    public NetworkNamespace createForPod(String place) throws IOException {
        String name = settings.namespace(place);
        journal.add(Journal.Kind.NAMESPACE, name);
        return NetworkNamespace.create(name);
    }

    public SandboxSettings settings() {
        return settings;
    }

    /** The nodes, by number. */
    public List<SandboxNode> nodes() {
        return settings.nodes();
    }

    /** The switch of a node. */
    public OpenVSwitch openVSwitch(SandboxNode node) {
        return Optional.ofNullable(switches.get(node.name()))
                .orElseThrow(() -> new IllegalArgumentException("there is no node " + node.name()));
    }

    /** The open namespace of a place: {@code underlay}, {@code controller}, {@code outside}, a node's name. */
    public synchronized NetworkNamespace namespace(String place) {
        return Optional.ofNullable(namespaces.get(place))
                .orElseThrow(() -> new IllegalArgumentException("there is no place " + place));
    }

    /** Breaks a node's way to the server's namespace, or mends it. */
    public void connectToServer(SandboxNode node, boolean whole) throws IOException {
        NetworkNamespace namespace = namespace(node.name());
        if (whole) {
            controller.reconnect(namespace);
        } else {
            ControllerNamespace.disconnect(namespace);
        }
    }

    /** Ends the sandbox and removes all of it. */
    @Override
    public void close() throws IOException, InterruptedException {
        synchronized (this) {
            namespaces.values().forEach(NetworkNamespace::close);
        }
        journal.close();
        Teardown.run(settings.state());
    }
}
