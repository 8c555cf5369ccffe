/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The answer of a search over all documents with the {@code latent_clusters} aggregation.
 *
 * @param clusters the clusters, in the order of the response
 * @param leftOut the number of documents without a cluster, by label
 * @param silhouette the silhouette that the generation reports; NaN if it reports none
 * @param seconds the duration of the training, in seconds
 */
record Learned(List<Found> clusters, Map<String, Long> leftOut, double silhouette, double seconds) {

    /**
     * One cluster of the answer.
     *
     * @param key the key of the cluster
     * @param label its label
     * @param terms its terms as shown, the most characteristic first
     * @param documents the number of its documents
     * @param labels the number of its documents by true label; documents without a label are not counted
     */
    record Found(String key, String label, List<String> terms, long documents, Map<String, Long> labels) {}

    /**
     * Scores the clusters.
     *
     * @param labels the names of the true classes; their positions are the class numbers
     * @param corpus the corpus for the coherence
     */
    Scores scores(List<String> labels, Bags corpus) {
        List<Integer> truth = new ArrayList<>();
        List<Integer> predicted = new ArrayList<>();
        for (int c = 0; c < clusters.size(); c++) {
            add(labels, clusters.get(c).labels(), c, truth, predicted);
        }
        add(labels, leftOut, -1, truth, predicted);
        List<int[]> words = clusters.stream()
                .map(found -> found.terms().stream()
                        .map(corpus::ids)
                        .filter(ids -> !ids.isEmpty())
                        .mapToInt(ids -> ids.get(0))
                        .distinct()
                        .limit(TopWords.COUNT)
                        .toArray())
                .toList();
        return Scores.of(ints(truth), ints(predicted), words, corpus, silhouette, seconds);
    }

    private static void add(
            List<String> labels, Map<String, Long> counts, int cluster, List<Integer> truth, List<Integer> predicted) {
        counts.forEach((label, count) -> {
            for (long i = 0; i < count; i++) {
                truth.add(labels.indexOf(label));
                predicted.add(cluster);
            }
        });
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
