/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.SourceText;
import io.latentfacets.model.Bound;
import io.latentfacets.model.Generation;
import io.latentfacets.search.ModelIndices;
import io.latentfacets.search.query.LatentClusterQueryBuilder;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.text.SourceField;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.functionscore.ScoreFunctionBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.pipeline.SearchPipelineService;

/**
 * Makes the searches by which calls read the text of documents: by id, by query, near a point of latent space, in a
 * cluster. The caller's client sends them, so they find what the caller may read. Thread-safe.
 */
public final class ReadableDocuments {

    /** The option that names the indices, in the calls that read documents. */
    public static final String INDEX = "index";
    /** The option that names the field with the latents. */
    public static final String LATENT_FIELD = "latent_field";

    private final NeighborTargets targets;
    private final QueryServices queries;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;

    public ReadableDocuments(
            NeighborTargets targets,
            QueryServices queries,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver) {
        this.targets = targets;
        this.queries = queries;
        this.clusterService = clusterService;
        this.resolver = resolver;
    }

    /**
     * Which documents a call may look at.
     *
     * @param generation the generation that reads their text
     * @param names names, patterns and aliases of indices
     * @param timeout the time after which a search returns what it has found
     */
    public record Scope(Generation generation, List<String> names, TimeValue timeout) {
        /** The key of a latent's place: the field with the latents of the model. */
        String model() {
            return generation.model();
        }
    }

    /** The names to search, as {@link ModelIndices#names} finds them. */
    public List<String> names(List<String> asked, String model, Bound bound) {
        return ModelIndices.names(INDEX, asked, model, bound, state());
    }

    /**
     * The field with the latents. The caller of this method has seen that the user may search there.
     *
     * @param asked the field that is asked for; null for the only one
     * @throws ResourceNotFoundException if there is no such index
     * @throws IllegalArgumentException if the field is missing, of another model, or one of several
     */
    public String latentField(Scope scope, String asked) {
        List<IndexMetadata> indices = ModelIndices.resolve(INDEX, scope.names(), state(), resolver);
        return ModelIndices.latentField(INDEX, LATENT_FIELD, scope.model(), asked, indices, scope.names());
    }

    private ClusterState state() {
        return clusterService.state();
    }

    /** A search for documents by id; of several indices with an id, for those of two on average. */
    public SearchRequest withIds(Scope scope, List<String> ids) {
        return search(
                scope, QueryBuilders.idsQuery().addIds(ids.toArray(String[]::new)), 2 * new HashSet<>(ids).size());
    }

    /** A search for the best matches of a query. */
    public SearchRequest matching(Scope scope, QueryBuilder query, int most) {
        return search(scope, query, most);
    }

    /**
     * A search for the documents nearest to a point.
     *
     * @param field the field with the latents
     * @param point the point, {@code [dims]}, not zero
     * @param cluster the key of a cluster or parent that they must be in; null for any
     */
    public SearchRequest near(Scope scope, String field, float[] point, String cluster, int most) {
        byte[] latent = Objects.requireNonNull(Latents.quantize(point), "a point without direction");
        return search(
                scope,
                new LatentNeighborsQueryBuilder(
                        field,
                        most,
                        NeighborTarget.Latent.of(latent),
                        cluster == null ? null : in(field, cluster),
                        () -> targets),
                most);
    }

    /**
     * A search for random documents with a latent.
     *
     * @param cluster the key of a cluster or parent that they must be in; null for any
     * @param seed equal seeds find equal documents as long as the index does not change
     */
    public SearchRequest sample(Scope scope, String field, String cluster, long seed, int most) {
        BoolQueryBuilder which = QueryBuilders.boolQuery()
                .filter(cluster == null ? QueryBuilders.existsQuery(field) : in(field, cluster));
        return search(
                scope,
                QueryBuilders.functionScoreQuery(
                        which, ScoreFunctionBuilders.randomFunction().seed(seed).setField("_seq_no")),
                most);
    }

    private QueryBuilder in(String field, String cluster) {
        return new LatentClusterQueryBuilder(field, List.of(cluster), () -> queries);
    }

    private static SearchRequest search(Scope scope, QueryBuilder query, int most) {
        List<String> fields = new ArrayList<>(
                scope.generation().fields().stream().map(SourceField::name).toList());
        if (scope.generation().vectorField() != null) {
            fields.add(scope.generation().vectorField());
        }
        Set<String> shown = SourceText.fieldsOfSource(fields);
        return new SearchRequest(scope.names().toArray(String[]::new))
                .pipeline(SearchPipelineService.NOOP_PIPELINE_ID)
                .source(new SearchSourceBuilder()
                        .query(query)
                        .size(most)
                        .trackTotalHits(false)
                        .timeout(scope.timeout())
                        .fetchSource(shown.toArray(String[]::new), null));
    }

    /** The documents that a search has found, best first. */
    public static List<SentenceRanker.Document> of(SearchResponse found) {
        List<SentenceRanker.Document> documents = new ArrayList<>();
        for (SearchHit hit : found.getHits().getHits()) {
            documents.add(new SentenceRanker.Document(hit.getIndex(), hit.getId(), hit.getSourceAsMap()));
        }
        return documents;
    }

    /**
     * Puts the documents in the order of their ids.
     *
     * @param key the option with the ids, for messages
     * @throws ResourceNotFoundException if there is no document with one of the ids; names the option and the ids
     */
    public static List<SentenceRanker.Document> inOrder(
            String key, List<String> ids, List<SentenceRanker.Document> read) {
        Set<String> found = read.stream().map(SentenceRanker.Document::id).collect(Collectors.toSet());
        List<String> missing =
                ids.stream().filter(id -> !found.contains(id)).limit(10).toList();
        if (!missing.isEmpty()) {
            throw new ResourceNotFoundException("[{}] must be documents that the caller may read: {}", key, missing);
        }
        return ids.stream()
                .distinct()
                .flatMap(id -> read.stream().filter(document -> document.id().equals(id)))
                .toList();
    }
}
