package org.karst.sandbox.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxNode;

/**
 * What the integration bridge of each node holds, as ovs-ofctl(8) tells it: flows with the time of their making, ports, meters.
 *
 * @param flows by node and flow (without counters): when it was made, in seconds of {@link System#nanoTime}
 * @param ports by node and name: numbers
 * @param others by node: meters and the rest of the ports, a line each
 */
public record FlowDump(
        SortedMap<String, SortedMap<String, Double>> flows,
        SortedMap<String, SortedMap<String, Integer>> ports,
        SortedMap<String, List<String>> others) {
    /** A flow that was added again is as young as that; its age is told when the switch is asked, a little late. */
    private static final double TOLERANCE_SECONDS = 0.75;

    private static final int LONGEST_LINE = 300;
    private static final Pattern COUNTERS =
            Pattern.compile("duration=([0-9.]+)s, |n_packets=[0-9]+, |n_bytes=[0-9]+, |(?:idle|hard)_age=[0-9]+, ");
    /** The rule and the unit in a cookie tell who wanted a flow when it was made, which may be another who wants the same. */
    private static final Pattern WRITER = Pattern.compile("(cookie=0x4b[0-9a-f]{2})[0-9a-f]{12}");

    /** Which device the switch has opened is remembered a moment later, and a link that is made anew is another device. */
    private static final Pattern OPENED = Pattern.compile(" ?karst-opened=[0-9]+");

    private static final Pattern TABLE = Pattern.compile("table=([0-9]+),");
    /** How flows name ports: by number, and in 16 bits of a register. */
    private static final Pattern PORT = Pattern.compile("\\bin_port=([0-9]+)\\b|\\b0x([0-9a-f]+)/0xffff\\b");

    /** What the switches of a sandbox hold now. */
    public static FlowDump of(Sandbox sandbox) throws IOException, InterruptedException {
        SortedMap<String, SortedMap<String, Double>> flows = new TreeMap<>();
        SortedMap<String, SortedMap<String, Integer>> ports = new TreeMap<>();
        SortedMap<String, List<String>> others = new TreeMap<>();
        for (SandboxNode node : sandbox.nodes()) {
            OpenVSwitch openVSwitch = sandbox.openVSwitch(node);
            double asked = System.nanoTime() / 1e9;
            flows.put(node.name(), parse(openVSwitch.ofctl("dump-flows", "br-int"), asked));
            SortedMap<String, Integer> numbers = new TreeMap<>();
            for (String line : interfaces(openVSwitch, "name,ofport")) {
                String[] words = line.split(" +", 2);
                numbers.put(words[0], words.length > 1 && words[1].matches("[0-9]+") ? Integer.parseInt(words[1]) : -1);
            }
            ports.put(node.name(), numbers);
            List<String> lines = new ArrayList<>(interfaces(openVSwitch, "name,type,options,external_ids,error"));
            openVSwitch.ofctl("dump-meters", "br-int").lines().skip(1).forEach(lines::add);
            others.put(node.name(), List.copyOf(lines));
        }
        return new FlowDump(flows, ports, others);
    }

    private static List<String> interfaces(OpenVSwitch openVSwitch, String columns)
            throws IOException, InterruptedException {
        return openVSwitch
                .vsctl("--format=table", "--no-headings", "--data=bare", "--columns=" + columns, "list", "Interface")
                .lines()
                .map(line -> OPENED.matcher(line).replaceAll("").strip())
                .sorted()
                .toList();
    }

    static SortedMap<String, Double> parse(String dump, double asked) {
        SortedMap<String, Double> flows = new TreeMap<>();
        for (String line : dump.lines().toList()) {
            Matcher duration = COUNTERS.matcher(line);
            if (line.contains("cookie=") && duration.find()) {
                flows.put(COUNTERS.matcher(line.strip()).replaceAll(""), asked - Double.parseDouble(duration.group(1)));
            }
        }
        return flows;
    }

    /** How many flows there are. */
    public int size() {
        return flows.values().stream().mapToInt(Map::size).sum();
    }

    /** What is different in a later dump: flows, those that were made anew too, meters, ports and their numbers; a line each. */
    public List<String> changesTo(FlowDump later) {
        List<String> changes = changesTo(later, table -> true);
        ports.forEach((node, now) -> compare(node, lines(now), lines(later.ports.get(node)), changes));
        others.forEach((node, now) -> compare(node, now, later.others.get(node), changes));
        return changes;
    }

    private static List<String> lines(SortedMap<String, Integer> numbers) {
        return numbers.entrySet().stream()
                .map(port -> "port " + port.getKey() + " has number " + port.getValue())
                .toList();
    }

    /** As {@link #changesTo(FlowDump)}, of the flows of these tables. */
    public List<String> changesTo(FlowDump later, IntPredicate tables) {
        List<String> changes = new ArrayList<>();
        flows.forEach((node, made) -> {
            SortedMap<String, Double> now = later.flows.get(node);
            compare(
                    node,
                    made.keySet().stream()
                            .filter(flow -> tables.test(table(flow)))
                            .toList(),
                    now.keySet().stream()
                            .filter(flow -> tables.test(table(flow)))
                            .toList(),
                    changes);
            made.forEach((flow, when) -> {
                Double then = now.get(flow);
                if (then != null && then - when > TOLERANCE_SECONDS && tables.test(table(flow))) {
                    changes.add(String.format(
                            Locale.ROOT, "%s: made anew, %.1f s later: %s", node, then - when, shortened(flow)));
                }
            });
        });
        return changes;
    }

    /**
     * What a later dump lacks or has beside this, whenever it was made, whichever unit wanted it first and whatever numbers ports have; a
     * line each.
     */
    public List<String> differencesFrom(FlowDump later) {
        List<String> differences = new ArrayList<>();
        flows.keySet().forEach(node -> compare(node, named(node), later.named(node), differences));
        others.forEach((node, now) -> compare(node, now, later.others.get(node), differences));
        return differences;
    }

    /** The flows of a node with the names of ports in the place of their numbers, and without their writers. */
    private List<String> named(String node) {
        Map<Integer, String> names = new TreeMap<>();
        ports.get(node).forEach((name, number) -> names.put(number, name));
        return flows.get(node).keySet().stream()
                .map(flow -> PORT.matcher(flow).replaceAll(found -> {
                    int number = found.group(1) == null
                            ? Integer.parseInt(found.group(2), 16)
                            : Integer.parseInt(found.group(1));
                    return names.containsKey(number) ? "<" + names.get(number) + ">" : found.group();
                }))
                .map(flow -> WRITER.matcher(flow).replaceFirst("$1…"))
                .toList();
    }

    private static void compare(String node, List<String> before, List<String> after, List<String> differences) {
        Set<String> now = new HashSet<>(after);
        Set<String> then = new HashSet<>(before);
        before.stream()
                .filter(line -> !now.contains(line))
                .forEach(line -> differences.add(node + ": gone: " + shortened(line)));
        after.stream()
                .filter(line -> !then.contains(line))
                .forEach(line -> differences.add(node + ": new: " + shortened(line)));
    }

    private static int table(String flow) {
        Matcher table = TABLE.matcher(flow);
        return table.find() ? Integer.parseInt(table.group(1)) : 0;
    }

    private static String shortened(String flow) {
        return flow.length() <= LONGEST_LINE ? flow : flow.substring(0, LONGEST_LINE) + "…";
    }
}
