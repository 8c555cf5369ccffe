/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.async.Listeners;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchedIndices;
import io.latentfacets.search.ShardField;
import io.latentfacets.search.results.LatentSampleAggregationBuilder;
import io.latentfacets.search.results.ResultClusters;
import io.latentfacets.search.results.ResultPartitionToken;
import io.latentfacets.search.results.ResultPartitioner;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.SetOnce;
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
 * The aggregation {@code {"latent_clusters":{"field":"latent","size":10, …}}}: a bucket for each cluster of the model,
 * or of the results, that has matching documents.
 */
public final class LatentClustersAggregationBuilder
        extends AbstractAggregationBuilder<LatentClustersAggregationBuilder> {

    public static final String NAME = ResultPartitionToken.AGGREGATION;
    private static final int MAX_DIVISIONS = 5;

    private final Supplier<ResultPartitioner> partitioner;
    private final PinnedField target;
    private final FacetOptions options;
    private final Division division;

    /** @param field the full name or an alias; null for the only latent_vector field of the searched indices */
    public LatentClustersAggregationBuilder(
            String name, String field, FacetOptions options, Supplier<ResultPartitioner> partitioner) {
        super(name);
        this.partitioner = Objects.requireNonNull(partitioner);
        this.target = new PinnedField(field);
        this.options = Objects.requireNonNull(options);
        this.division = Division.of(options.scope());
    }

    private LatentClustersAggregationBuilder(
            LatentClustersAggregationBuilder clone,
            PinnedField target,
            Division division,
            AggregatorFactories.Builder factories,
            Map<String, Object> metadata) {
        super(clone, factories, metadata);
        this.partitioner = clone.partitioner;
        this.target = target;
        this.options = clone.options;
        this.division = division;
    }

    public LatentClustersAggregationBuilder(StreamInput in, Supplier<ResultPartitioner> partitioner)
            throws IOException {
        super(in);
        this.partitioner = Objects.requireNonNull(partitioner);
        try (FrameInput frame = FrameInput.open(in)) {
            target = new PinnedField(frame);
            options = FacetOptions.read(frame);
            division = Division.received(options.scope(), frame.readOptionalWriteable(ResultClusters::read));
        }
    }

    /** The registrations of this aggregation, and of the internal one that it uses, with a node. */
    public static List<SearchPlugin.AggregationSpec> specs(Supplier<ResultPartitioner> partitioner) {
        SearchPlugin.AggregationSpec clusters = new SearchPlugin.AggregationSpec(
                        NAME,
                        in -> new LatentClustersAggregationBuilder(in, partitioner),
                        (XContentParser parser, String name) -> parse(parser, name, partitioner))
                .addResultReader(InternalLatentClusters::new);
        return List.of(
                clusters,
                LatentSampleAggregationBuilder.spec(() -> partitioner.get().search()));
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            target.writeTo(frame);
            options.writeTo(frame);
            frame.writeOptionalWriteable(division.clusters());
        }
    }

    /** Parses the aggregation strictly: refuses unknown keys and bad values. */
    public static LatentClustersAggregationBuilder parse(
            XContentParser parser, String name, Supplier<ResultPartitioner> partitioner) throws IOException {
        StrictMap body = StrictMap.of(NAME, parser);
        String field = body.string(PinnedField.FIELD, null);
        FacetOptions options = FacetOptions.parse(body);
        body.noOtherKeys();
        return new LatentClustersAggregationBuilder(name, field, options, partitioner);
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
    public LatentClustersAggregationBuilder setMetadata(Map<String, Object> given) {
        return given.isEmpty() ? this : super.setMetadata(given);
    }

    /**
     * The coordinating node pins the generation and, in results scope, starts the clustering of the results. Each data
     * node loads the generation.
     */
    @Override
    protected AggregationBuilder doRewrite(QueryRewriteContext context) {
        PinnedField pinned = target.rewrite(context, partitioner.get().search().pins());
        if (!pinned.equals(target)) {
            if (pinned.pin() != null) {
                options.requireShown(pinned.pin());
            }
            return with(pinned, division);
        }
        return switch (division) {
            case Division.None none -> this;
            case Division.Wanted wanted -> context.convertToCoordinatorContext() == null ? this : divide(context);
            case Division.Underway underway -> underway.next() == underway ? this : with(target, underway.next());
            case Division.Done done -> this;
        };
    }

    private LatentClustersAggregationBuilder with(PinnedField pinned, Division state) {
        return new LatentClustersAggregationBuilder(this, pinned, state, factoriesBuilder, metadata);
    }

    /**
     * Starts the search for the clusters of the results. Returns this object if no search request is being rewritten.
     */
    private AggregationBuilder divide(QueryRewriteContext context) {
        if (!(context.convertToCoordinatorContext().getSearchRequest() instanceof SearchRequest request)) {
            return this;
        }
        IndicesRequest searched = SearchedIndices.of(request, context.getWriteableRegistry());
        if (SearchedIndices.areAcrossClusters(searched)) {
            throw undivided();
        }
        long asked = divisions(request.source().aggregations().getAggregatorFactories());
        if (asked > MAX_DIVISIONS) {
            throw new IllegalArgumentException("[" + FacetOptions.SCOPE.key() + "] \"results\" of [" + NAME
                    + "] can stand in a request at most [" + MAX_DIVISIONS + "] times: [" + asked + "]");
        }
        SetOnce<ResultClusters> found = new SetOnce<>();
        String nestedPath = partitioner.get().search().pins().nestedPath(target.field(), searched);
        context.registerAsyncAction((client, listener) -> partitioner
                .get()
                .partition(
                        client,
                        request,
                        nestedPath,
                        target,
                        options.results(),
                        Listeners.andThen(listener, (next, clusters) -> {
                            found.set(clusters);
                            next.onResponse(null);
                        })));
        return with(target, new Division.Underway(found));
    }

    @Override
    protected AggregatorFactory doBuild(
            QueryShardContext context, AggregatorFactory parent, AggregatorFactories.Builder subFactories)
            throws IOException {
        if (options.scope() == Scope.RESULTS && division.clusters() == null) {
            throw undivided();
        }
        ShardField field = partitioner.get().search().shards().onShard(target, context, NAME);
        if (field != null) {
            options.requireShown(field.pin());
        }
        return new LatentClustersAggregatorFactory(
                name,
                field,
                options,
                division.clusters(),
                partitioner.get().search().hybrids(),
                context,
                parent,
                subFactories,
                metadata);
    }

    /** The number of aggregations that cluster results. Each of them runs its own search. */
    private static long divisions(Collection<AggregationBuilder> aggregations) {
        long asked = 0;
        for (AggregationBuilder each : aggregations) {
            boolean divides = each instanceof LatentClustersAggregationBuilder clusters
                    && clusters.options.scope() == Scope.RESULTS;
            asked += (divides ? 1 : 0) + divisions(each.getSubAggregations());
        }
        return asked;
    }

    private static IllegalArgumentException undivided() {
        return new IllegalArgumentException("[" + FacetOptions.SCOPE.key() + "] \"results\" of [" + NAME
                + "] cannot be used across clusters, nor where nobody divides the results before they are counted;"
                + " use \"corpus\"");
    }

    @Override
    protected AggregationBuilder shallowCopy(AggregatorFactories.Builder factories, Map<String, Object> metadata) {
        return new LatentClustersAggregationBuilder(this, target, division, factories, metadata);
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
        return target.equals(other.target) && options.equals(other.options) && division.equals(other.division);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), target, options, division);
    }
}
