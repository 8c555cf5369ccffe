/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.search.HybridSearches;
import io.latentfacets.search.ShardField;
import java.io.IOException;
import java.util.Map;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.AggregatorFactory;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.internal.SearchContext;

/** Creates a shard's aggregators, one per concurrently searched slice. */
final class LatentMapAggregatorFactory extends AggregatorFactory {

    private final Shard shard;

    /**
     * What the aggregators of all slices of a shard share. Thread-safe.
     *
     * @param size the largest number of cells in the response
     */
    record Shard(ShardField field, MapWindow window, int size, HybridSearches hybrids) {
        InternalLatentMap.Of of() {
            return new InternalLatentMap.Of(field.pin().model(), field.pin().generation(), window, size);
        }
    }

    LatentMapAggregatorFactory(
            String name,
            Shard shard,
            QueryShardContext context,
            AggregatorFactory parent,
            AggregatorFactories.Builder subFactories,
            Map<String, Object> metadata)
            throws IOException {
        super(name, context, parent, subFactories, metadata);
        this.shard = shard;
    }

    @Override
    protected Aggregator createInternal(
            SearchContext context, Aggregator parent, CardinalityUpperBound cardinality, Map<String, Object> metadata)
            throws IOException {
        return new LatentMapAggregator(name, factories, shard, context, parent, cardinality, metadata);
    }

    @Override
    protected boolean supportsConcurrentSegmentSearch() {
        return true;
    }
}
