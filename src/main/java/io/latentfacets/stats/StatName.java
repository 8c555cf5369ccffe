/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import io.latentfacets.wire.WireEnum;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Every statistic of the plugin: its number between nodes, its name in the API, its kind and its description. A node
 * reports all of them; the stats endpoint filters by {@link #key()}.
 */
public enum StatName implements WireEnum {
    STATUS(0, Kind.TEXT, "green: all well; yellow: a load failed or an engine is missing; red: nothing can be encoded"),
    DOCUMENTS_ENCODED(1, Kind.COUNTER, "documents that got a latent at ingest"),
    DOCUMENTS_SKIPPED(2, Kind.COUNTER, "documents indexed without a new latent: no text, no model yet, unchanged"),
    DOCUMENTS_FAILED(
            3,
            Kind.COUNTER,
            "documents that should have got a latent and did not: engine, memory or model not available, malformed"),
    ENCODE_MILLIS(4, Kind.LATENCY, "time to encode a batch at ingest, milliseconds"),
    CLUSTER_COLUMNS(5, Kind.GAUGE, "per-segment cluster columns in memory"),
    CLUSTER_COLUMNS_BYTES(6, Kind.GAUGE, "their size"),
    CLUSTER_COLUMNS_DOCUMENTS(7, Kind.GAUGE, "documents they cover, a document of two columns twice"),
    CLUSTER_COLUMNS_BUILT_BY_WARMER(8, Kind.COUNTER, "columns built in the background, off the path of requests"),
    CLUSTER_COLUMNS_BUILT_BY_SEARCHES(9, Kind.COUNTER, "columns built by the search that needed them"),
    CLUSTER_COLUMNS_FAILED(
            10,
            Kind.COUNTER,
            "columns that were not built: no memory, the shard went, or the search was cancelled or out of time"),
    CLUSTER_COLUMN_MILLIS(11, Kind.LATENCY, "time to build a column, milliseconds"),
    CLUSTER_COLUMN_LOOKUPS(
            12,
            Kind.COUNTER,
            "passes over documents of a large segment that had no column yet: of a query, of an aggregation's counts or"
                    + " of its lift"),
    FACET_MILLIS(13, Kind.LATENCY, "time to answer a facets request, milliseconds"),
    TRAININGS_STARTED(14, Kind.COUNTER, "trainings begun on this node"),
    TRAININGS_SUCCEEDED(15, Kind.COUNTER, "trainings that published a generation"),
    TRAININGS_FAILED(16, Kind.COUNTER, "trainings that failed"),
    TRAININGS_CANCELLED(17, Kind.COUNTER, "trainings that somebody cancelled"),
    GENERATION_LOADS(18, Kind.COUNTER, "generations read from the system index"),
    GENERATION_LOAD_FAILURES(19, Kind.COUNTER, "reads that failed"),
    GENERATION_LOAD_MILLIS(20, Kind.LATENCY, "time to read a generation, milliseconds"),
    GENERATIONS_LOADED(21, Kind.GAUGE, "generations in memory"),
    GENERATIONS_BYTES(22, Kind.GAUGE, "their size"),
    BREAKER_BYTES(23, Kind.GAUGE, "bytes charged to the latent circuit breaker"),
    BREAKER_LIMIT_BYTES(24, Kind.GAUGE, "limit of the latent circuit breaker"),
    BREAKER_TRIPPED(25, Kind.COUNTER, "how often it refused"),
    ENGINE_AVAILABLE(26, Kind.FLAG, "whether this node can encode and train"),
    ENGINE_DEVICE(27, Kind.TEXT, "what it computes on"),
    ENGINE_VERSION(28, Kind.TEXT, "the engine's version"),
    ENGINE_ERROR(29, Kind.TEXT, "why the engine is not available"),
    CLUSTER_COLUMNS_UNKNOWN_ENCODER(
            30,
            Kind.GAUGE,
            "documents in columns whose latent no known encoder of the model made, so they are unassigned; _reencode finds"
                    + " them"),
    TRAININGS_RESUMED(31, Kind.COUNTER, "trainings that went on from a checkpoint on this node"),
    MODELS_DRIFTING(
            32,
            Kind.GAUGE,
            "models whose documents of late are unlike those that they learned from; one node of the cluster counts them"),
    MAP_COLUMNS(33, Kind.GAUGE, "per-segment columns of places on the map in memory"),
    MAP_COLUMNS_BYTES(34, Kind.GAUGE, "their size"),
    MAP_COLUMNS_DOCUMENTS(35, Kind.GAUGE, "documents they cover"),
    MAP_COLUMNS_BUILT_BY_WARMER(36, Kind.COUNTER, "map columns built in the background"),
    MAP_COLUMNS_BUILT_BY_SEARCHES(37, Kind.COUNTER, "map columns built by the search that needed them"),
    MAP_COLUMNS_FAILED(
            38,
            Kind.COUNTER,
            "map columns that were not built: no memory, the shard went, or the search was cancelled or out of time"),
    MAP_COLUMN_MILLIS(39, Kind.LATENCY, "time to build a map column, milliseconds"),
    MAP_COLUMN_LOOKUPS(
            40,
            Kind.COUNTER,
            "passes over documents of a large segment that had no map column yet, of a query or of an aggregation"),
    DOCUMENTS_CLASSIFIED(41, Kind.COUNTER, "labels of classifiers decided at ingest, one for each classifier"),
    DOCUMENTS_UNCLASSIFIED(
            42,
            Kind.COUNTER,
            "those not decided because the classifier was unknown, stale or not loaded: the field was removed or the"
                    + " document failed"),
    ENGINE_NOTICE(43, Kind.TEXT, "why it does not compute where or with what the settings say"),
    ENGINE_DEVICE_BYTES(44, Kind.GAUGE, "memory of the GPU in use by any process; 0 on the CPU"),
    ENGINE_DEVICE_LIMIT_BYTES(45, Kind.GAUGE, "memory of the GPU; 0 on the CPU, or if CUDA does not say"),
    TRAININGS_NATIVE_BYTES(
            46, Kind.GAUGE, "memory that running trainings have reserved on the GPU or outside the heap"),
    TRAININGS_NATIVE_LIMIT_BYTES(47, Kind.GAUGE, "most that they may reserve together"),
    KEPT_DIVISIONS(48, Kind.GAUGE, "clusterings of search results that are kept for the same search again"),
    KEPT_DIVISIONS_BYTES(49, Kind.GAUGE, "their size"),
    ENCODERS_BYTES(50, Kind.GAUGE, "heap of open encoders");

    /** The type of a statistic's value and the way to add it up over nodes. */
    public enum Kind implements WireEnum {
        /** A number that only grows; the total is the sum. */
        COUNTER(0),
        /** A number that rises and falls; the total is the sum. */
        GAUGE(1),
        /** Count, mean, maximum and percentiles of a duration; the total is over the merged histograms. */
        LATENCY(2),
        /** A text, absent if null; there is no total except for {@link StatName#STATUS}. */
        TEXT(3),
        /** True or false; there is no total. */
        FLAG(4);

        private final int id;

        Kind(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }
    }

    private final int id;
    private final Kind kind;
    private final String description;

    StatName(int id, Kind kind, String description) {
        this.id = id;
        this.kind = kind;
        this.description = description;
    }

    @Override
    public int id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    public String description() {
        return description;
    }

    /** The name in the API. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The statistic with this {@link #key()}.
     *
     * @throws IllegalArgumentException if there is none; lists all names
     */
    public static StatName of(String key) {
        for (StatName stat : values()) {
            if (stat.key().equals(key)) {
                return stat;
            }
        }
        List<String> known = Arrays.stream(values()).map(StatName::key).toList();
        throw new IllegalArgumentException("unknown stat [" + key + "], must be one of " + known);
    }
}
