/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.WorkThreads;
import io.latentfacets.field.StoredLatent;
import io.latentfacets.model.Generation;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchTasks;
import io.latentfacets.search.SearchedIndices;
import io.latentfacets.search.results.InnerSearch;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.document.DocumentField;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.MatchNoneQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Chooses diverse neighbours on the coordinating node during the rewrite of a search. No shard could: each sees only
 * its own documents. A search with the caller's permissions finds the candidates, the nearest of all shards, with their
 * latents. {@link Diversity} chooses among these. The result is a query for just the documents chosen, whose scores
 * keep the order of the choice. Never blocks; computes on the search pool. Cancelled with the outer search. For one
 * search.
 */
final class DiverseNeighbors {

    /** The largest number of diverse neighbours: each is a clause of the query, and core allows 1,024. */
    static final int MAX_K = 200;

    private static final int LEAST_CANDIDATES = 100;
    private static final int CANDIDATES_PER_NEIGHBOR = 5;

    private final NeighborTargets targets;
    private final PinnedField field;
    private final int k;
    private final double diversity;
    private final float[] asked;

    /**
     * @param field the field, with a pin
     * @param k the number of neighbours to choose, 1 to {@value #MAX_K}
     * @param diversity above 0, at most 1
     * @param asked the latent whose neighbours to choose
     */
    DiverseNeighbors(NeighborTargets targets, PinnedField field, int k, double diversity, NeighborTarget.Latent asked) {
        this.targets = targets;
        this.field = field;
        this.k = k;
        this.diversity = diversity;
        this.asked = Latents.dequantize(asked.bytes());
    }

    /** The number of candidates among which to choose: enough that they differ, and few enough to fetch. */
    static int candidates(int k) {
        return Math.max(LEAST_CANDIDATES, CANDIDATES_PER_NEIGHBOR * k);
    }

    /**
     * Passes the query for the chosen neighbours to the listener.
     *
     * @param client a client in the caller's thread context
     * @param request the outer search, not modified
     * @param candidates the query for the candidates
     * @param listener receives the query, or the failure of the inner search. Fails with IllegalArgumentException if
     *     the field is within nested objects, or if no candidate's source holds its latent
     */
    void choose(
            Client client,
            SearchRequest request,
            NamedWriteableRegistry registry,
            QueryBuilder candidates,
            ActionListener<QueryBuilder> listener) {
        if (targets.search().pins().nestedPath(field.field(), SearchedIndices.of(request, registry)) != null) {
            throw new IllegalArgumentException("[diversity] of [" + LatentNeighborsQueryBuilder.NAME
                    + "] must be 0 for a field of nested objects: [" + field.field() + "] is one");
        }
        CancellableTask task = SearchTasks.current(client.threadPool().getThreadContext());
        Runnable check = () -> {
            if (task != null && task.isCancelled()) {
                throw new TaskCancelledException(
                        "the search was cancelled while neighbors were chosen: " + task.getReasonCancelled());
            }
        };
        SearchRequest inner = inner(client, request, candidates);
        targets.search()
                .pins()
                .load(
                        field.pin(),
                        Listeners.andThen(
                                listener,
                                (next, generation) -> client.search(
                                        inner, Listeners.andThen(next, (last, found) -> client.threadPool()
                                                .executor(ThreadPool.Names.SEARCH)
                                                .execute(ActionRunnable.supply(
                                                        last, () -> chosen(found, generation, check)))))));
    }

    private SearchRequest inner(Client client, SearchRequest request, QueryBuilder candidates) {
        SearchRequest inner = InnerSearch.of(
                request, targets.search().pins().currentTask(client.threadPool().getThreadContext()));
        // min_score is about the outer search's scores
        inner.source()
                .query(candidates)
                .minScore(0)
                .size(candidates(k))
                .fetchSource(false)
                .fetchField(field.field());
        return inner;
    }

    private QueryBuilder chosen(SearchResponse found, Generation generation, Runnable check) {
        assert WorkThreads.mayWork() : WorkThreads.busy("choosing neighbors");
        SearchHit[] hits = found.getHits().getHits();
        List<SearchHit> candidates = new ArrayList<>(hits.length);
        List<float[]> latents = new ArrayList<>(hits.length);
        for (SearchHit hit : hits) {
            byte[] latent = latent(hit, generation);
            if (latent != null) {
                candidates.add(hit);
                latents.add(Latents.dequantize(latent));
            }
        }
        if (candidates.isEmpty()) {
            if (hits.length > 0) {
                throw new IllegalArgumentException("[diversity] of [" + LatentNeighborsQueryBuilder.NAME
                        + "] needs latents in [_source]: none of the [" + hits.length + "] candidates has one, such as"
                        + " document [" + hits[0].getId() + "] of index [" + hits[0].getIndex() + "]");
            }
            return new MatchNoneQueryBuilder();
        }
        float[] relevance = new float[candidates.size()];
        for (int i = 0; i < relevance.length; i++) {
            relevance[i] = (float) Diversity.similarity(asked, latents.get(i));
        }
        return query(candidates, Diversity.choose(relevance, latents.toArray(float[][]::new), k, diversity, check));
    }

    private byte[] latent(SearchHit hit, Generation generation) {
        DocumentField value = hit.field(field.field());
        StoredLatent stored = value == null ? null : StoredLatent.of(value.getValue());
        return stored != null && stored.madeBy(generation.encoder()) && stored.latent().length == asked.length
                ? stored.latent()
                : null;
    }

    /** A query for the chosen documents, each with its score. */
    private static QueryBuilder query(List<SearchHit> candidates, List<Diversity.Choice> choices) {
        Map<String, BoolQueryBuilder> byIndex = new TreeMap<>();
        for (Diversity.Choice choice : choices) {
            SearchHit hit = candidates.get(choice.candidate());
            byIndex.computeIfAbsent(hit.getIndex(), index -> QueryBuilders.boolQuery()
                            .filter(QueryBuilders.termQuery("_index", index)))
                    .should(QueryBuilders.constantScoreQuery(
                                    QueryBuilders.idsQuery().addIds(hit.getId()))
                            .boost(choice.score()));
        }
        BoolQueryBuilder all = QueryBuilders.boolQuery();
        byIndex.values().forEach(index -> all.should(index.minimumShouldMatch(1)));
        return all;
    }
}
