/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.action;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.ingest.EncoderService;
import io.latentfacets.ingest.SourceDocument;
import io.latentfacets.ingest.SourceText;
import io.latentfacets.ingest.TransportEncodeAction;
import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelDefinition;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.Sentences;
import io.latentfacets.text.SourceField;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.ActionRunnable;
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
import org.opensearch.threadpool.ThreadPool;
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

    private static final int ENCODE_BATCH = 256;

    private static final Comparator<ExemplarSentence> BEST_FIRST = Comparator.comparingDouble(
                    (ExemplarSentence one) -> -one.similarity())
            .thenComparing(ExemplarSentence::sentence)
            .thenComparing(ExemplarSentence::index);

    private final Client client;
    private final EncoderService encoders;
    private final NamedXContentRegistry queries;
    private final ThreadPool threadPool;

    SentenceFinder(Client client, EncoderService encoders, NamedXContentRegistry queries, ThreadPool threadPool) {
        this.client = client;
        this.encoders = encoders;
        this.queries = queries;
        this.threadPool = threadPool;
    }

    private record Candidate(String index, String id, String text) {}

    private record Encoded(Candidate candidate, float[] latent) {}

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
        client.search(
                request,
                ActionListener.wrap(
                        found -> threadPool
                                .executor(TransportEncodeAction.THREAD_POOL)
                                .execute(ActionRunnable.supply(without, () -> choose(generation, clusters, found))),
                        without::onFailure));
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
        Set<String> fields = new LinkedHashSet<>();
        for (SourceField field : generation.fields()) {
            fields.add(field.name());
            int dot = field.name().lastIndexOf('.');
            if (dot > 0) {
                // of a multi-field the source has only the parent
                fields.add(field.name().substring(0, dot));
            }
        }
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

    private Map<String, List<ExemplarSentence>> choose(
            Generation generation, List<ClusterInfo> clusters, SearchResponse found) {
        List<Candidate> candidates = new ArrayList<>();
        Set<String> read = new HashSet<>();
        for (SearchHit hit : found.getHits().getHits()) {
            read.add(hit.getId());
            candidates.addAll(candidates(generation, hit));
        }
        Map<String, List<Encoded>> byDocument = encode(generation, candidates);
        Map<String, List<ExemplarSentence>> sentences = new HashMap<>();
        for (ClusterInfo info : clusters) {
            if (info.exemplars().stream().anyMatch(read::contains)) {
                sentences.put(info.key(), best(generation, info, byDocument));
            }
        }
        return sentences;
    }

    private static List<Candidate> candidates(Generation generation, SearchHit hit) {
        Map<String, Object> source = hit.getSourceAsMap();
        List<Candidate> candidates = new ArrayList<>();
        if (source != null) {
            for (FieldText field : SourceText.of(source, generation.fields())) {
                int left = SENTENCES_PER_DOCUMENT - candidates.size();
                if (left == 0) {
                    break;
                }
                for (String sentence : Sentences.of(field.text(), left)) {
                    candidates.add(new Candidate(hit.getIndex(), hit.getId(), sentence));
                }
            }
        }
        return candidates;
    }

    /** By document id; without those of no word that the generation knows. */
    private Map<String, List<Encoded>> encode(Generation generation, List<Candidate> candidates) {
        Map<String, List<Encoded>> byDocument = new HashMap<>();
        for (int from = 0; from < candidates.size(); from += ENCODE_BATCH) {
            List<Candidate> batch = candidates.subList(from, Math.min(candidates.size(), from + ENCODE_BATCH));
            List<byte[]> latents = encoders.encode(
                    generation,
                    batch.stream()
                            .map(candidate -> SourceDocument.of(List.of(new FieldText(1, candidate.text()))))
                            .toList());
            for (int i = 0; i < batch.size(); i++) {
                if (latents.get(i) != null) {
                    byDocument
                            .computeIfAbsent(batch.get(i).id(), id -> new ArrayList<>())
                            .add(new Encoded(batch.get(i), Latents.dequantize(latents.get(i))));
                }
            }
        }
        return byDocument;
    }

    private static List<ExemplarSentence> best(
            Generation generation, ClusterInfo info, Map<String, List<Encoded>> byDocument) {
        int cluster = generation.clusters().ordinal(info.key());
        List<ExemplarSentence> ranked = info.exemplars().stream()
                .flatMap(id -> byDocument.getOrDefault(id, List.of()).stream())
                .map(encoded -> new ExemplarSentence(
                        encoded.candidate().index(),
                        encoded.candidate().id(),
                        encoded.candidate().text(),
                        generation.clusters().partition().similarity(encoded.latent(), cluster)))
                .sorted(BEST_FIRST)
                .toList();
        Set<String> texts = new HashSet<>();
        Set<String> documents = new HashSet<>();
        List<ExemplarSentence> others = new ArrayList<>();
        List<ExemplarSentence> best = new ArrayList<>();
        for (ExemplarSentence one : ranked) {
            if (texts.add(one.sentence().toLowerCase(Locale.ROOT))) {
                // sentences of several documents tell more than those of one
                (documents.add(one.id()) ? best : others).add(one);
            }
        }
        best.addAll(others);
        return best.stream().limit(COUNT).sorted(BEST_FIRST).toList();
    }
}
