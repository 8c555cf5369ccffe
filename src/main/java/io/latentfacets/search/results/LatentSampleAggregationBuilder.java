/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.search.HybridSearches;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.ShardField;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.search.aggregations.AbstractAggregationBuilder;
import org.opensearch.search.aggregations.AggregationBuilder;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.AggregatorFactory;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.internal.SearchContext;

/**
 * Collects the latents of the matching documents, or a sample of them: the first half of {@code latent_clusters} in
 * results scope. Requests cannot use it directly.
 */
public final class LatentSampleAggregationBuilder extends AbstractAggregationBuilder<LatentSampleAggregationBuilder> {

    static final String NAME = "latent_sample";

    private final Supplier<SearchServices> search;
    private final PinnedField target;
    private final int capacity;

    /** @param capacity the largest number of distinct latents, per shard and over all shards */
    LatentSampleAggregationBuilder(String name, PinnedField target, int capacity, Supplier<SearchServices> search) {
        super(name);
        this.search = Objects.requireNonNull(search);
        this.target = target;
        this.capacity = capacity;
    }

    private LatentSampleAggregationBuilder(
            LatentSampleAggregationBuilder clone,
            PinnedField target,
            AggregatorFactories.Builder factories,
            Map<String, Object> metadata) {
        super(clone, factories, metadata);
        this.search = clone.search;
        this.target = target;
        this.capacity = clone.capacity;
    }

    LatentSampleAggregationBuilder(StreamInput in, Supplier<SearchServices> search) throws IOException {
        super(in);
        this.search = Objects.requireNonNull(search);
        try (FrameInput frame = FrameInput.open(in)) {
            target = new PinnedField(frame);
            capacity = frame.readVInt();
        }
    }

    /** The registration of this aggregation, for the transport between nodes. */
    public static SearchPlugin.AggregationSpec spec(Supplier<SearchServices> search) {
        return new SearchPlugin.AggregationSpec(
                        NAME,
                        in -> new LatentSampleAggregationBuilder(in, search),
                        (XContentParser parser, String name) -> {
                            throw new IllegalArgumentException("[" + NAME + "] is a part of ["
                                    + ResultPartitionToken.AGGREGATION
                                    + "] with [scope] \"results\" and cannot be asked for: [" + name + "]");
                        })
                .addResultReader(InternalLatentSample::new);
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            target.writeTo(frame);
            frame.writeVInt(capacity);
        }
    }

    @Override
    protected XContentBuilder internalXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject()
                .field(PinnedField.FIELD, target.field())
                .field("capacity", capacity)
                .endObject();
    }

    @Override
    protected AggregationBuilder doRewrite(QueryRewriteContext context) {
        PinnedField rewritten = target.rewrite(context, search.get().pins());
        return rewritten.equals(target)
                ? this
                : new LatentSampleAggregationBuilder(this, rewritten, factoriesBuilder, metadata);
    }

    @Override
    protected AggregatorFactory doBuild(
            QueryShardContext context, AggregatorFactory parent, AggregatorFactories.Builder subFactories)
            throws IOException {
        ShardField found = search.get().shards().onShard(target, context, NAME);
        ShardField field = found == null ? ShardField.NONE : found;
        HybridSearches hybrids = search.get().hybrids();
        return new AggregatorFactory(name, context, parent, subFactories, metadata) {
            @Override
            protected Aggregator createInternal(
                    SearchContext searchContext,
                    Aggregator parentAggregator,
                    CardinalityUpperBound cardinality,
                    Map<String, Object> ofAggregation)
                    throws IOException {
                return new LatentSampleAggregator(
                        name, field, capacity, hybrids, searchContext, parentAggregator, ofAggregation);
            }

            @Override
            protected boolean supportsConcurrentSegmentSearch() {
                return true;
            }
        };
    }

    @Override
    protected AggregationBuilder shallowCopy(AggregatorFactories.Builder factories, Map<String, Object> ofCopy) {
        return new LatentSampleAggregationBuilder(this, target, factories, ofCopy);
    }

    @Override
    public BucketCardinality bucketCardinality() {
        return BucketCardinality.NONE;
    }

    @Override
    public String getType() {
        return NAME;
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && target.equals(((LatentSampleAggregationBuilder) other).target)
                && capacity == ((LatentSampleAggregationBuilder) other).capacity;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), target, capacity);
    }
}
