package org.karst.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real Open vSwitch with one bridge whose ports lead nowhere, for the truth about flows: it says what becomes of a packet
 * ({@code ofproto/trace}), and carries packets with real connection tracking, so that one can count where they came out. It
 * lives in a directory and a network namespace of its own, and ends with this object.
 */
public final class RealSwitch implements AutoCloseable {
    private static final String BRIDGE = "br-int";
    private static final Pattern COUNTERS = Pattern.compile("port +(\\d+): rx .*?tx pkts=(\\d+)", Pattern.DOTALL);

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final SortedMap<String, Integer> ports = new TreeMap<>();

    private RealSwitch(Path directory) {
        this.directory = directory;
    }

    /** Whether this machine can have one. */
    public static boolean isPossible() {
        return "root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/sbin/ovs-vswitchd"));
    }

    /** Starts one without ports and flows. */
    public static RealSwitch start() throws IOException, InterruptedException {
        RealSwitch made = new RealSwitch(Files.createTempDirectory("karst-switch-"));
        try {
            made.run("ovsdb-tool", "create", made.path("conf.db"), "/usr/share/openvswitch/vswitch.ovsschema");
            made.launch(
                    "ovsdb.ctl",
                    "ovsdb-server",
                    made.path("conf.db"),
                    "--remote=punix:" + made.path("db.sock"),
                    "--unixctl=" + made.path("ovsdb.ctl"));
            made.vsctl("--no-wait", "init");
            made.launch(
                    "vswitchd.ctl",
                    "unshare",
                    "--net",
                    "ovs-vswitchd",
                    "unix:" + made.path("db.sock"),
                    "--enable-dummy",
                    "--disable-system",
                    "--disable-system-route",
                    "--unixctl=" + made.path("vswitchd.ctl"),
                    "--log-file=" + made.path("vswitchd.log"));
            made.vsctl(
                    "add-br",
                    BRIDGE,
                    "--",
                    "set",
                    "bridge",
                    BRIDGE,
                    "datapath_type=dummy",
                    "fail_mode=secure",
                    "protocols=OpenFlow15");
            return made;
        } catch (IOException | InterruptedException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void launch(String awaited, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.log").toFile()));
        environment(builder.environment());
        Process process = builder.start();
        processes.add(process);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(directory.resolve(awaited))) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IllegalStateException(
                        command[0] + " does not start: " + Files.readString(directory.resolve("output.log")));
            }
            Thread.sleep(10);
        }
    }

    private void environment(Map<String, String> environment) {
        for (String name : List.of("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR")) {
            environment.put(name, directory.toString());
        }
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment(builder.environment());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private void vsctl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--retry", "--db=unix:" + path("db.sock")));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    /** Gives it these ports, by number; those that it has stay. */
    public void ports(Iterable<Integer> numbers) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        for (int number : numbers) {
            String name = "p" + number;
            if (ports.putIfAbsent(name, number) == null) {
                command.addAll(List.of("--", "add-port", BRIDGE, name, "--", "set", "interface", name));
                command.addAll(List.of("type=dummy", "ofport_request=" + number));
            }
        }
        if (!command.isEmpty()) {
            vsctl(command.subList(1, command.size()).toArray(String[]::new));
        }
    }

    /** Gives it these flows, in the text form of ovs-ofctl(8), and no others. Flows that are there already are left alone. */
    public void flows(List<String> flows) throws IOException, InterruptedException {
        Path file = directory.resolve("flows");
        Files.write(file, flows);
        run("ovs-ofctl", "-O", "OpenFlow15", "--bundle", "replace-flows", management(), file.toString());
        control("revalidator/wait");
    }

    /**
     * What becomes of a packet (ovs-vswitchd(8), {@code ofproto/trace}).
     *
     * @param packet as {@code in_port=3,tcp,...}
     * @param tracked the state of its connection, as {@code trk,new}; once for each lookup
     */
    public String trace(String packet, String... tracked) {
        List<String> arguments = new ArrayList<>(List.of(BRIDGE, packet));
        for (String state : tracked) {
            arguments.addAll(List.of("--ct-next", state));
        }
        return control("ofproto/trace", arguments.toArray(String[]::new));
    }

    /** The number of the port that a traced packet leaves by, 0 if none. */
    public int output(String packet, String... tracked) {
        String trace = trace(packet, tracked);
        String last = trace.substring(trace.lastIndexOf("Datapath actions:")).split("\n", 2)[0];
        Matcher output = Pattern.compile("(?:^|[ ,])(?:p|)(\\d+)$").matcher(last);
        return output.find() ? datapathPort(Integer.parseInt(output.group(1))) : 0;
    }

    /** Datapath ports are named by number; the same names stand in {@code dpif/show}. */
    private int datapathPort(int number) {
        Matcher row = Pattern.compile("\\bp\\d+ (\\d+)/" + number + ":").matcher(control("dpif/show"));
        if (!row.find()) {
            throw new IllegalStateException("the datapath has no port " + number);
        }
        return Integer.parseInt(row.group(1));
    }

    /** Sends a packet into a port: an Ethernet frame. */
    public void send(int port, byte[] frame) {
        StringBuilder hex = new StringBuilder();
        for (byte octet : frame) {
            hex.append(String.format("%02x", octet));
        }
        control("netdev-dummy/receive", "p" + port, hex.toString());
    }

    /** Returns when what was sent before has passed the tables. */
    public void settle() {
        control("revalidator/wait");
    }

    /**
     * Sends a packet into a port, composed as ovs-dpctl(8) writes flows: {@code eth(…),eth_type(0x0800),ipv4(…),udp(…)}.
     */
    public void send(int port, String flow) {
        control("netdev-dummy/receive", "p" + port, "in_port(" + port + ")," + flow);
    }

    /** The flows with what they have counted, a line each, as {@code ovs-ofctl dump-flows} prints them. */
    public List<String> dump() throws IOException, InterruptedException {
        control("revalidator/purge");
        return run("ovs-ofctl", "-O", "OpenFlow15", "--no-names", "dump-flows", "unix:" + path(BRIDGE + ".mgmt"))
                .lines()
                .map(String::strip)
                .filter(line -> line.contains("table="))
                .toList();
    }

    /** How many packets have left by each port. */
    public SortedMap<Integer, Long> sent() throws IOException, InterruptedException {
        SortedMap<Integer, Long> sent = new TreeMap<>();
        String dump = run("ovs-ofctl", "-O", "OpenFlow15", "--no-names", "dump-ports", management());
        Matcher row = COUNTERS.matcher(dump);
        while (row.find()) {
            sent.put(Integer.parseInt(row.group(1)), Long.parseLong(row.group(2)));
        }
        return sent;
    }

    /** Gives it a meter that drops what is more than so many packets a second, and as many at once. */
    public void meter(int number, int packets) throws IOException, InterruptedException {
        String meter =
                "meter=" + number + ",pktps,burst,stats,bands=type=drop,rate=" + packets + ",burst_size=" + packets;
        run("ovs-ofctl", "-O", "OpenFlow15", "add-meter", management(), meter);
    }

    /** Begins to count the packets that it sends to the controller. */
    public void listen() throws IOException, InterruptedException {
        // it makes its control socket when the switch has confirmed what it asked for
        launch(
                "monitor.ctl",
                "sh",
                "-c",
                "exec ovs-ofctl -O OpenFlow15 -P nxt_packet_in2 --unixctl=" + path("monitor.ctl") + " monitor "
                        + management() + " 65535 > " + path("packets") + " 2>&1");
    }

    /** The user data of the packets to the controller, as {@code 01.02.03.04}, in the order of their arrival. */
    public List<String> heard() throws IOException {
        Matcher packet =
                Pattern.compile("userdata=([0-9a-f.]+)").matcher(Files.readString(directory.resolve("packets")));
        List<String> heard = new ArrayList<>();
        while (packet.find()) {
            heard.add(packet.group(1));
        }
        return heard;
    }

    /** Stops its clock; from then on time passes by {@link #pass} alone. */
    public void stopClock() {
        control("time/stop");
    }

    /** Lets time pass for a stopped clock. */
    public void pass(Duration time) {
        control("time/warp", Long.toString(time.toMillis()));
    }

    private String management() {
        return "unix:" + path(BRIDGE + ".mgmt");
    }

    /** Forgets all connections. */
    public void forgetConnections() {
        control("dpctl/flush-conntrack");
    }

    /** The connections that it knows, one a line. */
    public String connections() {
        return control("dpctl/dump-conntrack", "-m");
    }

    /** A command of ovs-appctl(8), without a process for each: JSON-RPC on a socket. */
    public String control(String method, String... arguments) {
        StringBuilder request = new StringBuilder("{\"id\":0,\"method\":\"" + method + "\",\"params\":[");
        for (int i = 0; i < arguments.length; i++) {
            request.append(i == 0 ? "\"" : ",\"").append(arguments[i]).append('"');
        }
        request.append("]}");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(directory.resolve("vswitchd.ctl")));
            channel.write(ByteBuffer.wrap(request.toString().getBytes(StandardCharsets.UTF_8)));
            StringBuilder answer = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            YamlDocument read = null;
            while (read == null) {
                buffer.clear();
                if (channel.read(buffer) < 0) {
                    throw new IllegalStateException("ovs-vswitchd closed its socket: " + answer);
                }
                answer.append(StandardCharsets.UTF_8.decode(buffer.flip()));
                if (answer.charAt(answer.length() - 1) == '}') {
                    read = YamlDocument.of(answer.toString());
                }
            }
            if (read.find("error").isPresent()) {
                throw new IllegalStateException(method + " " + String.join(" ", arguments) + ": " + read.text("error"));
            }
            return read.text("result");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
