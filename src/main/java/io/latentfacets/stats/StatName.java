/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Every statistic of the plugin, named once: its place in the code, its path in the API, its kind and what it means. A
 * node reports all of them; the stats endpoint filters by {@link #key()}.
 */
public enum StatName {
    STATUS(Kind.TEXT, "green: all well; yellow: a load failed or an engine is missing; red: nothing can be encoded"),
    DOCUMENTS_ENCODED(Kind.COUNTER, "documents that got a latent at ingest"),
    DOCUMENTS_SKIPPED(Kind.COUNTER, "documents indexed without a new latent: no text, no model yet, unchanged"),
    DOCUMENTS_FAILED(
            Kind.COUNTER,
            "documents that should have got a latent and did not: engine, memory or model not available, malformed"),
    ENCODE_MILLIS(Kind.LATENCY, "time to encode a batch at ingest, milliseconds"),
    CLUSTER_COLUMNS(Kind.GAUGE, "per-segment cluster columns in memory"),
    CLUSTER_COLUMNS_BYTES(Kind.GAUGE, "their size"),
    CLUSTER_COLUMNS_DOCUMENTS(Kind.GAUGE, "documents they cover, a document of two columns twice"),
    CLUSTER_COLUMNS_BUILT_BY_WARMER(Kind.COUNTER, "columns built in the background, off the path of requests"),
    CLUSTER_COLUMNS_BUILT_BY_SEARCHES(Kind.COUNTER, "columns built by the search that needed them"),
    CLUSTER_COLUMNS_FAILED(
            Kind.COUNTER,
            "columns that were not built: no memory, the shard went, or the search was cancelled or out of time"),
    CLUSTER_COLUMN_MILLIS(Kind.LATENCY, "time to build a column, milliseconds"),
    CLUSTER_COLUMN_LOOKUPS(
            Kind.COUNTER,
            "passes over documents of a large segment that had no column yet: of a query, of an aggregation's counts or"
                    + " of its lift"),
    FACET_MILLIS(Kind.LATENCY, "time to answer a facets request, milliseconds"),
    TRAININGS_STARTED(Kind.COUNTER, "trainings begun on this node"),
    TRAININGS_SUCCEEDED(Kind.COUNTER, "trainings that published a generation"),
    TRAININGS_FAILED(Kind.COUNTER, "trainings that failed"),
    TRAININGS_CANCELLED(Kind.COUNTER, "trainings that somebody cancelled"),
    GENERATION_LOADS(Kind.COUNTER, "generations read from the system index"),
    GENERATION_LOAD_FAILURES(Kind.COUNTER, "reads that failed"),
    GENERATION_LOAD_MILLIS(Kind.LATENCY, "time to read a generation, milliseconds"),
    GENERATIONS_LOADED(Kind.GAUGE, "generations in memory"),
    GENERATIONS_BYTES(Kind.GAUGE, "their size"),
    BREAKER_BYTES(Kind.GAUGE, "bytes charged to the latent circuit breaker"),
    BREAKER_LIMIT_BYTES(Kind.GAUGE, "limit of the latent circuit breaker"),
    BREAKER_TRIPPED(Kind.COUNTER, "how often it refused"),
    ENGINE_AVAILABLE(Kind.FLAG, "whether this node can encode and train"),
    ENGINE_DEVICE(Kind.TEXT, "what it computes on"),
    ENGINE_VERSION(Kind.TEXT, "the engine's version"),
    ENGINE_ERROR(Kind.TEXT, "why the engine is not available");

    /** How a statistic is written and how it is added up over nodes. */
    public enum Kind {
        /** Only grows; nodes add up. */
        COUNTER,
        /** Goes up and down; nodes add up. */
        GAUGE,
        /** Count, mean, maximum and percentiles of a duration; nodes merge. */
        LATENCY,
        /** A word; absent when null; not added up. */
        TEXT,
        /** True or false; not added up. */
        FLAG
    }

    private final Kind kind;
    private final String description;

    StatName(Kind kind, String description) {
        this.kind = kind;
        this.description = description;
    }

    public Kind kind() {
        return kind;
    }

    public String description() {
        return description;
    }

    /** Its name in the API. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The statistic of that name; IllegalArgumentException listing all names if there is none. */
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
