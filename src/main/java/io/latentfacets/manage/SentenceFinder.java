/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.SourceText;
import io.latentfacets.model.Generation;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.SourceField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.transport.client.Client;

/**
 * Finds the sentences of clusters' exemplar documents that are nearest to the centroids. Reads the documents with the
 * rights of the caller and stores nothing. It skips documents that it cannot read or encode, because missing sentences
 * must not fail the response. Thread-safe.
 */
final class SentenceFinder {

    private static final Logger logger = LogManager.getLogger(SentenceFinder.class);

    /** The number of sentences per cluster. */
    static final int COUNT = 3;
    /** The largest number of documents per call; with many clusters each gets its first few. */
    static final int MAX_DOCUMENTS = 500;

    /** The largest number of exemplars that are shown: two indices may have an id, and a page has 10,000 hits. */
    private static final int MAX_IDS = 5_000;

    private static final int SENTENCES_PER_DOCUMENT = 50;

    /** The time limit of the search for documents: the response omits sentences of documents not found by then. */
    private static final TimeValue PATIENCE = TimeValue.timeValueSeconds(5);

    private final Client client;
    private final SentenceRanker ranker;
    private final NamedXContentRegistry queries;

    SentenceFinder(Client client, SentenceRanker ranker, NamedXContentRegistry queries) {
        this.client = client;
        this.ranker = ranker;
        this.queries = queries;
    }

    /**
     * Passes the sentences to the listener, by cluster key, best first. There is no entry for a cluster whose documents
     * could not be read. Never fails and never blocks.
     */
    void find(
            ModelDefinition definition,
            Generation generation,
            List<ClusterInfo> clusters,
            ActionListener<Map<String, List<ExemplarSentence>>> listener) {
        ActionListener<Map<String, List<ExemplarSentence>>> without =
                ActionListener.delegateResponse(listener, (to, e) -> {
                    logger.debug("no sentences for the clusters of [{}]", generation.model(), e);
                    to.onResponse(Map.of());
                });
        Set<String> ids = documents(clusters, MAX_DOCUMENTS);
        SearchRequest request;
        try {
            request = request(definition, generation, ids);
        } catch (IllegalArgumentException e) {
            without.onFailure(e);
            return;
        }
        client.search(request, Listeners.andThen(without, (next, found) -> choose(generation, clusters, found, next)));
    }

    /**
     * Passes the ids of those exemplars that the caller may read. None, if the search for them fails. Never fails and
     * never blocks.
     */
    void readable(ModelDefinition definition, List<ClusterInfo> clusters, ActionListener<Set<String>> listener) {
        Set<String> ids = documents(clusters, MAX_IDS);
        SearchRequest request = new SearchRequest(definition.source().indices().toArray(String[]::new))
                .indicesOptions(IndicesOptions.lenientExpandOpen())
                .source(new SearchSourceBuilder()
                        .query(QueryBuilders.idsQuery().addIds(ids.toArray(String[]::new)))
                        .size(2 * ids.size())
                        .trackTotalHits(false)
                        .timeout(PATIENCE)
                        .fetchSource(false));
        ActionListener<Set<String>> orNone = ActionListener.delegateResponse(listener, (to, e) -> {
            logger.debug("the exemplars of model [{}] cannot be read", definition.name(), e);
            to.onResponse(Set.of());
        });
        ActionListener<SearchResponse> found = Listeners.andThen(
                orNone,
                (next, response) ->
                        next.onResponse(Arrays.stream(response.getHits().getHits())
                                .map(SearchHit::getId)
                                .collect(Collectors.toSet())));
        client.search(request, found);
    }

    /** The nearest document of every cluster, then the second nearest of every cluster, … */
    private static Set<String> documents(List<ClusterInfo> clusters, int most) {
        Set<String> ids = new LinkedHashSet<>();
        int longest = clusters.stream()
                .mapToInt(info -> info.exemplars().size())
                .max()
                .orElse(0);
        for (int rank = 0; rank < longest; rank++) {
            for (ClusterInfo info : clusters) {
                if (rank < info.exemplars().size() && ids.size() < most) {
                    ids.add(info.exemplars().get(rank));
                }
            }
        }
        return ids;
    }

    private SearchRequest request(ModelDefinition definition, Generation generation, Set<String> ids) {
        BoolQueryBuilder query =
                QueryBuilders.boolQuery().filter(QueryBuilders.idsQuery().addIds(ids.toArray(String[]::new)));
        QueryBuilder learned = definition.source().queryBuilder(queries);
        if (learned != null) {
            query.filter(learned);
        }
        Set<String> fields = SourceText.fieldsOfSource(
                generation.fields().stream().map(SourceField::name).toList());
        // several indices of the model may have the same id
        SearchSourceBuilder source = new SearchSourceBuilder()
                .query(query)
                .size(2 * ids.size())
                .trackTotalHits(false)
                .timeout(PATIENCE)
                .fetchSource(fields.toArray(String[]::new), null);
        return new SearchRequest(definition.source().indices().toArray(String[]::new))
                .indicesOptions(IndicesOptions.lenientExpandOpen())
                .source(source);
    }

    private void choose(
            Generation generation,
            List<ClusterInfo> clusters,
            SearchResponse found,
            ActionListener<Map<String, List<ExemplarSentence>>> listener) {
        Map<String, List<SentenceRanker.Document>> byId = new HashMap<>();
        for (SearchHit hit : found.getHits().getHits()) {
            byId.computeIfAbsent(hit.getId(), id -> new ArrayList<>())
                    .add(new SentenceRanker.Document(hit.getIndex(), hit.getId(), hit.getSourceAsMap()));
        }
        List<String> keys = new ArrayList<>();
        List<SentenceRanker.Topic> topics = new ArrayList<>();
        for (ClusterInfo info : clusters) {
            List<SentenceRanker.Document> documents = info.exemplars().stream()
                    .flatMap(id -> byId.getOrDefault(id, List.of()).stream())
                    .toList();
            if (!documents.isEmpty()) {
                int ordinal = generation.clusters().ordinal(info.key());
                keys.add(info.key());
                topics.add(new SentenceRanker.Topic(
                        generation.clusters().partition().centroids()[ordinal], documents));
            }
        }
        ranker.rank(
                generation, topics, SENTENCES_PER_DOCUMENT, COUNT, () -> {}, ActionListener.map(listener, ranked -> {
                    Map<String, List<ExemplarSentence>> sentences = new HashMap<>();
                    for (int i = 0; i < keys.size(); i++) {
                        sentences.put(
                                keys.get(i),
                                ranked.get(i).stream().map(ExemplarSentence::of).toList());
                    }
                    return sentences;
                }));
    }
}
