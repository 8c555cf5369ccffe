/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.field.LeafLatents;
import io.latentfacets.search.DocumentBlocks;
import io.latentfacets.search.HybridMatches;
import io.latentfacets.search.HybridSearches;
import io.latentfacets.search.ShardField;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectionTerminatedException;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.LeafBucketCollector;
import org.opensearch.search.aggregations.metrics.MetricsAggregator;
import org.opensearch.search.internal.SearchContext;

/** Samples the latents of the collected documents. Stands at the top level, or below a single nested bucket. */
final class LatentSampleAggregator extends MetricsAggregator {
    private final ShardField field;
    private final int capacity;
    private final HybridSearches hybrids;
    private LatentSampler sampler;
    /** What collects the segment of now; null before the first one. */
    private DocumentBlocks blocks;

    private Weight weight;
    private HybridMatches hybrid;

    LatentSampleAggregator(
            String name,
            ShardField field,
            int capacity,
            HybridSearches hybrids,
            SearchContext context,
            Aggregator parent,
            Map<String, Object> metadata)
            throws IOException {
        super(name, context, parent, metadata);
        this.field = field;
        this.capacity = capacity;
        this.hybrids = hybrids;
        doReset();
    }

    @Override
    public void doReset() {
        sampler = new LatentSampler(capacity, this::addRequestCircuitBreakerBytes);
        blocks = null;
    }

    @Override
    public void setWeight(Weight given) {
        this.weight = given;
    }

    @Override
    public ScoreMode scoreMode() {
        return ScoreMode.COMPLETE_NO_SCORES;
    }

    @Override
    protected LeafBucketCollector getLeafCollector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        flush();
        LeafLatents latents = field.latents(leaf.reader());
        if (latents == null) {
            return LeafBucketCollector.NO_OP_COLLECTOR;
        }
        int dims = latents.dims();
        byte[] block = new byte[DocumentBlocks.SIZE * dims];
        DocumentBlocks collector = new DocumentBlocks(
                (documents, count) -> sampler.add(block, latents.read(documents, count, block), dims));
        blocks = collector;
        if (hybrid == null && parent == null) {
            hybrid = hybrids.of(context, weight);
        }
        if (hybrid != null) {
            hybrid.collect(leaf, collector);
            throw new CollectionTerminatedException();
        }
        return collector;
    }

    private void flush() throws IOException {
        if (blocks != null) {
            blocks.flush();
            blocks = null;
        }
    }

    @Override
    protected void doPostCollection() throws IOException {
        flush();
    }

    @Override
    public InternalAggregation buildAggregation(long owningBucketOrd) throws IOException {
        flush();
        return new InternalLatentSample(name, sampler.build(), metadata());
    }

    @Override
    public InternalAggregation buildEmptyAggregation() {
        return new InternalLatentSample(name, LatentSample.empty(capacity), metadata());
    }
}
