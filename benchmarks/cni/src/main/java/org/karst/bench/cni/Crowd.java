package org.karst.bench.cni;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.karst.bench.report.Figures;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;

/** The containers of a node, which all start at once, and as many plain ports beside them. */
final class Crowd {
    private static final String PLAIN_BRIDGE = "plain";
    private static final Pattern COUNTERS = Pattern.compile("(duration|n_packets|n_bytes|idle_age|hard_age)=[^,]*,? ?");
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(20);

    private final String name;
    private final SandboxNode node;
    private final OpenVSwitch openVSwitch;
    private final NetworkNamespace place;
    private final Path plugin;
    private final Path folder;
    private final List<String> pods = new ArrayList<>();
    private final List<String> plain = new ArrayList<>();

    Crowd(SandboxCluster cluster, Path plugin, int size) throws IOException, InterruptedException {
        this.name = cluster.sandbox().settings().name();
        this.node = cluster.sandbox().nodes().get(0);
        this.openVSwitch = cluster.sandbox().openVSwitch(node);
        this.place = cluster.sandbox().namespace(node.name());
        this.plugin = plugin;
        this.folder = Files.createDirectory(cluster.sandbox().settings().state().resolve("crowd"));
        Files.writeString(
                folder.resolve("configuration"),
                Serialization.asJson(Map.of(
                        "cniVersion",
                        "1.1.0",
                        "name",
                        "karst",
                        "type",
                        "karst-cni",
                        "socket",
                        node.cniSocket().toString())));
        openVSwitch.vsctl("add-br", PLAIN_BRIDGE, "--", "set", "bridge", PLAIN_BRIDGE, "datapath_type=netdev");
        for (int number = 0; number < size; number++) {
            String pod = "pod-" + number;
            cluster.sandbox().createForPod(pod).close();
            pods.add(name + "-" + pod);
            plain.add("plain" + number);
        }
        Files.write(folder.resolve("pods"), pods);
        Files.write(folder.resolve("plain"), plain);
        shell("while read p; do ip link add $p type veth peer name peer.$p && ip link set $p up; done <plain");
    }

    int size() {
        return pods.size();
    }

    /** Attaches all; answers how many milliseconds that took. */
    double attach() throws IOException, InterruptedException {
        return plugins("ADD");
    }

    /** Detaches all; answers how many milliseconds that took. */
    double detach() throws IOException, InterruptedException {
        return plugins("DEL");
    }

    private double plugins(String verb) throws IOException, InterruptedException {
        double took = atOnce(
                "pods",
                "CNI_COMMAND=" + verb + " CNI_CONTAINERID=$p CNI_IFNAME=eth0 CNI_NETNS=/run/netns/$p " + plugin
                        + " <configuration");
        for (String pod : pods) {
            String output = output(pod);
            if (output.contains("\"code\"")
                    || (verb.equals("ADD") && addresses(output).isEmpty())) {
                throw new IOException("CNI " + verb + " of " + pod + " answered: " + output);
            }
        }
        return took;
    }

    /** Adds a plain port for each, by one {@code ovs-vsctl} each; answers how many milliseconds that took. */
    double addPorts() throws IOException, InterruptedException {
        double took = atOnce("plain", "ovs-vsctl --db=unix:" + node.database() + " add-port " + PLAIN_BRIDGE + " $p");
        for (String port : plain) {
            if (!output(port).isEmpty()) {
                throw new IOException("ovs-vsctl add-port " + port + ": " + output(port));
            }
        }
        return took;
    }

    void removePorts() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        for (String port : plain) {
            command.addAll(List.of("--", "del-port", PLAIN_BRIDGE, port));
        }
        openVSwitch.vsctl(command.toArray(String[]::new));
    }

    /** One program for each name in a file, all started by one shell, which waits for them. */
    private double atOnce(String names, String command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        shell("while read p; do " + command + " >out.$p 2>&1 & done <" + names + "; wait");
        return Figures.millisecondsSince(start);
    }

    private void shell(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        Process process = place.<Process, RuntimeException>call(inside -> builder.start());
        String complaint = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || !complaint.isEmpty()) {
            throw new IOException(complaint);
        }
    }

    private String output(String name) throws IOException {
        return Files.readString(folder.resolve("out." + name));
    }

    private static List<String> addresses(String result) {
        Matcher found = Pattern.compile("\"address\":\"([^/\"]+)/").matcher(result);
        return found.results().map(match -> match.group(1)).toList();
    }

    /** The IPv4 addresses that the pods were given, each once. */
    SortedSet<String> addresses() throws IOException {
        SortedSet<String> all = new TreeSet<>();
        for (String pod : pods) {
            all.add(addresses(output(pod)).get(0));
        }
        return all;
    }

    /** How many pods have an address that no flow of the switch names. */
    int withoutFlows() throws IOException, InterruptedException {
        String flows = openVSwitch.ofctl("dump-flows", "br-int");
        int without = 0;
        for (String pod : pods) {
            for (String address : addresses(output(pod))) {
                String match = (address.contains(":") ? "ipv6_dst=" : "nw_dst=") + address;
                if (!Pattern.compile(Pattern.quote(match) + "[, ]")
                        .matcher(flows)
                        .find()) {
                    without++;
                }
            }
        }
        return without;
    }

    /** Waits until nothing changes on the node any more, and tells what is there. */
    NodeState rest() throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST_REST;
        NodeState last = state();
        while (true) {
            Thread.sleep(500);
            NodeState now = state();
            if (now.equals(last)) {
                return now;
            }
            if (System.nanoTime() > end) {
                throw new IOException("the node does not come to rest");
            }
            last = now;
        }
    }

    private NodeState state() throws IOException, InterruptedException {
        return new NodeState(Map.of(
                "ports",
                lines(openVSwitch.vsctl("list-ports", "br-int")),
                "addresses and other records of pods",
                lines(openVSwitch.vsctl("--bare", "--columns=external_ids", "list", "Interface")),
                "links",
                links(),
                "flows",
                lines(COUNTERS.matcher(openVSwitch.ofctl("dump-flows", "br-int"))
                        .replaceAll("")),
                "files",
                files()));
    }

    private static SortedSet<String> lines(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of the node and of all containers. */
    private SortedSet<String> links() throws IOException, InterruptedException {
        shell("{ ip -o link; while read p; do ip -n $p -o link; done <pods; } | awk '{ print $2 }' >links");
        return lines(Files.readString(folder.resolve("links")));
    }

    /** Of the node, and where Linux keeps named namespaces. */
    private SortedSet<String> files() throws IOException {
        TreeSet<String> files = new TreeSet<>();
        for (Path root : List.of(node.directory(), Path.of("/run/netns"))) {
            try (Stream<Path> found = Files.walk(root)) {
                found.map(Path::toString)
                        .filter(path -> root.equals(node.directory()) || path.startsWith("/run/netns/" + name))
                        .forEach(files::add);
            }
        }
        return files;
    }
}
