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
 * @param minSimilarity documents further than this cosine from their cluster's centroid count as unassigned, 0 to 1
 * @param excludeTerms regular expressions of terms that are neither listed nor in a label
 * @param order of the buckets, total
 */
record FacetOptions(
        Scope scope,
        int size,
        int terms,
        long minDocCount,
        double minSimilarity,
        List<String> excludeTerms,
        BucketOrder order)
        implements Writeable, ToXContentFragment {

    static final int MAX_SIZE = 1000;
    static final int MAX_TERMS = 30;
    static final int MAX_EXCLUDED = 1000;
    static final String SCOPE = "scope";
    static final String SIZE = "size";
    static final String TERMS = "terms";
    static final String MIN_DOC_COUNT = "min_doc_count";
    static final String MIN_SIMILARITY = "min_similarity";
    static final String EXCLUDE_TERMS = "exclude_terms";
    static final String ORDER = "order";
    static final String CLUSTERS = "clusters";
    static final String SAMPLE_PER_SHARD = "sample_per_shard";

    /** Keys that {@link Draft#read} knows. */
    static final List<String> KEYS = List.of(
            SIZE, SCOPE, CLUSTERS, TERMS, MIN_DOC_COUNT, MIN_SIMILARITY, EXCLUDE_TERMS, SAMPLE_PER_SHARD, ORDER);

    static final FacetOptions DEFAULTS =
            new FacetOptions(Scope.CORPUS, 10, 8, 1, 0, List.of(), BucketOrder.compound(BucketOrder.count(false)));

    FacetOptions {
        excludeTerms = List.copyOf(excludeTerms);
        Objects.requireNonNull(scope);
        Objects.requireNonNull(order);
    }

    static FacetOptions read(StreamInput in) throws IOException {
        return new FacetOptions(
                in.readEnum(Scope.class),
                in.readVInt(),
                in.readVInt(),
                in.readVLong(),
                in.readDouble(),
                in.readStringList(),
                InternalOrder.Streams.readOrder(in));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeEnum(scope);
        out.writeVInt(size);
        out.writeVInt(terms);
        out.writeVLong(minDocCount);
        out.writeDouble(minSimilarity);
        out.writeStringCollection(excludeTerms);
        InternalOrder.Streams.writeOrder(order, out);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.field(SIZE, size).field(SCOPE, scope.key()).field(TERMS, terms);
        builder.field(MIN_DOC_COUNT, minDocCount).field(MIN_SIMILARITY, minSimilarity);
        builder.field(EXCLUDE_TERMS, excludeTerms).field(ORDER);
        return order.toXContent(builder, params);
    }

    /** Options on their way out of a request body. One thread. */
    static final class Draft {
        private Scope scope = DEFAULTS.scope;
        private int size = DEFAULTS.size;
        private int terms = DEFAULTS.terms;
        private long minDocCount = DEFAULTS.minDocCount;
        private double minSimilarity = DEFAULTS.minSimilarity;
        private List<String> excludeTerms = DEFAULTS.excludeTerms;
        private BucketOrder order = DEFAULTS.order;

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
                case MIN_SIMILARITY -> minSimilarity = keys.number(parser, key, 0, 1);
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
            return new FacetOptions(scope, size, terms, minDocCount, minSimilarity, excludeTerms, order);
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
