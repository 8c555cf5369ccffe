/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.Measures;
import java.util.Arrays;
import java.util.List;

/**
 * The measures of one run of one method.
 *
 * @param silhouette the silhouette of the plugin's latents; NaN for other methods
 * @param coherence the NPMI of the clusters' ten words
 * @param clusters the number of clusters, not counting the one of documents that were left out
 * @param documents the number of documents that have a label and were clustered
 * @param seconds the duration of learning, in seconds; for baselines without reading and analysis
 */
record Scores(
        double nmi,
        double ari,
        double accuracy,
        double silhouette,
        double diversity,
        double coherence,
        int clusters,
        int documents,
        double seconds) {

    /** The clusters of documents, with those that are in none (a negative number) as one more cluster. */
    static int[] withRest(int[] predicted) {
        int rest = Arrays.stream(predicted).max().orElse(-1) + 1;
        return Arrays.stream(predicted).map(c -> c < 0 ? rest : c).toArray();
    }

    /**
     * Computes the scores.
     *
     * @param truth the label of each document, −1 for none: not scored
     * @param predicted the cluster of each document, −1 for none: scored as one more cluster
     * @param words the vocabulary ids of each cluster's words
     */
    static Scores of(int[] truth, int[] predicted, List<int[]> words, Bags corpus, double silhouette, double seconds) {
        int clusters =
                (int) Arrays.stream(predicted).filter(c -> c >= 0).distinct().count();
        int[] all = withRest(predicted);
        List<List<String>> topics = words.stream()
                .map(ids -> Arrays.stream(ids).mapToObj(Integer::toString).toList())
                .toList();
        return new Scores(
                Measures.nmi(truth, all),
                Measures.adjustedRandIndex(truth, all),
                Measures.accuracy(truth, all),
                silhouette,
                Measures.diversity(topics),
                Measures.npmiCoherence(words, corpus),
                clusters,
                (int) Arrays.stream(truth).filter(label -> label >= 0).count(),
                seconds);
    }
}
