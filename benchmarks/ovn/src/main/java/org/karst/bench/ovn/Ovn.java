package org.karst.bench.ovn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.karst.host.NetworkNamespace;
import org.karst.ovsdb.Condition;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Mutation;
import org.karst.ovsdb.Operation;
import org.karst.ovsdb.OvsdbTransport;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.internal.Command;

/**
 * OVN on the nodes of a sandbox of its own: both databases and {@code ovn-northd} once, {@code ovn-controller} on each node.
 *
 * <p>All of it lives in the namespaces of the sandbox and ends with it.
 */
public final class Ovn implements AutoCloseable {
    static final String BRIDGE = "br-int";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path SCHEMAS = Path.of("/usr/share/ovn");

    private final Sandbox sandbox;
    private final Path directory;
    /** The rows of the pods. */
    private final Map<Place, UUID> rows = new HashMap<>();

    private final OvsdbTransport transport = new OvsdbTransport(1);
    private final Map<String, Chassis> chassis = new TreeMap<>();

    private Northbound northbound;

    private Ovn(Sandbox sandbox) {
        this.sandbox = sandbox;
        this.directory = sandbox.settings().state().resolve("ovn");
    }

    /** Which pod on which node. */
    private record Place(String node, LogicalPort port) {}

    /**
     * A pod as OVN knows it.
     *
     * @param name of its logical port
     * @param device its interface in the switch of its node
     * @param mac MAC address
     * @param ip IPv4 address
     */
    public record LogicalPort(String name, String device, String mac, String ip) {
        private Datum addresses() {
            return Datum.text(mac + " " + ip);
        }

        private Map<String, Datum> row() {
            return Map.of("name", Datum.text(name), "addresses", addresses(), "port_security", addresses());
        }
    }

    /**
     * Starts it, with a logical switch for each node and a router between them; returns when all switches have that.
     *
     * @param subnets gateway address with prefix length of each node's subnet, by the order of the nodes
     * @param progress told what is being done
     */
    public static Ovn start(SandboxSettings settings, List<String> subnets, Consumer<String> progress)
            throws IOException, InterruptedException {
        progress.accept("starting " + settings.nodeCount() + " nodes with Open vSwitch for OVN");
        Ovn ovn = new Ovn(Sandbox.start(settings));
        try {
            progress.accept("starting OVN");
            ovn.build(subnets);
            return ovn;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            ovn.close();
            throw failure;
        }
    }

