/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.common.util.io.IOUtils;
import org.opensearch.telemetry.metrics.Counter;
import org.opensearch.telemetry.metrics.Histogram;
import org.opensearch.telemetry.metrics.MetricsRegistry;
import org.opensearch.telemetry.metrics.tags.Tags;

/**
 * Shows one node's statistics as metrics of OpenSearch's telemetry. The interface of core is experimental, so no other
 * class uses it. Without telemetry, core gives a registry that does nothing.
 *
 * <p>A metric has the name of its statistic, with dots, as core's own: {@code documents_encoded} is
 * {@code latent.documents.encoded.count}. Counters count from the start of the node, latencies are histograms in
 * milliseconds, gauges are read when the exporter asks. Texts are no metrics. There are no tags: the exporter's
 * resource says which node it is. Thread-safe.
 */
public final class NodeMetrics implements LatentStats.Observer, Closeable {

    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<StatName, Counter> counters = new EnumMap<>(StatName.class);
    private final Map<StatName, Histogram> histograms = new EnumMap<>(StatName.class);
    private final List<Closeable> gauges = new ArrayList<>();

    private NodeMetrics(NodeStatsReader reader, MetricsRegistry registry) {
        for (StatName stat : StatName.values()) {
            String name = name(stat);
            switch (stat) {
                // the breaker counts how often it tripped, so it is asked
                case BREAKER_TRIPPED -> gauge(stat, reader, registry);
                default -> {
                    switch (stat.kind()) {
                        case COUNTER ->
                            counters.put(stat, registry.createCounter(name, stat.description(), unit(stat)));
                        case LATENCY ->
                            histograms.put(stat, registry.createHistogram(name, stat.description(), unit(stat)));
                        case GAUGE, FLAG -> gauge(stat, reader, registry);
                        case TEXT -> {}
                    }
                }
            }
        }
    }

    private void gauge(StatName stat, NodeStatsReader reader, MetricsRegistry registry) {
        gauges.add(registry.createGauge(
                name(stat), stat.description(), unit(stat), () -> value(stat, reader), Tags.EMPTY));
    }

    /**
     * Registers the metrics of a node, once, and counts in them from now on.
     *
     * @param reader reads what the node does not count itself
     * @return unregisters the gauges
     */
    public static NodeMetrics register(LatentStats stats, NodeStatsReader reader, MetricsRegistry registry) {
        NodeMetrics metrics = new NodeMetrics(reader, registry);
        stats.observe(metrics);
        return metrics;
    }

    /** The name of a statistic's metric. */
    static String name(StatName stat) {
        String path = "latent." + stat.key().replace('_', '.');
        return switch (stat.kind()) {
            case COUNTER -> path + ".count";
            case LATENCY -> path.replaceFirst("\\.millis$", ".latency");
            case GAUGE, FLAG, TEXT -> path;
        };
    }

    /** The unit of a statistic's metric, as UCUM has it; {@code 1} for a number of things. */
    static String unit(StatName stat) {
        return stat.kind() == StatName.Kind.LATENCY ? "ms" : stat.key().endsWith("_bytes") ? "By" : "1";
    }

    private static double value(StatName stat, NodeStatsReader reader) {
        Object value = reader.read(Set.of(stat)).get(stat);
        return value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).doubleValue();
    }

    @Override
    public void added(StatName stat, long amount) {
        Counter counter = counters.get(stat);
        if (counter != null) {
            counter.add((double) amount);
        }
    }

    @Override
    public void took(StatName stat, long nanos) {
        histograms.get(stat).record(nanos / NANOS_PER_MILLI);
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(gauges);
    }
}
