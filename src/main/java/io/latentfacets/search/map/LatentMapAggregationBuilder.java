/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.ShardField;
import io.latentfacets.strict.StrictMap;
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
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.AggregatorFactory;

/**
 * The aggregation {@code {"latent_map":{"field":"latent","grid":64}}}: a bucket for each cell of a grid over the
 * model's map that has matching documents.
 */
public final class LatentMapAggregationBuilder extends AbstractAggregationBuilder<LatentMapAggregationBuilder> {

    public static final String NAME = "latent_map";

    private final Supplier<SearchServices> services;
    private final PinnedField target;
    private final MapOptions options;

    /** @param field the full name or an alias; null for the only latent_vector field of the searched indices */
    LatentMapAggregationBuilder(String name, String field, MapOptions options, Supplier<SearchServices> services) {
        super(name);
        this.services = Objects.requireNonNull(services);
        this.target = new PinnedField(field);
        this.options = Objects.requireNonNull(options);
    }

    private LatentMapAggregationBuilder(
            LatentMapAggregationBuilder clone,
            PinnedField target,
            AggregatorFactories.Builder factories,
            Map<String, Object> metadata) {
        super(clone, factories, metadata);
        this.services = clone.services;
        this.target = target;
        this.options = clone.options;
    }

    LatentMapAggregationBuilder(StreamInput in, Supplier<SearchServices> services) throws IOException {
        super(in);
        this.services = Objects.requireNonNull(services);
        try (FrameInput frame = FrameInput.open(in)) {
            target = new PinnedField(frame);
            options = MapOptions.read(frame);
        }
    }

    /** The registration of this aggregation with a node. */
    public static SearchPlugin.AggregationSpec spec(Supplier<SearchServices> services) {
        return new SearchPlugin.AggregationSpec(
                        NAME,
                        in -> new LatentMapAggregationBuilder(in, services),
                        (XContentParser parser, String name) -> parse(parser, name, services))
                .addResultReader(InternalLatentMap::new);
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            target.writeTo(frame);
            options.writeTo(frame);
        }
    }

    /** Parses the aggregation strictly: refuses unknown keys and bad values. */
    static LatentMapAggregationBuilder parse(XContentParser parser, String name, Supplier<SearchServices> services)
            throws IOException {
        StrictMap body = StrictMap.of(NAME, parser);
        String field = body.string(PinnedField.FIELD, null);
        MapOptions options = MapOptions.parse(body);
        body.noOtherKeys();
        return new LatentMapAggregationBuilder(name, field, options, services);
    }

    @Override
    protected XContentBuilder internalXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        if (target.field() != null) {
            builder.field(PinnedField.FIELD, target.field());
        }
        return options.toXContent(builder, params).endObject();
    }

    /** Ignores an empty map: core's rewrite passes one for no metadata, and a response would show {@code "meta":{}}. */
    @Override
    public LatentMapAggregationBuilder setMetadata(Map<String, Object> given) {
        return given.isEmpty() ? this : super.setMetadata(given);
    }

    /** The coordinating node pins the generation. Each data node loads it. */
    @Override
    protected AggregationBuilder doRewrite(QueryRewriteContext context) {
        PinnedField pinned = target.rewrite(context, services.get().pins());
        return pinned.equals(target) ? this : new LatentMapAggregationBuilder(this, pinned, factoriesBuilder, metadata);
    }

    @Override
    protected AggregatorFactory doBuild(
            QueryShardContext context, AggregatorFactory parent, AggregatorFactories.Builder subFactories)
            throws IOException {
        ShardField field = services.get().shards().onShard(target, context, NAME);
        if (field != null) {
            field.requireMap(NAME);
        }
        // without the field, all matching documents count as unplaced
        LatentMapAggregatorFactory.Shard shard = new LatentMapAggregatorFactory.Shard(
                field == null ? ShardField.NONE : field,
                options.window(),
                options.size(),
                services.get().hybrids());
        return new LatentMapAggregatorFactory(name, shard, context, parent, subFactories, metadata);
    }

    @Override
    protected AggregationBuilder shallowCopy(AggregatorFactories.Builder factories, Map<String, Object> metadata) {
        return new LatentMapAggregationBuilder(this, target, factories, metadata);
    }

    @Override
    public BucketCardinality bucketCardinality() {
        return BucketCardinality.MANY;
    }

    @Override
    public String getType() {
        return NAME;
    }

    PinnedField target() {
        return target;
    }

    MapOptions options() {
        return options;
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && other instanceof LatentMapAggregationBuilder that
                && target.equals(that.target)
                && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), target, options);
    }
}
