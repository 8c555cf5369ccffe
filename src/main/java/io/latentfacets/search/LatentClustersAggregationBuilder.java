/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
 * {@code {"latent_clusters":{"field":"latent","size":10, …}}}: a bucket for each cluster of the model with documents
 * that match.
 */
public final class LatentClustersAggregationBuilder
        extends AbstractAggregationBuilder<LatentClustersAggregationBuilder> {

    public static final String NAME = "latent_clusters";
    static final String FIELD = "field";
    private static final List<String> KEYS = keys();

    private final Supplier<LatentSearch> search;
    private final PinnedField target;
    private final FacetOptions options;

    /** @param field may be null: the only latent_vector field of the indices searched */
    LatentClustersAggregationBuilder(String name, String field, FacetOptions options, Supplier<LatentSearch> search) {
        super(name);
        this.search = Objects.requireNonNull(search);
        this.target = new PinnedField(field);
        this.options = Objects.requireNonNull(options);
    }

    private LatentClustersAggregationBuilder(
            LatentClustersAggregationBuilder clone,
            PinnedField target,
            AggregatorFactories.Builder factories,
            Map<String, Object> metadata) {
        super(clone, factories, metadata);
        this.search = clone.search;
        this.target = target;
        this.options = clone.options;
    }

    public LatentClustersAggregationBuilder(StreamInput in, Supplier<LatentSearch> search) throws IOException {
        super(in);
        this.search = Objects.requireNonNull(search);
        target = new PinnedField(in);
        options = FacetOptions.read(in);
    }

    /** How a node learns of this aggregation. */
    public static SearchPlugin.AggregationSpec spec(Supplier<LatentSearch> search) {
        return new SearchPlugin.AggregationSpec(
                        NAME,
                        in -> new LatentClustersAggregationBuilder(in, search),
                        (XContentParser parser, String name) -> parse(parser, name, search))
                .addResultReader(InternalLatentClusters::new);
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of(FIELD));
        keys.addAll(FacetOptions.KEYS);
        return List.copyOf(keys);
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        target.writeTo(out);
        options.writeTo(out);
    }

    /** Strict: unknown keys and bad values are refused. */
    public static LatentClustersAggregationBuilder parse(
            XContentParser parser, String name, Supplier<LatentSearch> search) throws IOException {
        StrictKeys keys = new StrictKeys(NAME);
        String field = null;
        FacetOptions.Draft draft = new FacetOptions.Draft();
        while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (key.equals(FIELD)) {
                field = keys.string(parser, key);
            } else if (!draft.read(key, parser, keys)) {
                throw keys.unknown(parser, key, KEYS);
            }
        }
        return new LatentClustersAggregationBuilder(name, field, draft.build(), search);
    }

    @Override
    protected XContentBuilder internalXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        if (target.field() != null) {
            builder.field(FIELD, target.field());
        }
        return options.toXContent(builder, params).endObject();
    }

    /** Core's rewrite passes an empty map for none, which would be shown as {@code "meta":{}}. */
    @Override
    public LatentClustersAggregationBuilder setMetadata(Map<String, Object> given) {
        return given.isEmpty() ? this : super.setMetadata(given);
    }

    @Override
    protected AggregationBuilder doRewrite(QueryRewriteContext context) {
        PinnedField rewritten = target.rewrite(context, search.get());
        return rewritten.equals(target)
                ? this
                : new LatentClustersAggregationBuilder(this, rewritten, factoriesBuilder, metadata);
    }

    @Override
    protected AggregatorFactory doBuild(
            QueryShardContext context, AggregatorFactory parent, AggregatorFactories.Builder subFactories)
            throws IOException {
        ShardField field = search.get().onShard(target, context, NAME);
        return new LatentClustersAggregatorFactory(name, field, options, context, parent, subFactories, metadata);
    }

    @Override
    protected AggregationBuilder shallowCopy(AggregatorFactories.Builder factories, Map<String, Object> metadata) {
        return new LatentClustersAggregationBuilder(this, target, factories, metadata);
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

    FacetOptions options() {
        return options;
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && same((LatentClustersAggregationBuilder) other);
    }

    private boolean same(LatentClustersAggregationBuilder other) {
        return target.equals(other.target) && options.equals(other.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), target, options);
    }
}
