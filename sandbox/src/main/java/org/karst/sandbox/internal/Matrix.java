package org.karst.sandbox.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.karst.sandbox.Families;
import org.karst.sandbox.Place;
import org.karst.sandbox.ProbeResult;
import org.karst.sandbox.Prober;

/** Who reaches whom, measured with real packets. */
public final class Matrix {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int SMALL = 56;
    private static final int DATAGRAM = 1_300;
    private static final int TRANSFER = 60_000;
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final List<Check> checks = new ArrayList<>();

    /** A place and the node that it is on. */
    public record Located(Place place, String node, boolean isNode) {}

    /**
     * Measures every ordered pair of places of which at least one is a pod.
     *
     * @param families that each place must have an address of
     */
    public static Matrix measure(List<Located> places, Families families, Consumer<String> progress)
            throws IOException {
        Matrix matrix = new Matrix();
        for (Located from : places) {
            progress.accept("measuring from " + from.place().name());
            for (Located to : places) {
                if (!from.equals(to) && !(from.isNode() && to.isNode())) {
                    matrix.measure(from, to, families);
                }
            }
        }
        return matrix;
    }

    private void measure(Located from, Located to, Families families) throws IOException {
        String relation = (from.isNode() ? "node" : "pod") + " to " + (to.isNode() ? "node" : "pod") + ", "
                + (from.node().equals(to.node()) ? "same node" : "across nodes");
        if (families.four()) {
            measure(relation, "IPv4", from, to, to.place().ipv4());
        }
        if (families.six()) {
            measure(relation, "IPv6", from, to, to.place().ipv6());
        }
    }

    private void measure(String relation, String family, Located from, Located to, Optional<String> target)
            throws IOException {
        if (target.isEmpty()) {
            ProbeResult none = new ProbeResult(
                    ProbeResult.Protocol.ICMP,
                    from.place().name(),
                    "?",
                    SMALL,
                    1,
                    0,
                    0,
                    "it has no " + family + " address");
            checks.add(new Check(relation, family, "ICMP", to.place().name(), none));
            return;
        }
        Prober prober = new Prober(from.place(), PATIENCE);
        InetAddress address = InetAddress.getByName(target.get());
        Map<String, ProbeResult> results = new LinkedHashMap<>();
        results.put("ICMP", prober.icmp(address, SMALL));
        results.put("UDP", prober.udp(address, SMALL));
        results.put("TCP", prober.tcp(address, SMALL));
        results.put("UDP 1300 B", prober.udp(address, DATAGRAM));
        results.put("TCP 60 kB", prober.tcp(address, TRANSFER));
        results.forEach((name, result) ->
                checks.add(new Check(relation, family, name, to.place().name(), result)));
    }

    public long passed() {
        return checks.stream().filter(check -> check.result().passed()).count();
    }

    public long failed() {
        return checks.size() - passed();
    }

    /** A table for people: a line for each relation and family, a column for each measurement; then what failed. */
    public void print(PrintStream output, boolean coloured) {
        Set<String> columns = new LinkedHashSet<>();
        Map<String, Map<String, List<Check>>> rows = new LinkedHashMap<>();
        for (Check check : checks) {
            columns.add(check.measurement());
            rows.computeIfAbsent(
                            String.format("%-24s %s", check.relation(), check.family()), row -> new LinkedHashMap<>())
                    .computeIfAbsent(check.measurement(), column -> new ArrayList<>())
                    .add(check);
        }
        StringBuilder head = new StringBuilder(String.format("%-30s", ""));
        columns.forEach(column -> head.append(String.format("%12s", column)));
        output.println(head);
        rows.forEach((row, cells) -> {
            StringBuilder line = new StringBuilder(String.format("%-30s", row));
            columns.forEach(column -> line.append(cell(cells.getOrDefault(column, List.of()), coloured)));
            output.println(line);
        });
        checks.stream()
                .filter(check -> !check.result().passed())
                .limit(20)
                .forEach(check -> output.println("failed: " + check.measurement() + " from "
                        + check.result().from() + " to " + check.to() + " ("
                        + check.result().to() + "): "
                        + check.result().problem()));
    }

    private static String cell(List<Check> cell, boolean coloured) {
        long passed = cell.stream().filter(check -> check.result().passed()).count();
        String text = String.format("%12s", cell.isEmpty() ? "-" : passed + "/" + cell.size());
        return !coloured || cell.isEmpty() ? text : (passed == cell.size() ? GREEN : RED) + text + PLAIN;
    }

    /** For {@code --json}. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("passed", passed());
        map.put("failed", failed());
        map.put("checks", checks.stream().map(Matrix::check).toList());
        return map;
    }

    private static Map<String, Object> check(Check check) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("relation", check.relation());
        map.put("family", check.family());
        map.put("measurement", check.measurement());
        map.put("from", check.result().from());
        map.put("to", check.to());
        map.put("address", check.result().to());
        map.put("payload", check.result().payload());
        map.put("passed", check.result().passed());
        map.put("milliseconds", Math.round(check.result().milliseconds() * 1000) / 1000.0);
        map.put("problem", check.result().problem());
        return map;
    }
}
