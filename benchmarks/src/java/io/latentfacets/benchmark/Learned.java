/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a search with the {@code latent_clusters} aggregation says about all documents.
 *
 * @param clusters in the order of the response
 * @param leftOut per label, how many documents are in no cluster
 * @param silhouette as the generation reports it; NaN if it does not
 * @param seconds the training took
 */
record Learned(List<Found> clusters, Map<String, Long> leftOut, double silhouette, double seconds) {

    /**
     * @param terms as shown, the most telling first
     * @param documents all of them
     * @param labels per true label how many documents; those without a label are not in it
     */
    record Found(String key, String label, List<String> terms, long documents, Map<String, Long> labels) {}

    /** @param labels names of the true classes; the result has their numbers */
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
