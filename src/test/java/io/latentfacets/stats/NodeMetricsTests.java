/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.engine.InferenceEngine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.telemetry.metrics.Counter;
import org.opensearch.telemetry.metrics.Histogram;
import org.opensearch.telemetry.metrics.MetricsRegistry;
import org.opensearch.telemetry.metrics.TaggedMeasurement;
import org.opensearch.telemetry.metrics.noop.NoopMetricsRegistry;
import org.opensearch.telemetry.metrics.tags.Tags;
import org.opensearch.test.OpenSearchTestCase;

public class NodeMetricsTests extends OpenSearchTestCase {

    /** Keeps what is registered and recorded. */
    private static final class Recording implements MetricsRegistry {
        private final Map<String, String> units = new TreeMap<>();
        private final Map<String, List<Double>> counted = new TreeMap<>();
        private final Map<String, List<Double>> recorded = new TreeMap<>();
        private final Map<String, Supplier<Double>> gauges = new TreeMap<>();

        private List<Double> register(Map<String, List<Double>> kind, String name, String description, String unit) {
            assertNull("[" + name + "] is registered twice", units.put(name, unit));
            assertFalse(description.isEmpty());
            List<Double> values = new ArrayList<>();
            kind.put(name, values);
            return values;
        }

        @Override
        public Counter createCounter(String name, String description, String unit) {
            List<Double> values = register(counted, name, description, unit);
            return new Counter() {
                @Override
                public void add(double value) {
                    values.add(value);
                }

                @Override
                public void add(double value, Tags tags) {
                    throw new AssertionError("no tags");
                }
            };
        }

        @Override
        public Counter createUpDownCounter(String name, String description, String unit) {
            throw new AssertionError("what rises and falls is a gauge");
        }

        @Override
        public Histogram createHistogram(String name, String description, String unit) {
            List<Double> values = register(recorded, name, description, unit);
            return new Histogram() {
                @Override
                public void record(double value) {
                    values.add(value);
                }

                @Override
                public void record(double value, Tags tags) {
                    throw new AssertionError("no tags");
                }
            };
        }

        @Override
        public Closeable createGauge(String name, String description, String unit, Supplier<Double> value, Tags tags) {
            register(new TreeMap<>(), name, description, unit);
            assertThat(tags.getTagsMap().size(), equalTo(0));
            gauges.put(name, value);
            return () -> gauges.remove(name);
        }

        @Override
        public Closeable createGauge(String name, String description, String unit, Supplier<TaggedMeasurement> value) {
            throw new AssertionError("no tags");
        }

        @Override
        public void close() {}
    }

    private final LatentStats stats = new LatentStats();
    private final AtomicBoolean loadFailed = new AtomicBoolean();
    private final CircuitBreaker breaker = new NoopCircuitBreaker("latent") {
        @Override
        public long getUsed() {
            return 77;
        }

        @Override
        public long getTrippedCount() {
            return 3;
        }
    };

    private final NodeStatsReader.Memory memory = new NodeStatsReader.Memory(() -> 5, () -> 100);

    private NodeStatsReader reader() {
        return new NodeStatsReader(
                stats, new InferenceEngine(createTempDir(), 1), breaker, memory, () -> 7, loadFailed::get);
    }

    public void testCountersAndLatenciesAreRecorded() throws IOException {
        Recording registry = new Recording();
        stats.increment(StatName.DOCUMENTS_ENCODED);
        try (NodeMetrics metrics = NodeMetrics.register(stats, reader(), registry)) {
            assertNotNull(metrics);
            stats.increment(StatName.DOCUMENTS_ENCODED);
            stats.add(StatName.DOCUMENTS_ENCODED, 41);
            stats.took(StatName.ENCODE_MILLIS, 1_500_000);
            assertThat(registry.counted.get("latent.documents.encoded.count"), equalTo(List.of(1.0, 41.0)));
            assertThat(registry.recorded.get("latent.encode.latency"), equalTo(List.of(1.5)));
            assertThat("the plugin's own count stays", stats.get(StatName.DOCUMENTS_ENCODED), equalTo(43L));
            assertThat(stats.latency(StatName.ENCODE_MILLIS).count(), equalTo(1L));
        }
    }

    public void testGaugesAreReadWhenAsked() throws IOException {
        Recording registry = new Recording();
        NodeMetrics metrics = NodeMetrics.register(stats, reader(), registry);
        Supplier<Double> columns = registry.gauges.get("latent.cluster.columns.bytes");
        assertThat(columns.get(), equalTo(0.0));
        stats.add(StatName.CLUSTER_COLUMNS_BYTES, 100);
        stats.add(StatName.CLUSTER_COLUMNS_BYTES, -40);
        assertThat(columns.get(), equalTo(60.0));
        assertThat(registry.gauges.get("latent.breaker.bytes").get(), equalTo(77.0));
        assertThat(registry.gauges.get("latent.breaker.tripped.count").get(), equalTo(3.0));
        assertThat("a flag", registry.gauges.get("latent.engine.available").get(), equalTo(0.0));
        metrics.close();
        assertThat("unregistered", registry.gauges, equalTo(Map.of()));
    }

    public void testUnits() {
        Recording registry = new Recording();
        NodeMetrics.register(stats, reader(), registry);
        assertThat(registry.units.get("latent.documents.encoded.count"), equalTo("1"));
        assertThat(registry.units.get("latent.cluster.column.latency"), equalTo("ms"));
        assertThat(registry.units.get("latent.generations.bytes"), equalTo("By"));
        for (StatName stat : StatName.values()) {
            assertThat(
                    stat.key(),
                    registry.units.containsKey(NodeMetrics.name(stat)),
                    equalTo(stat.kind() != StatName.Kind.TEXT));
        }
    }

    public void testWithoutTelemetryNothingHappens() throws IOException {
        NodeMetrics metrics = NodeMetrics.register(stats, reader(), NoopMetricsRegistry.INSTANCE);
        for (StatName stat : StatName.values()) {
            switch (stat.kind()) {
                case COUNTER, GAUGE -> stats.increment(stat);
                case LATENCY -> stats.took(stat, 5);
                case TEXT, FLAG -> {}
            }
        }
        assertThat(stats.get(StatName.TRAININGS_STARTED), equalTo(1L));
        metrics.close();
    }

    public void testEveryMetricIsDocumented() throws IOException {
        String page = Files.readString(
                Path.of(System.getProperty("latent.project.dir")).resolve("docs/operations.md"));
        for (StatName stat : StatName.values()) {
            if (stat.kind() != StatName.Kind.TEXT) {
                assertThat(
                        "the table of metrics in docs/operations.md",
                        page,
                        containsString("`" + NodeMetrics.name(stat) + "`"));
            }
        }
    }
}
