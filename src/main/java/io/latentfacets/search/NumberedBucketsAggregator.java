/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectionTerminatedException;
import org.apache.lucene.search.Weight;
import org.opensearch.common.lease.Releasables;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.aggregations.LeafBucketCollector;
import org.opensearch.search.aggregations.bucket.BucketsAggregator;
import org.opensearch.search.aggregations.bucket.terms.LongKeyedBucketOrds;
import org.opensearch.search.internal.SearchContext;

/**
 * Collects documents into buckets with numbers, whose count is known in advance. Under a single bucket of the parent a
 * bucket's ordinal is its number, and no hashing is needed; under several, a hash table gives the ordinals. Under a
 * hybrid query all documents that any of its parts matches are collected.
 */
public abstract class NumberedBucketsAggregator extends BucketsAggregator {
    private final int count;
    private final HybridSearches hybrids;
    /** Null under a single bucket of the parent. */
    private final LongKeyedBucketOrds ords;

    private Weight weight;
    /** The matches of a hybrid query, set at the first segment; null for other queries. */
    private HybridMatches hybrid;

    /**
     * @param cardinality how many buckets the parent has
     * @param count the number of buckets under each of them
     */
    @SuppressWarnings("this-escape") // core's method only makes room for counts
    protected NumberedBucketsAggregator(
            String name,
            AggregatorFactories factories,
            SearchContext context,
            Aggregator parent,
            CardinalityUpperBound cardinality,
            Map<String, Object> metadata,
            int count,
            HybridSearches hybrids)
            throws IOException {
        super(name, factories, context, parent, CardinalityUpperBound.MANY, metadata);
        this.count = count;
        this.hybrids = hybrids;
        if (cardinality == CardinalityUpperBound.ONE) {
            ords = null;
            grow(count);
        } else {
            ords = LongKeyedBucketOrds.build(context.bigArrays(), cardinality);
        }
    }

    @Override
    public final void setWeight(Weight weight) {
        this.weight = weight;
    }

    /** Whether all documents of a segment match; false if that is not known at once, or below another aggregation. */
    protected final boolean matchesAll(LeafReaderContext leaf) throws IOException {
        return parent == null
                && weight != null
                && weight.count(leaf) == leaf.reader().maxDoc();
    }

    /** The ordinals under several buckets of the parent; null under a single one. */
    protected final LongKeyedBucketOrds ords() {
        return ords;
    }

    /** Returns what collects the documents of a segment. */
    protected abstract LeafBucketCollector collector(LeafReaderContext leaf, LeafBucketCollector sub)
            throws IOException;

    @Override
    protected final LeafBucketCollector getLeafCollector(LeafReaderContext leaf, LeafBucketCollector sub)
            throws IOException {
        LeafBucketCollector collector = collector(leaf, sub);
        if (hybrid == null && parent == null) {
            hybrid = hybrids.of(context, weight);
        }
        if (hybrid != null) {
            hybrid.collect(leaf, collector);
            throw new CollectionTerminatedException();
        }
        return collector;
    }

    /**
     * Counts a document in the bucket of this number.
     *
     * @param below collects it further
     * @return the bucket's ordinal
     */
    protected final long collectNumber(LeafBucketCollector below, int doc, long parentOrd, int number)
            throws IOException {
        if (ords == null) {
            collectExistingBucket(below, doc, number);
            return number;
        }
        long bucket = ords.add(parentOrd, number);
        if (bucket >= 0) {
            collectBucket(below, doc, bucket);
            return bucket;
        }
        collectExistingBucket(below, doc, -1 - bucket);
        return -1 - bucket;
    }

    /** Passes each bucket below a parent to {@code each}: its ordinal and its number. */
    protected final void forEachBucket(long parentOrd, BiConsumer<Long, Integer> each) {
        if (ords != null) {
            LongKeyedBucketOrds.BucketOrdsEnum all = ords.ordsEnum(parentOrd);
            while (all.next()) {
                each.accept(all.ord(), (int) all.value());
            }
            return;
        }
        for (int number = 0; number < count; number++) {
            each.accept((long) number, number);
        }
    }

    @Override
    protected void doClose() {
        Releasables.close(ords);
    }
}
