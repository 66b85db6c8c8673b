package org.karst.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.Command;
import org.karst.sandbox.internal.Processes;

/** The ovsdb-server and ovs-vswitchd of a node, and its external bridge. */
public final class OpenVSwitch {
    /** What Open vSwitch's own start script gives its daemons: packets go before everything else. */
    private static final String NICENESS = "-10";

    private static final String SWITCH_PID = "ovs-vswitchd.pid";

    private static final List<Path> SCHEMAS = List.of(
            Path.of("/usr/share/openvswitch/vswitch.ovsschema"),
            Path.of("/usr/local/share/openvswitch/vswitch.ovsschema"));

    private final SandboxNode node;
    private final NetworkNamespace namespace;
    private final boolean dummyPorts;

    OpenVSwitch(SandboxNode node, NetworkNamespace namespace, boolean dummyPorts) {
        this.node = node;
        this.namespace = namespace;
        this.dummyPorts = dummyPorts;
    }

    /** An empty database to copy for each node: making one takes as long as ten copies. */
    static Path emptyDatabase(Path directory) throws IOException, InterruptedException {
        Path schema = SCHEMAS.stream()
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new SandboxException("Open vSwitch is not installed: there is no " + SCHEMAS.get(0)
                        + " (apt-get install openvswitch-switch)"));
        Path database = directory.resolve("empty.db");
        Files.deleteIfExists(database);
        Command.of("ovsdb-tool", "create", database.toString(), schema.toString())
                .run();
        return database;
    }

    /** Starts both daemons and makes {@code br-ex} with the uplink; returns once the bridge exists in the datapath. */
    public void start(Path emptyDatabase) throws IOException, InterruptedException {
        Files.createDirectories(node.directory());
        Files.copy(emptyDatabase, file("conf.db"), StandardCopyOption.REPLACE_EXISTING);
        startDatabase();
        // Before the switch starts, so that it never runs with more threads than it needs here.
        vsctl(
                "--no-wait",
                "init",
                "--",
                "set",
                "open",
                ".",
                "external_ids:system-id=" + node.name(),
                "external_ids:hostname=" + node.name(),
                "other_config:n-handler-threads=1",
                "other_config:n-revalidator-threads=1");
        startSwitch();
        vsctl(
                "add-br",
                "br-ex",
                "--",
                "set",
                "bridge",
                "br-ex",
                "datapath_type=netdev",
                "fail_mode=standalone",
                "other_config:hwaddr=" + node.mac(),
                "--",
                "add-port",
                "br-ex",
                "eth0");
    }

    /** Starts ovsdb-server on the node's database; returns once its socket is there. */
    public void startDatabase() throws IOException, InterruptedException {
        run(Command.of(
                "nice",
                "--adjustment=" + NICENESS,
                "ovsdb-server",
                file("conf.db").toString(),
                "--remote=punix:" + node.database(),
                "--remote=db:Open_vSwitch,Open_vSwitch,manager_options",
                "--pidfile=" + file("ovsdb-server.pid"),
                "--unixctl=" + file("ovsdb-server.ctl"),
                "--log-file=" + file("ovsdb-server.log"),
                "--detach",
                "--no-chdir",
                "-vconsole:off"));
    }

    /** Starts ovs-vswitchd. */
    public void startSwitch() throws IOException, InterruptedException {
        Command command = Command.of(
                "nice",
                "--adjustment=" + NICENESS,
                "ovs-vswitchd",
                "unix:" + node.database(),
                "--pidfile=" + file(SWITCH_PID),
                "--unixctl=" + file(SandboxNode.CONTROL_SOCKET),
                "--log-file=" + file("ovs-vswitchd.log"),
                "--detach",
                "--no-chdir",
                "-vconsole:off");
        run(dummyPorts ? command.and("--enable-dummy") : command);
    }

    /** Ends ovs-vswitchd without a warning, as a crash does; its datapath is gone with it. Returns when the process is gone. */
    public void killSwitch() throws IOException, InterruptedException {
        kill(SWITCH_PID);
    }

    /** Ends ovsdb-server without a warning; returns when the process is gone. */
    public void killDatabase() throws IOException, InterruptedException {
        kill("ovsdb-server.pid");
    }

    private void kill(String pidFile) throws IOException, InterruptedException {
        Processes.kill(pid(pidFile));
    }

    private long pid(String pidFile) throws IOException {
        return Long.parseLong(Files.readString(file(pidFile)).strip());
    }

    /** The number of the process of ovs-vswitchd, the main thread of which carries packets; that of the last one if none runs. */
    public long switchPid() throws IOException {
        return pid(SWITCH_PID);
    }

    /** Runs ovs-vsctl on this node and returns its output. */
    public String vsctl(String... arguments) throws IOException, InterruptedException {
        return run(Command.of("ovs-vsctl", "--db=unix:" + node.database(), "--timeout=20")
                .and(arguments));
    }

    /** Runs ovs-appctl against this node's ovs-vswitchd. */
    public String appctl(String... arguments) throws IOException, InterruptedException {
        return run(Command.of(
                        "ovs-appctl",
                        "--timeout=20",
                        "-t",
                        file(SandboxNode.CONTROL_SOCKET).toString())
                .and(arguments));
    }

    /** Runs ovs-ofctl with OpenFlow 1.5 against a bridge of this node; {@code command} is for example {@code dump-flows}. */
    public String ofctl(String command, String bridge, String... arguments) throws IOException, InterruptedException {
        return run(Command.of("ovs-ofctl", "-O", "OpenFlow15", command, "unix:" + file(bridge + ".mgmt"))
                .and(arguments));
    }

    private String run(Command command) throws IOException, InterruptedException {
        Path directory = node.directory();
        return command.with("OVS_RUNDIR", directory)
                .with("OVS_LOGDIR", directory)
                .with("OVS_DBDIR", directory)
                .with("OVS_SYSCONFDIR", directory)
                .run(namespace);
    }

    private Path file(String name) {
        return node.directory().resolve(name);
    }
}
