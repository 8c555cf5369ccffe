/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

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
 */
record FacetOptions(
        Scope scope,
        int size,
        int terms,
        long minDocCount,
        MinSimilarity minSimilarity,
        List<String> excludeTerms,
        BucketOrder order,
        Level level)
        implements Writeable, ToXContentFragment {

    static final int MAX_SIZE = 1000;
    static final int MAX_TERMS = 30;
    static final int MAX_EXCLUDED = 1000;
    static final String SCOPE = "scope";
    static final String SIZE = "size";
    static final String TERMS = "terms";
    static final String MIN_DOC_COUNT = "min_doc_count";
    static final String LEVEL = "level";
    static final String EXCLUDE_TERMS = "exclude_terms";
    static final String ORDER = "order";
    static final String CLUSTERS = "clusters";
    static final String SAMPLE_PER_SHARD = "sample_per_shard";

    /** Keys that {@link Draft#read} knows. */
    static final List<String> KEYS = List.of(
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
            Level.CLUSTERS);

    FacetOptions {
        excludeTerms = List.copyOf(excludeTerms);
        Objects.requireNonNull(scope);
        Objects.requireNonNull(minSimilarity);
        Objects.requireNonNull(order);
        Objects.requireNonNull(level);
    }

    static FacetOptions read(StreamInput in) throws IOException {
        return new FacetOptions(
                in.readEnum(Scope.class),
                in.readVInt(),
                in.readVInt(),
                in.readVLong(),
                new MinSimilarity(in),
                in.readStringList(),
                InternalOrder.Streams.readOrder(in),
                in.readEnum(Level.class));
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
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.field(SIZE, size).field(SCOPE, scope.key()).field(LEVEL, level.key());
        builder.field(TERMS, terms).field(MIN_DOC_COUNT, minDocCount);
        minSimilarity.toXContent(builder, params);
        builder.field(EXCLUDE_TERMS, excludeTerms).field(ORDER);
        return order.toXContent(builder, params);
    }

    /** Options on their way out of a request body. One thread. */
    static final class Draft {
        private Scope scope = DEFAULTS.scope;
        private int size = DEFAULTS.size;
        private int terms = DEFAULTS.terms;
        private long minDocCount = DEFAULTS.minDocCount;
        private MinSimilarity minSimilarity = DEFAULTS.minSimilarity;
        private List<String> excludeTerms = DEFAULTS.excludeTerms;
        private BucketOrder order = DEFAULTS.order;
        private Level level = DEFAULTS.level;

        /**
         * Reads the value of a key, if it is one of {@link #KEYS}.
         *
         * @param parser on the value
         * @return false if the key is none of ours
         * @throws IllegalArgumentException naming key, value and bound
         */
        boolean read(String key, XContentParser parser, StrictKeys keys) throws IOException {
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
                case CLUSTERS, SAMPLE_PER_SHARD ->
                    throw new IllegalArgumentException("[" + key + "] of [" + keys.what()
                            + "] goes with [scope] \"results\", which is not supported yet");
                default -> {
                    return false;
                }
            }
            return true;
        }

        FacetOptions build() {
            return new FacetOptions(scope, size, terms, minDocCount, minSimilarity, excludeTerms, order, level);
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
            if (value.equals(Scope.CORPUS.key())) {
                return Scope.CORPUS;
            }
            if (value.equals(Scope.RESULTS.key())) {
                throw new IllegalArgumentException("[" + SCOPE + "] \"results\" of [" + keys.what()
                        + "] is not supported yet, only \"corpus\" is");
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