    private void build(List<String> subnets) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        NetworkNamespace central = sandbox.namespace("controller");
        startDatabase("nb", central);
        startDatabase("sb", central);
        run(
                central,
                directory,
                "ovn-northd",
                "--ovnnb-db=unix:" + socket("nb"),
                "--ovnsb-db=unix:" + socket("sb"),
                "--pidfile=" + directory.resolve("ovn-northd.pid"),
                "--unixctl=" + directory.resolve("ovn-northd.ctl"),
                "--log-file=" + directory.resolve("ovn-northd.log"),
                "--detach",
                "-vconsole:off");
        for (SandboxNode node : sandbox.nodes()) {
            startController(node);
        }
        awaitChassis();
        for (SandboxNode node : sandbox.nodes()) {
            chassis.put(node.name(), new Chassis(transport, node.database()));
        }
        northbound = new Northbound(transport, socket("nb"));
        northbound.change(topology(subnets));
    }

    private void startDatabase(String name, NetworkNamespace central) throws IOException, InterruptedException {
        Path schema = SCHEMAS.resolve("ovn-" + name + ".ovsschema");
        if (!Files.isReadable(schema)) {
            throw new SandboxException("OVN is not installed: there is no " + schema
                    + " (apt-get install --no-install-recommends ovn-central ovn-host)");
        }
        Path database = directory.resolve(name + ".db");
        run(central, directory, "ovsdb-tool", "create", database.toString(), schema.toString());
        run(
                central,
                directory,
                "ovsdb-server",
                database.toString(),
                "--remote=punix:" + socket(name),
                "--pidfile=" + directory.resolve(name + ".pid"),
                "--unixctl=" + directory.resolve(name + ".ctl"),
                "--log-file=" + directory.resolve(name + ".log"),
                "--detach",
                "-vconsole:off");
    }

    private Path socket(String database) {
        return directory.resolve(database + ".sock");
    }

    private void startController(SandboxNode node) throws IOException, InterruptedException {
        OpenVSwitch openVSwitch = sandbox.openVSwitch(node);
        openVSwitch.vsctl(
                "add-br",
                BRIDGE,
                "--",
                "set",
                "bridge",
                BRIDGE,
                "datapath_type=netdev",
                "fail_mode=secure",
                "other_config:disable-in-band=true",
                "--",
                "set",
                "open",
                ".",
                "external_ids:ovn-remote=unix:" + socket("sb"),
                "external_ids:ovn-encap-type=geneve",
                "external_ids:ovn-encap-ip=" + node.place().ipv4().orElseThrow(),
                "external_ids:ovn-bridge-datapath-type=netdev",
                // as ovn-kubernetes sets it: it costs the southbound database less
                "external_ids:ovn-monitor-all=true",
                "external_ids:ovn-remote-probe-interval=180000",
                "external_ids:ovn-openflow-probe-interval=180");
        Path own = node.directory();
        run(
                sandbox.namespace(node.name()),
                own,
                "ovn-controller",
                "unix:" + node.database(),
                "--pidfile=" + own.resolve("ovn-controller.pid"),
                "--log-file=" + own.resolve("ovn-controller.log"),
                "--detach",
                "-vconsole:off");
    }

    private static String run(NetworkNamespace namespace, Path directory, String... words)
            throws IOException, InterruptedException {
        Command command = Command.of(words);
        for (String variable : List.of("OVS_RUNDIR", "OVS_LOGDIR", "OVN_RUNDIR", "OVN_LOGDIR", "OVN_DBDIR")) {
            command.with(variable, directory);
        }
        return command.run(namespace);
    }

    private void awaitChassis() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String chassis = run(
                    sandbox.namespace("controller"),
                    directory,
                    "ovn-sbctl",
                    "--db=unix:" + socket("sb"),
                    "--bare",
                    "--columns=name",
                    "list",
                    "chassis");
            long known = chassis.lines().filter(line -> !line.isBlank()).count();
            if (known >= sandbox.nodes().size()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new SandboxException("OVN knows " + known + " of "
                        + sandbox.nodes().size() + " nodes after " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(100);
        }
    }

    private List<Operation> topology(List<String> subnets) {
        List<Operation> operations = new ArrayList<>();
        List<Mutation> routerPorts = new ArrayList<>();
        operations.add(Operation.insert("router", "Logical_Router", Map.of("name", Datum.text("cluster_router"))));
        for (SandboxNode node : sandbox.nodes()) {
            int number = node.number();
            operations.add(Operation.insert(
                    "rp" + number,
                    "Logical_Router_Port",
                    Map.of(
                            "name", Datum.text("rtos-" + node.name()),
                            "mac", Datum.text(String.format("0a:58:00:00:00:%02x", number)),
                            "networks", Datum.text(subnets.get(number - 1)))));
            operations.add(Operation.insert(
                    "sp" + number,
                    "Logical_Switch_Port",
                    Map.of(
                            "name", Datum.text("stor-" + node.name()),
                            "type", Datum.text("router"),
                            "addresses", Datum.text("router"),
                            "options", Datum.map(Map.of("router-port", "rtos-" + node.name())))));
            operations.add(Operation.insert(
                    "ls" + number,
                    "Logical_Switch",
                    Map.of("name", Datum.text(node.name()), "ports", Datum.named("sp" + number))));
            routerPorts.add(Mutation.insert("ports", Datum.named("rp" + number)));
        }
        operations.add(
                Operation.mutate("Logical_Router", Condition.equal("name", Datum.text("cluster_router")), routerPorts));
        return operations;
    }

    /**
     * Adds pods, by node: binds their interfaces and makes their logical ports at the same time, each in one transaction. Returns
     * when every switch has acknowledged, and each pod's own has said that its flows are installed.
     *
     * @param more what else the transaction does, by references to the new ports
     */
    public void add(Map<String, List<LogicalPort>> pods, Function<Map<String, Datum>, List<Operation>> more)
            throws IOException, InterruptedException {
        List<Operation> operations = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        Map<String, Datum> references = new HashMap<>();
        List<CompletableFuture<?>> bindings = new ArrayList<>();
        pods.forEach((node, ports) -> {
            List<Mutation> mutations = new ArrayList<>();
            Map<String, String> interfaces = new HashMap<>();
            for (LogicalPort port : ports) {
                String name = "port" + places.size();
                operations.add(Operation.insert(name, "Logical_Switch_Port", port.row()));
                mutations.add(Mutation.insert("ports", Datum.named(name)));
                references.put(port.name(), Datum.named(name));
                places.add(new Place(node, port));
                interfaces.put(port.device(), port.name());
            }
            operations.add(onSwitch(node, mutations));
            bindings.add(chassis.get(node).bind(interfaces));
        });
        operations.addAll(more.apply(references));
        // The ports come first.
        List<UUID> inserted = northbound.change(operations);
        for (int i = 0; i < places.size(); i++) {
            rows.put(places.get(i), inserted.get(i));
        }
        for (CompletableFuture<?> binding : bindings) {
            Northbound.get(binding);
        }
        for (Map.Entry<String, List<LogicalPort>> own : pods.entrySet()) {
            chassis.get(own.getKey()).await(devices(own.getValue()), true);
        }
    }

    private static List<String> devices(List<LogicalPort> ports) {
        return ports.stream().map(LogicalPort::device).toList();
    }

    /** A reference to the port of a pod that is there. */
    public Datum reference(String name) {
        return rows.entrySet().stream()
                .filter(row -> row.getKey().port().name().equals(name))
                .map(row -> Datum.references(List.of(row.getValue())))
                .findFirst()
                .orElseThrow();
    }

    /** Carries out a change of the northbound database and waits until every switch has it. */
    public void change(List<Operation> operations) throws IOException, InterruptedException {
        northbound.change(operations);
    }

    /** Gives a pod other addresses. */
    public static Operation change(LogicalPort port) {
        return Operation.update("Logical_Switch_Port", Condition.equal("name", Datum.text(port.name())), port.row());
    }

    /**
     * Removes pods, all at once.
     *
     * @param more what else the transaction does
     */
    public void remove(Predicate<String> names, List<Operation> more) throws IOException, InterruptedException {
        SortedMap<String, List<Place>> gone = new TreeMap<>();
        rows.keySet().stream().filter(place -> names.test(place.port().name())).forEach(place -> gone.computeIfAbsent(
                        place.node(), node -> new ArrayList<>())
                .add(place));
        List<Operation> operations = new ArrayList<>(more);
        List<CompletableFuture<?>> unbindings = new ArrayList<>();
        gone.forEach((node, places) -> {
            List<UUID> ports = places.stream().map(rows::remove).toList();
            operations.add(onSwitch(node, List.of(Mutation.delete("ports", Datum.references(ports)))));
            unbindings.add(chassis.get(node)
                    .unbind(places.stream().map(place -> place.port().device()).toList()));
        });
        northbound.change(operations);
        for (CompletableFuture<?> unbinding : unbindings) {
            Northbound.get(unbinding);
        }
    }

    private static Operation onSwitch(String node, List<Mutation> mutations) {
        return Operation.mutate("Logical_Switch", Condition.equal("name", Datum.text(node)), mutations);
    }

    /** Waits until OVN has nothing left to do. */
    public void settle() throws IOException, InterruptedException {
        northbound.sync();
    }

    /** Namespaces for pods that are more than a port. */
    public Containers containers() {
        return new Containers(sandbox);
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** The files with the numbers of OVN's own processes; the switches are not among them. */
    public List<Path> pidFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> own = Files.list(directory)) {
            own.filter(file -> file.toString().endsWith(".pid")).forEach(files::add);
        }
        sandbox.nodes().forEach(node -> files.add(node.directory().resolve("ovn-controller.pid")));
        return files;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (northbound != null) {
            northbound.close();
        }
        chassis.values().forEach(Chassis::close);
        transport.close();
        sandbox.close();
    }
}
