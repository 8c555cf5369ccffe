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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Finds the sentences of clusters' exemplar documents that are nearest the centroids. Reads the documents as the caller
 * and keeps nothing. What it cannot read or encode it does without: sentences are an addition to an answer and no
 * reason for its failure. Thread-safe.
 */
final class SentenceFinder {

    private static final Logger logger = LogManager.getLogger(SentenceFinder.class);

    /** Sentences of a cluster. */
    static final int COUNT = 3;
    /** Most documents of one call; of many clusters the first few of each. */
    static final int MAX_DOCUMENTS = 500;

    private static final int SENTENCES_PER_DOCUMENT = 50;

    /** Sentences are an ornament: what has not been found by then is left out. */
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
     * Calls back with the sentences by cluster key, best first. A cluster without an entry is one whose documents could
     * not be read; never fails.
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
        Set<String> ids = documents(clusters);
        SearchRequest request;
        try {
            request = request(definition, generation, ids);
        } catch (IllegalArgumentException e) {
            without.onFailure(e);
            return;
        }
        client.search(request, Listeners.andThen(without, (next, found) -> choose(generation, clusters, found, next)));
    }

    /** The nearest document of every cluster, then the second of every one, … */
    private static Set<String> documents(List<ClusterInfo> clusters) {
        Set<String> ids = new LinkedHashSet<>();
        int longest = clusters.stream()
                .mapToInt(info -> info.exemplars().size())
                .max()
                .orElse(0);
        for (int rank = 0; rank < longest; rank++) {
            for (ClusterInfo info : clusters) {
                if (rank < info.exemplars().size() && ids.size() < MAX_DOCUMENTS) {
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
        // an id may stand in several indices of the model
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
        ranker.rank(generation, topics, SENTENCES_PER_DOCUMENT, COUNT, ActionListener.map(listener, ranked -> {
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
