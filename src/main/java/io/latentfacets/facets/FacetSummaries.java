/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.model.Generation;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.search.results.ResultPartitionToken;
import io.latentfacets.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.core.action.ActionListener;
import org.opensearch.search.SearchHit;

/**
 * Summaries of clusters: sentences from each cluster's matching documents. The search itself fetches these documents,
 * so only text that the caller may read appears. Stateless.
 */
final class FacetSummaries {
    /** The number of clusters, from the first, that get a summary. */
    static final int MAX_CLUSTERS = 50;
    /** The largest number of sentences in a summary. */
    static final int SENTENCES = 3;
    /** The largest length of a summary in characters; sentences that do not fit are left out. */
    static final int MAX_LENGTH = 1000;

    private static final int MOST_DOCUMENTS = 10;
    private static final int FEWEST_DOCUMENTS = 4;
    private static final int ALL_DOCUMENTS = 200;
    private static final int SENTENCES_PER_DOCUMENT = 20;

    private FacetSummaries() {}

    /**
     * The summary of a cluster; empty if its documents have no sentence that may be shown.
     *
     * @param sentences the sentences, best first
     */
    record Summary(List<SentenceRanker.Ranked> sentences) {
        static final Summary NONE = new Summary(List.of());

        /** The sentences as one text; null for none. */
        String text() {
            return sentences.isEmpty()
                    ? null
                    : String.join(
                            " ",
                            sentences.stream()
                                    .map(SentenceRanker.Ranked::sentence)
                                    .toList());
        }
    }

    /** The number of documents to read per cluster: fewer if there are more clusters. */
    static int documents(FacetsRequest request) {
        int clusters = Math.min(MAX_CLUSTERS, request.options().expected());
        return Math.clamp(ALL_DOCUMENTS / clusters, FEWEST_DOCUMENTS, MOST_DOCUMENTS);
    }

    /**
     * Passes the summaries of the first {@value #MAX_CLUSTERS} clusters to the listener, in the clusters' order. Never
     * blocks.
     */
    static void find(
            FacetServices services,
            InternalLatentClusters clusters,
            Runnable check,
            ActionListener<List<Summary>> listener) {
        List<ClusterBucket> buckets =
                clusters.getBuckets().stream().limit(MAX_CLUSTERS).toList();
        if (buckets.isEmpty()) {
            listener.onResponse(List.of());
            return;
        }
        services.pins()
                .load(
                        clusters.model(),
                        clusters.generation(),
                        Listeners.andThen(
                                listener,
                                (next, generation) -> rank(
                                        services.sentences(),
                                        generation,
                                        buckets,
                                        targets(generation.clusters(), clusters.partition()),
                                        check,
                                        next)));
    }

    /**
     * Maps a bucket to the unit vector, float[dims], that its sentences should be near; null if the position is
     * unknown.
     */
    private static Function<ClusterBucket, float[]> targets(Clusters clusters, String partition) {
        if (partition == null) {
            return bucket -> clusters.centroid(bucket.getKey());
        }
        ResultPartitionToken token = ResultPartitionToken.decode(partition);
        return bucket -> {
            float[] centroid = token.codebook().centroid(token.cluster(bucket.getKey()));
            return VectorUtil.dotProduct(centroid, centroid) == 0 ? null : VectorUtil.l2normalize(centroid);
        };
    }

    private static void rank(
            SentenceRanker ranker,
            Generation generation,
            List<ClusterBucket> buckets,
            Function<ClusterBucket, float[]> targets,
            Runnable check,
            ActionListener<List<Summary>> listener) {
        List<Integer> places = new ArrayList<>();
        List<SentenceRanker.Topic> topics = new ArrayList<>();
        for (int b = 0; b < buckets.size(); b++) {
            float[] target = targets.apply(buckets.get(b));
            if (target != null) {
                places.add(b);
                topics.add(new SentenceRanker.Topic(target, documents(buckets.get(b))));
            }
        }
        ranker.rank(
                generation, topics, SENTENCES_PER_DOCUMENT, SENTENCES, check, ActionListener.map(listener, ranked -> {
                    List<Summary> summaries = new ArrayList<>();
                    buckets.forEach(bucket -> summaries.add(Summary.NONE));
                    for (int i = 0; i < places.size(); i++) {
                        summaries.set(places.get(i), new Summary(fitting(ranked.get(i))));
                    }
                    return summaries;
                }));
    }

    private static List<SentenceRanker.Document> documents(ClusterBucket bucket) {
        List<SentenceRanker.Document> documents = new ArrayList<>();
        for (SearchHit hit : FacetAggregations.documents(bucket).getHits()) {
            documents.add(new SentenceRanker.Document(hit.getIndex(), hit.getId(), hit.getSourceAsMap()));
        }
        return documents;
    }

    /** The sentences that a summary has room for; of titles only the first one. */
    static List<SentenceRanker.Ranked> fitting(List<SentenceRanker.Ranked> ranked) {
        List<SentenceRanker.Ranked> fitting = new ArrayList<>();
        int length = 0;
        for (SentenceRanker.Ranked one : ranked) {
            if (!fitting.isEmpty() && !Sentences.isComplete(one.sentence())) {
                continue; // several titles in a row are no text
            }
            int longer = length + one.sentence().length() + (fitting.isEmpty() ? 0 : 1);
            if (longer <= MAX_LENGTH) {
                fitting.add(one);
                length = longer;
            }
        }
        return fitting;
    }
}
