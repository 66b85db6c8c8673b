package org.karst.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.karst.audit.AuditStatistics;

class AuditMetricsTest {
    @Test
    void countsWhatBecameOfRecords() throws Exception {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        AuditMetrics.add(all, new AuditStatistics(7, 5, 3, 2));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.builder().build().write(text, all.build());
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("karst_audit_records_total{result=\"written\"} 7.0")
                .contains("karst_audit_records_total{result=\"dropped\"} 5.0")
                .contains("karst_audit_records_total{result=\"failed\"} 3.0")
                .contains("karst_audit_unsent_messages_total 2.0");
    }
}
