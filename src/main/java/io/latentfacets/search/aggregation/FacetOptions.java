/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.results.ResultOptions;
import io.latentfacets.strict.StrictKeys;
import io.latentfacets.text.TermPatterns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.aggregations.BucketOrder;
import org.opensearch.search.aggregations.InternalOrder;

/**
 * What a user can say about cluster facets, the same in the aggregation and in the facets endpoint. Immutable.
 *
 * @param size most clusters returned, 1 to {@value #MAX_SIZE}
 * @param terms terms per cluster, 0 to {@value #MAX_TERMS}
 * @param minDocCount clusters with fewer documents are left out; 0 is as 1, since clusters without documents are not
 *     returned
 * @param minSimilarity documents less similar than this to their cluster's centroid count as unassigned
 * @param excludeTerms regular expressions of terms that are neither listed nor in a label
 * @param order of the buckets, total
 * @param level whether clusters or their parents get buckets
 * @param clusters of the results, 2 to {@value ResultClusterer#MAX_COUNT} or {@link ResultClusterer#AUTO}; in results
 *     scope only
 * @param samplePerShard distinct latents that clusters of the results are found on, at most so many of a shard and of
 *     all; counts are over all documents whatever this says; in results scope only
 */
public record FacetOptions(
        Scope scope,
        int size,
        int terms,
        long minDocCount,
        MinSimilarity minSimilarity,
        List<String> excludeTerms,
        BucketOrder order,
        Level level,
        int clusters,
        int samplePerShard)
        implements Writeable, ToXContentFragment {

    static final int MAX_SIZE = 1000;
    static final int MAX_TERMS = 30;
    static final int MAX_EXCLUDED = 1000;
    static final int MIN_SAMPLE = 100;
    static final int MAX_SAMPLE = 100_000;
    public static final String SCOPE = "scope";
    public static final String SIZE = "size";
    public static final String TERMS = "terms";
    public static final String MIN_DOC_COUNT = "min_doc_count";
    public static final String LEVEL = "level";
    public static final String EXCLUDE_TERMS = "exclude_terms";
    static final String ORDER = "order";
    public static final String CLUSTERS = "clusters";
    public static final String SAMPLE_PER_SHARD = "sample_per_shard";
    private static final String AUTO = "auto";

    /** Keys that {@link Draft#read} knows. */
    public static final List<String> KEYS = List.of(
            SIZE,
            SCOPE,
            CLUSTERS,
            TERMS,
            MIN_DOC_COUNT,
            MinSimilarity.NAME,
            EXCLUDE_TERMS,
            SAMPLE_PER_SHARD,
            ORDER,
            LEVEL);

    static final FacetOptions DEFAULTS = new FacetOptions(
            Scope.CORPUS,
            10,
            8,
            1,
            MinSimilarity.NONE,
            List.of(),
            BucketOrder.compound(BucketOrder.count(false)),
            Level.CLUSTERS,
            ResultClusterer.AUTO,
            20_000);

    public FacetOptions {
        excludeTerms = List.copyOf(excludeTerms);
        Objects.requireNonNull(scope);
        Objects.requireNonNull(minSimilarity);
        Objects.requireNonNull(order);
        Objects.requireNonNull(level);
    }

    /** How many clusters will come back, more or less, as far as the request says. */
    public int expected() {
        int found = clusters == ResultClusterer.AUTO ? DEFAULTS.size : clusters;
        return scope == Scope.RESULTS ? Math.min(size, found) : size;
    }

    /** What of these options says how results are divided. */
    ResultOptions results() {
        return new ResultOptions(clusters, samplePerShard, terms, TermPatterns.of(EXCLUDE_TERMS, excludeTerms));
    }

    public static FacetOptions read(StreamInput in) throws IOException {
        return new FacetOptions(
                in.readEnum(Scope.class),
                in.readVInt(),
                in.readVInt(),
                in.readVLong(),
                new MinSimilarity(in),
                in.readStringList(),
                InternalOrder.Streams.readOrder(in),
                in.readEnum(Level.class),
                in.readVInt(),
                in.readVInt());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeEnum(scope);
        out.writeVInt(size);
        out.writeVInt(terms);
        out.writeVLong(minDocCount);
        minSimilarity.writeTo(out);
        out.writeStringCollection(excludeTerms);
        InternalOrder.Streams.writeOrder(order, out);
        out.writeEnum(level);
        out.writeVInt(clusters);
        out.writeVInt(samplePerShard);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.field(SIZE, size).field(SCOPE, scope.key()).field(LEVEL, level.key());
        builder.field(TERMS, terms).field(MIN_DOC_COUNT, minDocCount);
        minSimilarity.toXContent(builder, params);
        if (scope == Scope.RESULTS) {
            if (clusters == ResultClusterer.AUTO) {
                builder.field(CLUSTERS, AUTO);
            } else {
                builder.field(CLUSTERS, clusters);
            }
            builder.field(SAMPLE_PER_SHARD, samplePerShard);
        }
        builder.field(EXCLUDE_TERMS, excludeTerms).field(ORDER);
        return order.toXContent(builder, params);
    }

    /** Options on their way out of a request body. One thread. */
    public static final class Draft {
        private Scope scope = DEFAULTS.scope;
        private Integer size;
        private int terms = DEFAULTS.terms;
        private long minDocCount = DEFAULTS.minDocCount;
        private MinSimilarity minSimilarity = DEFAULTS.minSimilarity;
        private List<String> excludeTerms = DEFAULTS.excludeTerms;
        private BucketOrder order = DEFAULTS.order;
        private Level level = DEFAULTS.level;
        private int clusters = DEFAULTS.clusters;
        private int samplePerShard = DEFAULTS.samplePerShard;
        /** A key that was given and that only results scope has. */
        private String ofResults;

        /**
         * Reads the value of a key, if it is one of {@link #KEYS}.
         *
         * @param parser on the value
         * @return false if the key is none of ours
         * @throws IllegalArgumentException naming key, value and bound
         */
        public boolean read(String key, XContentParser parser, StrictKeys keys) throws IOException {
            switch (key) {
                case SCOPE -> scope = scope(keys.string(parser, key), keys);
                case SIZE -> size = keys.integer(parser, key, 1, MAX_SIZE);
                case TERMS -> terms = keys.integer(parser, key, 0, MAX_TERMS);
                case MIN_DOC_COUNT -> minDocCount = keys.whole(parser, key, 0, Integer.MAX_VALUE);
                case MinSimilarity.NAME -> minSimilarity = MinSimilarity.parse(parser, keys);
                case LEVEL -> level = level(keys.string(parser, key), keys);
                case EXCLUDE_TERMS -> {
                    excludeTerms = keys.strings(parser, key, 0, MAX_EXCLUDED);
                    TermPatterns.of(EXCLUDE_TERMS, excludeTerms);
                }
                case ORDER -> order = order(parser, keys);
                case CLUSTERS -> {
                    clusters = clusters(parser, keys);
                    ofResults = key;
                }
                case SAMPLE_PER_SHARD -> {
                    samplePerShard = keys.integer(parser, key, MIN_SAMPLE, MAX_SAMPLE);
                    ofResults = key;
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** @throws IllegalArgumentException for options that do not go together */
        public FacetOptions build(StrictKeys keys) {
            if (scope == Scope.CORPUS && ofResults != null) {
                throw new IllegalArgumentException("[" + ofResults + "] of [" + keys.what()
                        + "] goes with [scope] \"results\" only, [scope] is \"corpus\"");
            }
            if (scope == Scope.RESULTS && level == Level.PARENTS) {
                throw new IllegalArgumentException("[" + LEVEL + "] \"parents\" of [" + keys.what()
                        + "] goes with [scope] \"corpus\" only: clusters of results have no parents");
            }
            if (scope == Scope.RESULTS && minSimilarity.auto()) {
                throw new IllegalArgumentException("[" + MinSimilarity.NAME + "] \"auto\" of [" + keys.what()
                        + "] goes with [scope] \"corpus\" only: clusters of results have no learned floors");
            }
            // who asks for so many clusters of his results wants to see them
            int shown = size != null ? size : scope == Scope.RESULTS ? ResultClusterer.MAX_COUNT : DEFAULTS.size;
            return new FacetOptions(
                    scope,
                    shown,
                    terms,
                    minDocCount,
                    minSimilarity,
                    excludeTerms,
                    order,
                    level,
                    clusters,
                    samplePerShard);
        }

        private static int clusters(XContentParser parser, StrictKeys keys) throws IOException {
            if (parser.currentToken() != XContentParser.Token.VALUE_STRING) {
                return (int) keys.whole(parser, CLUSTERS, 2, ResultClusterer.MAX_COUNT, " or \"" + AUTO + "\"");
            }
            if (!parser.text().equals(AUTO)) {
                throw keys.bad(
                        CLUSTERS,
                        "an integer in [2, " + ResultClusterer.MAX_COUNT + "] or \"" + AUTO + "\"",
                        parser.text());
            }
            return ResultClusterer.AUTO;
        }

        private static Level level(String value, StrictKeys keys) {
            for (Level level : Level.values()) {
                if (level.key().equals(value)) {
                    return level;
                }
            }
            throw keys.bad(LEVEL, "one of [clusters, parents]", value);
        }

        private static Scope scope(String value, StrictKeys keys) {
            for (Scope scope : Scope.values()) {
                if (scope.key().equals(value)) {
                    return scope;
                }
            }
            throw keys.bad(SCOPE, "one of [corpus, results]", value);
        }

        private static BucketOrder order(XContentParser parser, StrictKeys keys) throws IOException {
            List<BucketOrder> orders = new ArrayList<>();
            if (parser.currentToken() == XContentParser.Token.START_ARRAY) {
                while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
                    keys.object(parser, ORDER);
                    orders.add(InternalOrder.Parser.parseOrderParam(parser));
                }
                if (orders.isEmpty()) {
                    throw keys.bad(ORDER, "an object or an array of objects that is not empty", orders);
                }
            } else {
                keys.object(parser, ORDER);
                orders.add(InternalOrder.Parser.parseOrderParam(parser));
            }
            boolean total = orders.size() == 1 && InternalOrder.isKeyOrder(orders.get(0));
            return total ? orders.get(0) : BucketOrder.compound(orders);
        }
    }
}
