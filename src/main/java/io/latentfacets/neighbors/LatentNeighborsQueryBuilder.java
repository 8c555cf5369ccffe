/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.async.Listeners;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.search.Pin;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.ShardField;
import io.latentfacets.search.UnavailableQuery;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.Query;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.SetOnce;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.InnerHitContextBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilderVisitor;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.WithFieldName;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.search.SearchService;

/**
 * The query {@code {"latent_neighbors":{"field":"latent","k":10,"text":"oil price cut"}}}. On each shard it matches the
 * {@code k} documents whose latents are nearest to a text, to a document ({@code like}) or to a {@code vector}. The
 * score is (1 + cosine) / 2. The coordinating node decides on the generation and computes the latent. Equal queries
 * therefore send equal bytes to the shards, which can cache their responses.
 */
public final class LatentNeighborsQueryBuilder extends AbstractQueryBuilder<LatentNeighborsQueryBuilder>
        implements WithFieldName {

    public static final String NAME = "latent_neighbors";

    /** The parameter of the mapping that makes graphs. */
    private static final String NEIGHBORS = "neighbors";

    static final int DEFAULT_K = 10;
    static final int MAX_K = 10_000;

    private static final String K = "k";
    private static final String FILTER = "filter";
    private static final String INCLUDE = "include";
    /**
     * The content of the query.
     *
     * @param k the number of neighbours per shard, 1 to {@value #MAX_K}
     * @param target the text, document or latent whose neighbours to find
     * @param include whether the document of {@code like} may be its own neighbour
     * @param filter the query that neighbours must match; null for none
     */
    private record Question(int k, NeighborTarget target, boolean include, QueryBuilder filter) {

        Question with(NeighborTarget other) {
            return new Question(k, other, include, filter);
        }

        Question with(QueryBuilder other) {
            return new Question(k, target, include, other);
        }
    }

    private final Supplier<NeighborTargets> targets;
    private final PinnedField field;
    private final Question question;
    private final Resolution resolution;

    /** @param filter the query that neighbours must match; null for none */
    LatentNeighborsQueryBuilder(
            String field, int k, NeighborTarget target, QueryBuilder filter, Supplier<NeighborTargets> targets) {
        this(new PinnedField(field), new Question(k, target, false, filter), new Resolution.Open(), targets);
    }

    private LatentNeighborsQueryBuilder(
            PinnedField field, Question question, Resolution resolution, Supplier<NeighborTargets> targets) {
        this.field = field;
        this.question = question;
        this.resolution = resolution;
        this.targets = Objects.requireNonNull(targets);
    }

    LatentNeighborsQueryBuilder(StreamInput in, Supplier<NeighborTargets> targets) throws IOException {
        super(in);
        this.targets = Objects.requireNonNull(targets);
        try (FrameInput frame = FrameInput.open(in)) {
            field = new PinnedField(frame);
            question = new Question(
                    frame.readVInt(),
                    NeighborTarget.read(frame),
                    frame.readBoolean(),
                    frame.readOptionalNamedWriteable(QueryBuilder.class));
            resolution = new Resolution.Open();
        }
    }

    /** The registration of this query with a node. */
    public static SearchPlugin.QuerySpec<LatentNeighborsQueryBuilder> spec(Supplier<NeighborTargets> targets) {
        return new SearchPlugin.QuerySpec<>(
                NAME, in -> new LatentNeighborsQueryBuilder(in, targets), parser -> fromXContent(parser, targets));
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        if (resolution instanceof Resolution.Underway) {
            throw new IllegalStateException("[" + NAME + "] is sent before its rewrite has ended");
        }

        try (FrameOutput frame = new FrameOutput(out)) {
            field.writeTo(frame);
            frame.writeVInt(question.k());
            question.target().writeTo(frame);
            frame.writeBoolean(question.include());
            frame.writeOptionalNamedWriteable(question.filter());
        }
    }

    /** Parses the query strictly: refuses unknown keys and bad values. */
    static LatentNeighborsQueryBuilder fromXContent(XContentParser parser, Supplier<NeighborTargets> targets)
            throws IOException {
        StrictMap body = StrictMap.of(NAME, parser);
        String field = body.string(PinnedField.FIELD);
        int k = body.integer(K, 1, MAX_K, DEFAULT_K);
        NeighborTarget target = NeighborTarget.parse(body);
        boolean include = body.bool(INCLUDE, false);
        if (body.has(INCLUDE) && !(target instanceof NeighborTarget.Like)) {
            throw body.failure(body.name(INCLUDE) + " goes with [" + NeighborTarget.LIKE + "] only: " + include, null);
        }
        QueryBuilder filter = body.query(FILTER);
        double boost = body.number("boost", 0, Float.MAX_VALUE, DEFAULT_BOOST);
        String name = body.string("_name", null);
        body.noOtherKeys();
        return new LatentNeighborsQueryBuilder(
                        new PinnedField(field),
                        new Question(k, target, include, filter),
                        new Resolution.Open(),
                        targets)
                .boost((float) boost)
                .queryName(name);
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME).field(PinnedField.FIELD, field.field()).field(K, question.k());
        question.target().toXContent(builder, params);
        if (question.include()) {
            builder.field(INCLUDE, true);
        }
        if (question.filter() != null) {
            builder.field(FILTER, question.filter(), params);
        }
        printBoostAndQueryName(builder);
        builder.endObject();
    }

    /**
     * The coordinating node pins the field and computes the latent. A data node loads the generation. In a search of
     * several OpenSearch clusters, whose models differ, the data node also does the coordinating node's part.
     */
    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
        QueryBuilder filter =
                question.filter() == null ? null : question.filter().rewrite(context);
        if (resolution instanceof Resolution.Underway underway) {
            NeighborTarget.Latent found = underway.found().get();
            return found == null ? this : with(field, question.with(found).with(filter), new Resolution.Done());
        }
        PinnedField pinned = field.rewrite(context, targets.get().search().pins());
        if (pinned.pin() != null) {
            // Labels do not change the matches: leave them out of cache keys.
            pinned = pinned.with(pinned.field(), pinned.pin().withoutEdits());
        }
        if (!pinned.equals(field) || filter != question.filter()) {
            return with(pinned, question.with(filter), resolution);
        }
        return switch (resolution) {
            case Resolution.Open open -> context.convertToShardContext() == null ? resolve(context) : this;
            case Resolution.Underway underway -> throw new AssertionError("handled above");
            case Resolution.Done done -> this;
        };
    }

    private QueryBuilder resolve(QueryRewriteContext context) {
        boolean coordinating = context.convertToCoordinatorContext() != null;
        NeighborTarget target = question.target();
        if (target instanceof NeighborTarget.Latent && !coordinating) {
            return this;
        }
        if (coordinating && field.pin() == null) {
            if (target instanceof NeighborTarget.Like) {
                throw new IllegalArgumentException("[" + NeighborTarget.LIKE + "] of [" + NAME
                        + "] cannot be used where indices of other clusters are searched: their latents are of other"
                        + " models; use [" + NeighborTarget.TEXT + "]");
            }
            return this;
        }
        Pin pin = field.pin() == null ? targets.get().search().pins().anywhere(field.field()) : field.pin();
        if (pin.generation() == 0) {
            return this;
        }
        SetOnce<NeighborTarget.Latent> found = new SetOnce<>();
        context.registerAsyncAction((client, listener) -> targets.get()
                .resolve(
                        client,
                        field.field(),
                        pin,
                        target,
                        question.include(),
                        Listeners.andThen(listener, (next, latent) -> {
                            found.set(latent);
                            next.onResponse(null);
                        })));
        return with(field.with(field.field(), pin), question, new Resolution.Underway(found));
    }

    private LatentNeighborsQueryBuilder with(PinnedField pinned, Question asked, Resolution state) {
        return new LatentNeighborsQueryBuilder(pinned, asked, state, targets)
                .boost(boost())
                .queryName(queryName());
    }

    @Override
    protected Query doToQuery(QueryShardContext context) throws IOException {
        ShardField shard;
        try {
            shard = targets.get().search().shards().onShard(field, context, NAME);
        } catch (OpenSearchStatusException e) {
            return new UnavailableQuery(e);
        }
        if (shard == null) {
            return Queries.newMatchNoDocsQuery("no field [" + field.field() + "]");
        }
        if (shard.generation() == null) {
            return Queries.newMatchNoDocsQuery(
                    "no active generation of model [" + shard.pin().model() + "]");
        }
        if (!(question.target() instanceof NeighborTarget.Latent latent)) {
            throw new IllegalArgumentException("[" + NAME + "] takes no [" + NeighborTarget.TEXT + "] and no ["
                    + NeighborTarget.LIKE + "] here, where no node can encode before the shard is searched; give a ["
                    + NeighborTarget.VECTOR + "]");
        }
        NeighborTargets.requireDims(shard.generation(), latent);
        boolean hnsw =
                ((LatentVectorFieldType) context.fieldMapper(shard.name()).unwrap()).neighbors();
        if (!hnsw && !context.allowExpensiveQueries()) {
            // like script_score, it looks at every document that the filter leaves
            throw new OpenSearchException(
                    "[{}] queries on fields without [{}] cannot be executed when '{}' is set to false.",
                    NAME,
                    NEIGHBORS,
                    SearchService.ALLOW_EXPENSIVE_QUERIES.getKey());
        }
        return new LatentNeighborsQuery(
                new NeighborSearch(
                        shard.name(),
                        shard.generation().model(),
                        shard.pin().generation(),
                        shard.generation().encoder(),
                        latent.bytes(),
                        question.k(),
                        question.filter() == null ? null : question.filter().toQuery(context),
                        itself(latent, context)),
                hnsw,
                targets.get().search().visible());
    }

    /** A query for the document that the latent belongs to, if it is in this index; otherwise null. */
    private static Query itself(NeighborTarget.Latent latent, QueryShardContext context) {
        return latent.id() != null && latent.index().equals(context.index().getName())
                ? context.fieldMapper(IdFieldMapper.NAME).termQuery(latent.id(), context)
                : null;
    }

    @Override
    public void visit(QueryBuilderVisitor visitor) {
        visitor.accept(this);
        if (question.filter() != null) {
            question.filter().visit(visitor.getChildVisitor(BooleanClause.Occur.FILTER));
        }
    }

    @Override
    protected void extractInnerHitBuilders(Map<String, InnerHitContextBuilder> innerHits) {
        if (question.filter() != null) {
            InnerHitContextBuilder.extractInnerHits(question.filter(), innerHits);
        }
    }

    @Override
    public String fieldName() {
        return field.field();
    }

    NeighborTarget target() {
        return question.target();
    }

    @Override
    protected boolean doEquals(LatentNeighborsQueryBuilder other) {
        return field.equals(other.field) && question.equals(other.question);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(field, question);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }
}
