package org.karst.console.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.controller.LoopStatistics;
import org.karst.openflow.SwitchStatus;
import org.karst.pipeline.Durations;
import org.karst.questions.Answer;
import org.karst.questions.Picture;

/** Makes the texts of sections. Confined to one thread. */
final class Sections {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double NANOS = 1e9;

    private final Rates rates = new Rates();
    private final SortedMap<String, String> ofPicture = new TreeMap<>();
    private final SortedMap<String, String> traffic = new TreeMap<>();
    private final SortedMap<String, double[]> totals = new TreeMap<>();
    /** The ports of pods by node. A packet between nodes is counted at tunnels as well, and would be told twice. */
    private final SortedMap<String, Set<String>> ports = new TreeMap<>();

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a section of type " + value.getClass() + " has no JSON", e);
        }
    }

    /** The same tree that {@code /karst/v1} answers. */
    private static JsonNode tree(Answer answer) {
        try {
            return MAPPER.readTree(answer.json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer of type " + answer.getClass() + " has no JSON", e);
        }
    }

    /** Takes a new picture. */
    void put(Picture picture, List<Installable> known) {
        ofPicture.clear();
        ObjectNode status = (ObjectNode) tree(picture.status());
        // These change all the time and are told with the rates.
        status.remove("loop");
        status.remove("revision");
        ofPicture.put("status", text(status));
        ofPicture.put("nodes", text(tree(picture.nodes()).path("nodes")));
        ofPicture.put("slots", text(tree(picture.slots()).path("slots")));
        ofPicture.put("features", text(FeatureRow.of(known, picture.status().features(), picture.slots())));
        SortedMap<String, ArrayNode> pods = new TreeMap<>();
        picture.nodes().nodes().forEach(node -> pods.put(node.name(), JsonNodeFactory.instance.arrayNode()));
        tree(picture.pods()).path("pods").forEach(pod -> pods.computeIfAbsent(
                        pod.path("node").asText(), key -> JsonNodeFactory.instance.arrayNode())
                .add(pod));
        ports.clear();
        pods.forEach((node, rows) -> {
            ofPicture.put("pods/" + node, text(rows));
            Set<String> names = new HashSet<>();
            rows.forEach(pod -> names.add(pod.path("port").asText()));
            ports.put(node, names);
        });
        traffic.keySet().removeIf(name -> !pods.containsKey(name.substring("traffic/".length())));
        totals.keySet().retainAll(pods.keySet());
    }

    /** Takes what the ports of a node have counted; those of pods are told. */
    void put(String node, SortedMap<String, PortCounters> counters, long nanos) {
        ObjectNode section = object();
        double[] total = new double[2];
        Set<String> told = ports.getOrDefault(node, Set.of());
        counters.forEach((port, counted) -> {
            if (!told.contains(port)) {
                return;
            }
            String name = "port/" + node + '/' + port + '/';
            double fromBytes = rates.perSecond(name + "received-bytes", counted.receivedBytes(), nanos);
            double toBytes = rates.perSecond(name + "sent-bytes", counted.sentBytes(), nanos);
            double fromPackets = rates.perSecond(name + "received", counted.receivedPackets(), nanos);
            double toPackets = rates.perSecond(name + "sent", counted.sentPackets(), nanos);
            double dropped = rates.perSecond(name + "dropped", counted.dropped(), nanos);
            if (fromPackets + toPackets + dropped > 0) {
                section.putObject(port)
                        .put("fromBytes", Math.round(fromBytes))
                        .put("toBytes", Math.round(toBytes))
                        .put("fromPackets", tenth(fromPackets))
                        .put("toPackets", tenth(toPackets))
                        .put("dropped", tenth(dropped));
            }
            total[0] += fromBytes;
            total[1] += fromPackets;
        });
        traffic.put("traffic/" + node, text(section));
        totals.put(node, total);
    }

    /** A node's switch cannot be asked. */
    void forget(String node) {
        rates.forget("port/" + node + '/');
        traffic.remove("traffic/" + node);
        totals.remove(node);
    }

    /** Forgets the nodes that are not among these. */
    void forgetAllBut(Set<String> nodes) {
        List.copyOf(totals.keySet()).stream()
                .filter(node -> !nodes.contains(node))
                .forEach(this::forget);
    }

    private static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }

    /** All sections, as they stand now. */
    SortedMap<String, String> read(
            Sources.Mark mark, LoopStatistics loop, SortedMap<String, SwitchStatus> switches, long millis, long nanos) {
        SortedMap<String, String> all = new TreeMap<>(ofPicture);
        all.putAll(traffic);
        all.put("trouble", "\"\"");
        double[] mods = new double[2];
        ObjectNode rows = object();
        switches.forEach((node, status) -> {
            double flowMods = rates.perSecond("switch/" + node + "/flow-mods", status.flowMods(), nanos);
            double bytes = rates.perSecond("switch/" + node + "/bytes", status.bytesSent(), nanos);
            ObjectNode row = MAPPER.valueToTree(status);
            // A 64-bit number is no number of JavaScript.
            row.put("datapathId", String.format("%016x", status.datapathId()))
                    .put("flowModsPerSecond", tenth(flowMods))
                    .put("bytesPerSecond", Math.round(bytes));
            rows.set(node, row);
            mods[0] += flowMods;
            mods[1] += bytes;
        });
        all.put("switches", text(rows));
        ObjectNode now = object();
        now.put("time", millis)
                .put("revision", mark.revision())
                .put("steps", tenth(rates.perSecond("loop/steps", loop.steps(), nanos)))
                .put("messages", tenth(rates.perSecond("loop/messages", loop.messages(), nanos)))
                .put("failedMessages", loop.failedMessages())
                .put("waiting", loop.waiting())
                .put("settling", rates.perSecond("loop/settling", loop.settleNanos(), nanos) / NANOS)
                .put("longestStepSeconds", loop.longestStepNanos() / NANOS)
                .put("flowMods", tenth(mods[0]))
                .put("openFlowBytes", Math.round(mods[1]))
                .put(
                        "bytes",
                        Math.round(totals.values().stream()
                                .mapToDouble(each -> each[0])
                                .sum()))
                .put(
                        "packets",
                        tenth(totals.values().stream()
                                .mapToDouble(each -> each[1])
                                .sum()));
        ObjectNode reactions = now.putObject("reactions");
        loop.reactionTimes().forEach((driver, times) -> reactions.set(driver, quantiles(times)));
        all.put("now", text(now));
        return all;
    }

    /** Upper bounds in seconds; null above the last bucket, or where nothing was counted. */
    private static ObjectNode quantiles(Durations times) {
        ObjectNode node = object().put("count", times.count());
        node.put("half", quantile(times, 0.5));
        node.put("most", quantile(times, 0.99));
        return node;
    }

    private static Double quantile(Durations times, double share) {
        double wanted = share * times.count();
        long seen = 0;
        for (int at = 0; at < times.bounds().size(); at++) {
            seen += times.counts().get(at);
            if (seen > 0 && seen >= wanted) {
                return times.bounds().get(at);
            }
        }
        return null;
    }
}
