package org.karst.rest.internal;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import org.karst.audit.AuditStatistics;

/** What the audit log tells Prometheus. */
final class AuditMetrics {
    private AuditMetrics() {}

    static void add(MetricSnapshots.Builder all, AuditStatistics statistics) {
        all.metricSnapshot(MetricFamily.counter(
                "karst_audit_records",
                "Records of the audit log: written, dropped because too many waited, failed to be written.",
                Map.of(
                        Labels.of("result", "written"), statistics.written(),
                        Labels.of("result", "dropped"), statistics.dropped(),
                        Labels.of("result", "failed"), statistics.failed())));
        all.metricSnapshot(MetricFamily.counter(
                "karst_audit_unsent_messages",
                "Lines of the audit log that the destination beside the files did not take.",
                statistics.unsent()));
    }
}
