/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.ShardField;
import io.latentfacets.search.ShardFields;
import io.latentfacets.search.UnavailableQuery;
import io.latentfacets.search.aggregation.FacetOptions;
import io.latentfacets.search.results.ResultPartitionToken;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.lucene.search.Query;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.WithFieldName;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.search.SearchService;

/**
 * The query {@code {"latent_cluster":{"field":"latent","clusters":["c7"]}}}. It matches the documents that
 * {@code latent_clusters} counts in these buckets, for clusters and parents. A key that the model does not have, such
 * as one bookmarked before a refresh, matches nothing. With a {@code partition} from results scope, the keys belong to
 * that result, even if the query around it has changed since.
 */
public final class LatentClusterQueryBuilder extends AbstractQueryBuilder<LatentClusterQueryBuilder>
        implements WithFieldName {

    public static final String NAME = "latent_cluster";
    private static final String CLUSTERS = "clusters";
    private static final String PARTITION = "partition";
    private static final OptionType<Double> MIN_MEMBERSHIP = FacetOptions.MIN_MEMBERSHIP.type();
    static final int MAX_CLUSTERS = 1000;

    private final Supplier<QueryServices> services;
    private final PinnedField target;
    private final List<String> clusters;
    private final MinSimilarity minSimilarity;
    /** Null where only the nearest cluster counts. */
    private final Double minMembership;
    /** Null for the model's own clusters. */
    private final ResultPartitionToken partition;

    /** @param clusters 1 to {@value #MAX_CLUSTERS} keys; order and repetition do not matter */
    public LatentClusterQueryBuilder(String field, List<String> clusters, Supplier<QueryServices> services) {
        this(field, clusters, MinSimilarity.NONE, services);
    }

    /** @param minSimilarity the value with which the buckets were counted */
    LatentClusterQueryBuilder(
            String field, List<String> clusters, MinSimilarity minSimilarity, Supplier<QueryServices> services) {
        this(field, clusters, minSimilarity, null, services);
    }

    /** @param partition null for the model's own clusters */
    LatentClusterQueryBuilder(
            String field,
            List<String> clusters,
            MinSimilarity minSimilarity,
            ResultPartitionToken partition,
            Supplier<QueryServices> services) {
        this(new PinnedField(requireField(field)), clusters, minSimilarity, null, partition, services);
    }

    private LatentClusterQueryBuilder(
            PinnedField target,
            List<String> clusters,
            MinSimilarity minSimilarity,
            Double minMembership,
            ResultPartitionToken partition,
            Supplier<QueryServices> services) {
        if (clusters.isEmpty() || clusters.size() > MAX_CLUSTERS) {
            throw StrictMap.of(NAME, Map.of())
                    .bad(CLUSTERS, "a list of 1 to " + MAX_CLUSTERS + " non-empty strings", clusters.size());
        }
        this.services = Objects.requireNonNull(services);
        this.target = target;
        this.clusters = List.copyOf(new TreeSet<>(clusters));
        this.minSimilarity = Objects.requireNonNull(minSimilarity);
        this.minMembership = minMembership;
        this.partition = partition;
        if (partition != null) {
            requireKeys();
        }
    }

    /** Refuses keys that the partition does not have: its keys never change, so an unknown key is a mistake. */
    private void requireKeys() {
        int count = partition.codebook().count();
        for (String key : clusters) {
            if (partition.cluster(key) < 0) {
                throw StrictMap.of(NAME, Map.of())
                        .bad(
                                CLUSTERS,
                                "keys of the partition, " + ResultPartitionToken.key(0) + " to "
                                        + ResultPartitionToken.key(count - 1),
                                key);
            }
        }
        if (minSimilarity.auto()) {
            throw new IllegalArgumentException("[" + MinSimilarity.NAME + "] \"auto\" of [" + NAME
                    + "] does not go with [" + PARTITION + "]: clusters of results have no learned floors");
        }
    }

    private static String requireField(String field) {
        if (field == null || field.isBlank()) {
            throw new IllegalArgumentException("[" + PinnedField.FIELD + "] of [" + NAME + "] is required");
        }
        return field;
    }

    public LatentClusterQueryBuilder(StreamInput in, Supplier<QueryServices> services) throws IOException {
        super(in);
        this.services = Objects.requireNonNull(services);
        try (FrameInput frame = FrameInput.open(in)) {
            target = new PinnedField(frame);
            clusters = frame.readStringList();
            minSimilarity = new MinSimilarity(frame);
            minMembership = frame.readOptionalDouble();
            String token = frame.readOptionalString();
            partition = token == null ? null : ResultPartitionToken.decode(token);
        }
    }

    /** The registration of this query with a node. */
    public static SearchPlugin.QuerySpec<LatentClusterQueryBuilder> spec(Supplier<QueryServices> services) {
        return new SearchPlugin.QuerySpec<>(
                NAME, in -> new LatentClusterQueryBuilder(in, services), parser -> fromXContent(parser, services));
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            target.writeTo(frame);
            frame.writeStringCollection(clusters);
            minSimilarity.writeTo(frame);
            frame.writeOptionalDouble(minMembership);
            frame.writeOptionalString(partition == null ? null : partition.encode());
        }
    }

    /** Parses the query strictly: refuses unknown keys and bad values. */
    public static LatentClusterQueryBuilder fromXContent(XContentParser parser, Supplier<QueryServices> services)
            throws IOException {
        StrictMap body = StrictMap.of(NAME, parser);
        String field = body.string(PinnedField.FIELD);
        body.require(CLUSTERS);
        List<String> clusters = body.strings(CLUSTERS, 1, MAX_CLUSTERS, null);
        MinSimilarity minSimilarity = body.has(MinSimilarity.NAME)
                ? MinSimilarity.TYPE.body().read(body, MinSimilarity.NAME)
                : MinSimilarity.NONE;
        Double minMembership = minMembership(body);
        ResultPartitionToken partition = body.has(PARTITION) ? partition(body) : null;
        double boost = body.number("boost", 0, Float.MAX_VALUE, DEFAULT_BOOST);
        String name = body.string("_name", null);
        body.noOtherKeys();
        return new LatentClusterQueryBuilder(
                        new PinnedField(requireField(field)),
                        clusters,
                        minSimilarity,
                        minMembership,
                        partition,
                        services)
                .boost((float) boost)
                .queryName(name);
    }

    /** A copy that also finds documents whose nearest cluster is another one. */
    LatentClusterQueryBuilder withMembership(double least) {
        return new LatentClusterQueryBuilder(target, clusters, minSimilarity, least, partition, services);
    }

    private static Double minMembership(StrictMap body) {
        String key = FacetOptions.MIN_MEMBERSHIP.key();
        if (!body.has(key)) {
            return null;
        }
        double least = MIN_MEMBERSHIP.body().read(body, key);
        for (String other : List.of(MinSimilarity.NAME, PARTITION)) {
            if (body.has(other)) {
                throw body.failure(
                        body.name(key) + " does not go with [" + other + "]: " + least
                                + "; it is about all clusters of the model, not about the nearest one",
                        null);
            }
        }
        return least;
    }

    private static ResultPartitionToken partition(StrictMap body) {
        String token = body.string(PARTITION);
        try {
            return ResultPartitionToken.decode(token);
        } catch (IllegalArgumentException e) {
            throw body.bad(
                    PARTITION,
                    "a token as [" + ResultPartitionToken.AGGREGATION + "] returns it, but " + e.getMessage(),
                    token);
        }
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME).field(PinnedField.FIELD, target.field()).field(CLUSTERS, clusters);
        if (minMembership != null) {
            builder.field(FacetOptions.MIN_MEMBERSHIP.key(), minMembership);
        } else {
            minSimilarity.toXContent(builder, params);
        }
        if (partition != null) {
            builder.field(PARTITION, partition.encode());
        }
        printBoostAndQueryName(builder);
        builder.endObject();
    }

    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) {
        if (partition != null && context.convertToCoordinatorContext() == null) {
            return this; // the partition holds everything: there is nothing to load
        }
        PinnedField rewritten = target.rewrite(context, services.get().search().pins());
        if (rewritten.equals(target)) {
            return this;
        }
        if (partition != null
                && rewritten.pin() != null
                && !rewritten.pin().model().isEmpty()) {
            requireModel(rewritten.field(), rewritten.pin().model());
        }
        if (rewritten.pin() != null) {
            // Labels do not change the matches: leave them out of cache keys.
            rewritten = rewritten.with(rewritten.field(), rewritten.pin().withoutEdits());
        }
        return new LatentClusterQueryBuilder(rewritten, clusters, minSimilarity, minMembership, partition, services)
                .boost(boost())
                .queryName(queryName());
    }

    private void requireModel(String field, String model) {
        if (!partition.model().equals(model)) {
            throw new IllegalArgumentException("[" + PARTITION + "] of [" + NAME + "] divides results of model ["
                    + partition.model() + "], the field [" + field + "] belongs to model [" + model + "]");
        }
    }

    @Override
    protected Query doToQuery(QueryShardContext context) throws IOException {
        return partition == null ? clusterQuery(context) : partitionQuery(context);
    }

    private Query partitionQuery(QueryShardContext context) throws IOException {
        LatentVectorFieldType type = ShardFields.mapped(target, context, NAME);
        if (type == null) {
            return Queries.newMatchNoDocsQuery("no field [" + target.field() + "]");
        }
        requireModel(target.field(), type.model());
        if (services.get().search().shards().isPast(type, partition.encoder(), context)) {
            return new UnavailableQuery(new OpenSearchStatusException(
                    "[" + PARTITION + "] of [" + NAME + "] divides latents of encoder ["
                            + partition.encoder() + "] of model [" + partition.model()
                            + "], and documents have been encoded anew since; ask for facets again",
                    RestStatus.CONFLICT));
        }
        BitSet numbers = new BitSet();
        clusters.forEach(key -> numbers.set(partition.cluster(key)));
        return new ResultPartitionQuery(
                type.name(),
                partition,
                numbers,
                minSimilarity.cosine(),
                services.get().search().shards().coverage(target, type.model(), context) != Coverage.NONE,
                services.get().partitions());
    }

    private Query clusterQuery(QueryShardContext context) throws IOException {
        ShardField field;
        try {
            field = services.get().search().shards().onShard(target, context, NAME);
        } catch (OpenSearchStatusException e) {
            return new UnavailableQuery(e);
        }
        if (field == null) {
            return Queries.newMatchNoDocsQuery("no field [" + target.field() + "]");
        }
        if (field.generation() == null) {
            return Queries.newMatchNoDocsQuery(
                    "no active generation of model [" + field.pin().model() + "]");
        }
        if (minMembership != null) {
            requireExpensive(context);
            return new LatentMembershipQuery(field, clusters, minMembership);
        }
        return new LatentClusterQuery(
                field, clusters, minSimilarity, services.get().clusters());
    }

    private static void requireExpensive(QueryShardContext context) {
        if (!context.allowExpensiveQueries()) {
            // like script_score, it computes something of every document that the rest of the query leaves
            throw new OpenSearchException(
                    "[{}] queries with [{}] cannot be executed when '{}' is set to false.",
                    NAME,
                    FacetOptions.MIN_MEMBERSHIP.key(),
                    SearchService.ALLOW_EXPENSIVE_QUERIES.getKey());
        }
    }

    @Override
    public String fieldName() {
        return target.field();
    }

    List<String> clusters() {
        return clusters;
    }

    /** Null for the model's own clusters. */
    ResultPartitionToken partition() {
        return partition;
    }

    /** Null where only the nearest cluster counts. */
    Double minMembership() {
        return minMembership;
    }

    PinnedField target() {
        return target;
    }

    @Override
    protected boolean doEquals(LatentClusterQueryBuilder other) {
        return target.equals(other.target)
                && clusters.equals(other.clusters)
                && minSimilarity.equals(other.minSimilarity)
                && Objects.equals(minMembership, other.minMembership)
                && Objects.equals(partition, other.partition);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(target, clusters, minSimilarity, minMembership, partition);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }
}
