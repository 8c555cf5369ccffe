/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.async.Listeners;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.search.Pin;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchedIndices;
import io.latentfacets.search.ShardField;
import io.latentfacets.search.UnavailableQuery;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.Query;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.search.SearchRequest;
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
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.WithFieldName;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.search.SearchService;

/**
 * The query {@code {"latent_neighbors":{"field":"latent","k":10,"text":"oil price cut"}}}. On each shard it matches the
 * {@code k} documents whose latents are nearest to a text, to documents ({@code like}) or to a {@code vector}. The
 * score is (1 + cosine) / 2. The coordinating node decides on the generation and computes the latent. Equal queries
 * therefore send equal bytes to the shards, which can cache their responses.
 */
public final class LatentNeighborsQueryBuilder extends AbstractQueryBuilder<LatentNeighborsQueryBuilder>
        implements WithFieldName {

    public static final String NAME = "latent_neighbors";

    /** The parameter of the mapping that makes graphs. */
    private static final String NEIGHBORS = "neighbors";

    private final Supplier<NeighborTargets> targets;
    private final PinnedField field;
    private final NeighborQuestion question;
    private final Resolution resolution;

    /** @param filter the query that neighbours must match; null for none */
    LatentNeighborsQueryBuilder(
            String field, int k, NeighborTarget target, QueryBuilder filter, Supplier<NeighborTargets> targets) {
        this(new PinnedField(field), new NeighborQuestion(k, target, false, filter, 0), new Resolution.Open(), targets);
    }

    private LatentNeighborsQueryBuilder(
            PinnedField field, NeighborQuestion question, Resolution resolution, Supplier<NeighborTargets> targets) {
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
            question = NeighborQuestion.read(frame);
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
        if (resolution instanceof Resolution.Underway || resolution instanceof Resolution.Choosing) {
            throw new IllegalStateException("[" + NAME + "] is sent before its rewrite has ended");
        }

        try (FrameOutput frame = new FrameOutput(out)) {
            field.writeTo(frame);
            question.writeTo(frame);
        }
    }

    /** Parses the query strictly: refuses unknown keys and bad values. */
    static LatentNeighborsQueryBuilder fromXContent(XContentParser parser, Supplier<NeighborTargets> targets)
            throws IOException {
        StrictMap body = StrictMap.of(NAME, parser);
        String field = body.string(PinnedField.FIELD);
        NeighborQuestion question = NeighborQuestion.parse(body);
        double boost = body.number("boost", 0, Float.MAX_VALUE, DEFAULT_BOOST);
        String name = body.string("_name", null);
        body.noOtherKeys();
        return new LatentNeighborsQueryBuilder(new PinnedField(field), question, new Resolution.Open(), targets)
                .boost((float) boost)
                .queryName(name);
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME).field(PinnedField.FIELD, field.field());
        question.toXContent(builder, params);
        printBoostAndQueryName(builder);
        builder.endObject();
    }

    /**
     * The coordinating node pins the field and computes the latent. A data node loads the generation. In a search of
     * several OpenSearch clusters, whose models differ, the data node also does the coordinating node's part. For
     * diverse neighbours, the coordinating node also chooses them, and the query becomes one for just these documents.
     */
    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
        if (resolution instanceof Resolution.Choosing choosing) {
            QueryBuilder chosen = choosing.chosen().get();
            return chosen == null ? this : chosen.boost(boost()).queryName(queryName());
        }
        // the search for candidates rewrites the filter of diverse neighbours
        QueryBuilder filter = question.filter() == null || question.diversity() > 0
                ? question.filter()
                : question.filter().rewrite(context);
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
            case Resolution.Choosing choosing -> throw new AssertionError("handled above");
            case Resolution.Done done -> question.diversity() > 0 ? choose(context) : this;
        };
    }

    /** Starts the search for the candidates among which to choose; only a coordinating node can. */
    private QueryBuilder choose(QueryRewriteContext context) {
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        if (coordinator == null || !(coordinator.getSearchRequest() instanceof SearchRequest request)) {
            return this;
        }
        SetOnce<QueryBuilder> chosen = new SetOnce<>();
        QueryBuilder candidates =
                new LatentNeighborsQueryBuilder(field, question.forCandidates(), new Resolution.Open(), targets);
        DiverseNeighbors diverse =
                new DiverseNeighbors(targets.get(), field, question.k(), question.diversity(), latent());
        context.registerAsyncAction((client, listener) -> diverse.choose(
                client,
                request,
                context.getWriteableRegistry(),
                candidates,
                Listeners.andThen(listener, (next, found) -> {
                    chosen.set(found);
                    next.onResponse(null);
                })));
        return with(field, question, new Resolution.Choosing(chosen));
    }

    private NeighborTarget.Latent latent() {
        return (NeighborTarget.Latent) question.target();
    }

    private QueryBuilder resolve(QueryRewriteContext context) {
        boolean coordinating = context.convertToCoordinatorContext() != null;
        NeighborTarget target = question.target();
        if (target instanceof NeighborTarget.Latent && !coordinating) {
            return this;
        }
        if (coordinating && field.pin() == null) {
            boolean text = target instanceof NeighborTarget.Text || target instanceof NeighborTarget.Latent;
            if (!text || question.diversity() > 0) {
                throw new IllegalArgumentException(
                        "[" + (text ? NeighborQuestion.DIVERSITY : NeighborTarget.LIKE) + "] of [" + NAME
                                + "] cannot be used where indices of other clusters are searched: their latents are of other"
                                + " models" + (text ? "" : "; use [" + NeighborTarget.TEXT + "]"));
            }
            return this;
        }
        Pin pin = field.pin() == null ? targets.get().search().pins().anywhere(field.field()) : field.pin();
        if (pin.generation() == 0) {
            return this;
        }
        NeighborTarget named = named(target, context);
        SetOnce<NeighborTarget.Latent> found = new SetOnce<>();
        context.registerAsyncAction((client, listener) -> targets.get()
                .resolve(
                        client,
                        field.field(),
                        pin,
                        named,
                        question.include(),
                        Listeners.andThen(listener, (next, latent) -> {
                            found.set(latent);
                            next.onResponse(null);
                        })));
        return with(field.with(field.field(), pin), question, new Resolution.Underway(found));
    }

    /** The target with an index for each document: one without is in the only index that is searched. */
    private NeighborTarget named(NeighborTarget target, QueryRewriteContext context) {
        return target instanceof NeighborTarget.Like || target instanceof Examples
                ? Examples.named(target, () -> onlyIndex(context))
                : target;
    }

    private String onlyIndex(QueryRewriteContext context) {
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        String only = coordinator == null
                ? null
                : targets.get()
                        .search()
                        .pins()
                        .onlyIndex(SearchedIndices.of(coordinator.getSearchRequest(), context.getWriteableRegistry()));
        if (only == null) {
            throw new IllegalArgumentException(
                    "[_index] is required for a document of [" + NAME + "] where not exactly one index is searched");
        }
        return only;
    }

    private LatentNeighborsQueryBuilder with(PinnedField pinned, NeighborQuestion asked, Resolution state) {
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
        if (question.diversity() > 0) {
            throw new IllegalArgumentException("[" + NAME + "] takes no [" + NeighborQuestion.DIVERSITY
                    + "] here, where no node can choose before the shard is searched; use it in the query of a search");
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

    /** A query for the documents of this index that are no neighbours; null for none. */
    private static Query itself(NeighborTarget.Latent latent, QueryShardContext context) {
        List<String> here = latent.without().stream()
                .filter(document -> document.index().equals(context.index().getName()))
                .map(NeighborTarget.DocumentId::id)
                .toList();
        return here.isEmpty() ? null : context.fieldMapper(IdFieldMapper.NAME).termsQuery(here, context);
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
