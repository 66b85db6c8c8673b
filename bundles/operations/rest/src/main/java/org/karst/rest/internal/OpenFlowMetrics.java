package org.karst.rest.internal;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import org.karst.openflow.OpenFlowDriver;
import org.karst.openflow.SwitchStatus;

/** What the OpenFlow driver tells Prometheus of each switch. */
final class OpenFlowMetrics {
    private OpenFlowMetrics() {}

    static void add(MetricSnapshots.Builder all, OpenFlowDriver driver) {
        SortedMap<String, SwitchStatus> switches = driver.statuses();
        all.metricSnapshot(gauge(
                "karst_switch_connected",
                "Whether a switch is connected: 1 or 0.",
                switches,
                each -> each.connected() ? 1 : 0));
        all.metricSnapshot(gauge(
                "karst_switch_wanted_flows", "Flows that a switch shall hold.", switches, SwitchStatus::wantedFlows));
        all.metricSnapshot(gauge(
                "karst_switch_held_flows", "Flows of ours that a switch holds.", switches, SwitchStatus::heldFlows));
        all.metricSnapshot(gauge(
                "karst_switch_foreign_flows",
                "Flows of others that a switch holds.",
                switches,
                SwitchStatus::foreignFlows));
        all.metricSnapshot(gauge(
                "karst_switch_refused_flows", "Flows that a switch refused.", switches, SwitchStatus::refusedFlows));
        all.metricSnapshot(gauge(
                "karst_switch_queued_flows",
                "Flows that may differ and were not sent yet.",
                switches,
                SwitchStatus::queuedFlows));
        all.metricSnapshot(
                counter("karst_switch_bundles", "Bundles that a switch committed.", switches, SwitchStatus::bundles));
        all.metricSnapshot(counter(
                "karst_switch_flow_mods", "Flow-mods that these bundles had.", switches, SwitchStatus::flowMods));
        all.metricSnapshot(counter(
                "karst_switch_bundle_bytes",
                "Bytes that these bundles had, with the meters before and the barrier after them.",
                switches,
                SwitchStatus::bundleBytes));
        all.metricSnapshot(counter(
                "karst_switch_sent_bytes", "Bytes that were sent to a switch.", switches, SwitchStatus::bytesSent));
        all.metricSnapshot(MetricFamily.counter(
                "karst_dropped_packets",
                "Answers to packets that were not sent, because their switch was not connected or did not keep up.",
                driver.droppedPackets()));
    }

    private static MetricSnapshot gauge(
            String name,
            String help,
            SortedMap<String, SwitchStatus> switches,
            Function<SwitchStatus, ? extends Number> value) {
        return MetricFamily.gauge(name, help, points(switches, value));
    }

    private static MetricSnapshot counter(
            String name,
            String help,
            SortedMap<String, SwitchStatus> switches,
            Function<SwitchStatus, ? extends Number> value) {
        return MetricFamily.counter(name, help, points(switches, value));
    }

    private static Map<Labels, Number> points(
            SortedMap<String, SwitchStatus> switches, Function<SwitchStatus, ? extends Number> value) {
        Map<Labels, Number> points = new HashMap<>();
        switches.forEach((node, status) -> points.put(Labels.of("node", node), value.apply(status)));
        return points;
    }
}
