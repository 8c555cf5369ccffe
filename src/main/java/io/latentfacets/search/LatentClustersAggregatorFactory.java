/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.Map;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.AggregatorFactory;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.internal.SearchContext;

/** Makes a shard's aggregators, one for each concurrently searched slice. */
final class LatentClustersAggregatorFactory extends AggregatorFactory {

    private final ShardField field;
    private final FacetOptions options;

    /** @param field null where this index has no such field */
    LatentClustersAggregatorFactory(
            String name,
            ShardField field,
            FacetOptions options,
            QueryShardContext context,
            AggregatorFactory parent,
            AggregatorFactories.Builder subFactories,
            Map<String, Object> metadata)
            throws IOException {
        super(name, context, parent, subFactories, metadata);
        // without the field, all that match are without a cluster, and are to be counted as such
        this.field = field == null ? ShardField.NONE : field;
        this.options = options;
    }

    @Override
    protected Aggregator createInternal(
            SearchContext context, Aggregator parent, CardinalityUpperBound cardinality, Map<String, Object> metadata)
            throws IOException {
        return new LatentClustersAggregator(name, factories, field, options, context, parent, cardinality, metadata);
    }

    @Override
    protected boolean supportsConcurrentSegmentSearch() {
        return true;
    }
}
