/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.search.HybridSearches;
import io.latentfacets.search.ShardField;
import io.latentfacets.search.VisibleDocuments;
import io.latentfacets.search.results.ResultClusters;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.AggregatorFactory;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.internal.SearchContext;

/** Creates a shard's aggregators, one per concurrently searched slice. */
final class LatentClustersAggregatorFactory extends AggregatorFactory {

    private final Shard shard;

    /**
     * @param field the field; null if this index does not have it
     * @param results the clusters of the results; null in corpus scope
     */
    LatentClustersAggregatorFactory(
            String name,
            ShardField field,
            FacetOptions options,
            ResultClusters results,
            HybridSearches hybrids,
            QueryShardContext context,
            AggregatorFactory parent,
            AggregatorFactories.Builder subFactories,
            Map<String, Object> metadata)
            throws IOException {
        super(name, context, parent, subFactories, metadata);
        // without the field, all matching documents count as unassigned
        shard = new Shard(field == null ? ShardField.NONE : field, options, results, hybrids);
    }

    @Override
    protected Aggregator createInternal(
            SearchContext context, Aggregator parent, CardinalityUpperBound cardinality, Map<String, Object> metadata)
            throws IOException {
        if (shard.results() != null && shard.results().late()) {
            context.setSearchTimedOut(true);
        }
        return new LatentClustersAggregator(name, factories, shard, context, parent, cardinality, metadata);
    }

    @Override
    protected boolean supportsConcurrentSegmentSearch() {
        return true;
    }

    /** The state that the aggregators of all slices of a shard share. Thread-safe. */
    static final class Shard {
        private final ShardField field;
        private final FacetOptions options;
        private final ResultClusters results;
        private final HybridSearches hybrids;
        private final ShardBuckets buckets;
        private final AtomicBoolean told = new AtomicBoolean();

        private Shard(ShardField field, FacetOptions options, ResultClusters results, HybridSearches hybrids) {
            this.field = field;
            this.options = options;
            this.results = results;
            this.hybrids = hybrids;
            this.buckets =
                    results == null ? new CorpusBuckets(field, options) : new ResultBuckets(field, results, options);
        }

        ShardField field() {
            return field;
        }

        FacetOptions options() {
            return options;
        }

        /** The clusters of the results; null in corpus scope. */
        ResultClusters results() {
            return results;
        }

        HybridSearches hybrids() {
            return hybrids;
        }

        ShardBuckets buckets() {
            return buckets;
        }

        /**
         * Returns the background counts of the whole shard to the first slice that calls. Other slices get none,
         * because the reduce adds them up.
         */
        Map<String, Double> usual(SearchContext context) throws IOException {
            if (buckets.overlaps()) {
                return Map.of(); // what is usual would take the memberships of every document
            }
            return told.compareAndSet(false, true)
                    ? BackgroundCounts.of(buckets, context.searcher(), VisibleDocuments.of(context))
                    : Map.of();
        }
    }
}
