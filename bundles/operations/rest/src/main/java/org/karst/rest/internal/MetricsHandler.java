package org.karst.rest.internal;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.karst.apiserver.WebHandler;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.audit.AuditLog;
import org.karst.controller.Controller;
import org.karst.openflow.OpenFlowDriver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * {@code GET /metrics} for Prometheus: everything is read at the scrape, so nothing is counted for nobody. The format is that of
 * Prometheus, or OpenMetrics for who accepts it.
 */
@Component(service = WebHandler.class)
public final class MetricsHandler implements WebHandler {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final Controller controller;
    private volatile OpenFlowDriver openFlow;
    private volatile AuditLog audit;

    @Activate
    public MetricsHandler(@Reference Controller controller) {
        this.controller = controller;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindOpenFlow(OpenFlowDriver driver) {
        openFlow = driver;
    }

    void unbindOpenFlow(OpenFlowDriver driver) {
        if (openFlow == driver) {
            openFlow = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAudit(AuditLog log) {
        audit = log;
    }

    void unbindAudit(AuditLog log) {
        if (audit == log) {
            audit = null;
        }
    }

    @Override
    public Set<String> prefixes() {
        return Set.of("/metrics");
    }

    @Override
    public CompletionStage<WebResponse> answer(WebRequest request) {
        if (!request.path().equals("/metrics")) {
            return CompletableFuture.completedFuture(WebResponse.text(404, "404 page not found\n"));
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return CompletableFuture.completedFuture(WebResponse.text(405, "metrics are read by GET\n"));
        }
        boolean openMetrics = request.header("accept").orElse("").contains(OPEN_METRICS);
        OpenFlowDriver driver = openFlow;
        AuditLog log = audit;
        CompletionStage<ControllerMetrics> copied = controller.inspect(ControllerMetrics::of);
        return copied.thenApplyAsync(metrics -> {
            MetricSnapshots.Builder all = MetricSnapshots.builder();
            metrics.add(all, controller.statistics());
            if (driver != null) {
                OpenFlowMetrics.add(all, driver);
            }
            if (log != null) {
                AuditMetrics.add(all, log.statistics());
            }
            return write(all.build(), openMetrics);
        });
    }

    private static WebResponse write(MetricSnapshots metrics, boolean openMetrics) {
        ExpositionFormatWriter writer = openMetrics
                ? OpenMetricsTextFormatWriter.create()
                : PrometheusTextFormatWriter.builder().build();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException("metrics cannot be written", e);
        }
        return WebResponse.of(200, writer.getContentType(), body.toByteArray());
    }
}
