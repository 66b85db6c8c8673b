package org.karst.rest.internal;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;
import org.karst.pipeline.Durations;

/** Metrics with their points, each named by label values. */
final class MetricFamily {
    private MetricFamily() {}

    /** What only grows; the format adds {@code _total} to the name. */
    static MetricSnapshot counter(String name, String help, Map<Labels, ? extends Number> points) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        points.forEach((labels, value) -> family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build()));
        return family.build();
    }

    static MetricSnapshot counter(String name, String help, Number value) {
        return counter(name, help, Map.of(Labels.EMPTY, value));
    }

    static MetricSnapshot gauge(String name, String help, Map<Labels, ? extends Number> points) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        points.forEach((labels, value) -> family.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build()));
        return family.build();
    }

    static MetricSnapshot gauge(String name, String help, Number value) {
        return gauge(name, help, Map.of(Labels.EMPTY, value));
    }

    static MetricSnapshot histogram(String name, String help, Map<Labels, Durations> points) {
        HistogramSnapshot.Builder family =
                HistogramSnapshot.builder().name(name).help(help);
        points.forEach((labels, durations) -> family.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets(durations))
                .sum(durations.seconds())
                .build()));
        return family.build();
    }

    static MetricSnapshot histogram(String name, String help, Durations durations) {
        return histogram(name, help, Map.of(Labels.EMPTY, durations));
    }

    private static ClassicHistogramBuckets buckets(Durations durations) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int at = 0; at < durations.counts().size(); at++) {
            double bound = at < durations.bounds().size() ? durations.bounds().get(at) : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, durations.counts().get(at));
        }
        return buckets.build();
    }
}
