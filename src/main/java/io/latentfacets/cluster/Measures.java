/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.VectorUtil;

/**
 * Measures of the quality of clusters and of their labels. A labeling is an array with the label of each document.
 * Labels are any non-negative numbers; a document with a negative label in either labeling does not count. No measure
 * depends on which number stands for which group. Definitions are those of scikit-learn where it has them. Stateless.
 */
public final class Measures {
    private static final int CHECK_EVERY = 1024;

    private Measures() {}

    /** The number of documents in which words occur, alone and in pairs. The caller numbers the words. */
    public interface CoOccurrence {
        /** The number of documents, at least 1. */
        long documents();

        /** The number of documents that contain the word. */
        long documents(int term);

        /** The number of documents that contain both words. */
        long documents(int first, int second);
    }

    /**
     * The normalised mutual information, 0 to 1: the mutual information over the mean of both entropies; 1 if both
     * labelings are constant.
     */
    public static double nmi(int[] truth, int[] predicted) {
        long[][] table = table(truth, predicted);
        double[] rows = rowSums(table);
        double[] columns = columnSums(table);
        double n = Arrays.stream(rows).sum();
        double mutual = 0;
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < columns.length; c++) {
                if (table[r][c] > 0) {
                    mutual += table[r][c] / n * Math.log(table[r][c] * n / (rows[r] * columns[c]));
                }
            }
        }
        double mean = (entropy(rows, n) + entropy(columns, n)) / 2;
        if (mean < 1e-12) {
            return 1;
        }
        return Math.max(0, Math.min(1, mutual / mean));
    }

    /** The adjusted Rand index, −½ to 1 (Hubert and Arabie, 1985); 0 is the value of chance. */
    public static double adjustedRandIndex(int[] truth, int[] predicted) {
        long[][] table = table(truth, predicted);
        double[] rows = rowSums(table);
        double[] columns = columnSums(table);
        double together = 0;
        for (long[] row : table) {
            for (long cell : row) {
                together += pairs((double) cell);
            }
        }
        double inRows = Arrays.stream(rows).map(Measures::pairs).sum();
        double inColumns = Arrays.stream(columns).map(Measures::pairs).sum();
        double all = pairs(Arrays.stream(rows).sum());
        double expected = all == 0 ? 0 : inRows * inColumns / all;
        double most = (inRows + inColumns) / 2;
        return most == expected ? 1 : (together - expected) / (most - expected);
    }

    /** The share of documents that have the most frequent true label of their cluster, 0 to 1. */
    public static double purity(int[] truth, int[] predicted) {
        long[][] table = table(predicted, truth);
        long pure = 0;
        for (long[] row : table) {
            pure += Arrays.stream(row).max().orElse(0);
        }
        return pure / total(table);
    }

    /** The share of documents whose cluster matches their true label under the best one-to-one matching, 0 to 1. */
    public static double accuracy(int[] truth, int[] predicted) {
        long[][] table = table(predicted, truth);
        int[] match = Hungarian.maximize(table);
        long right = 0;
        for (int r = 0; r < match.length; r++) {
            right += match[r] >= 0 ? table[r][match[r]] : 0;
        }
        return right / total(table);
    }

    /**
     * The mean silhouette by cosine distance, −1 to 1 (Rousseeuw, 1987). A document alone in its cluster counts 0. The
     * value is exact and takes time linear in the number of documents: the mean cosine distance of x to a set is 1 −
     * x·(mean of the set).
     *
     * @param unitLatents the latents, {@code [documents][dims]}
     * @param clusters the cluster of each document, negative for none
     * @return 0 if there are fewer than two clusters
     */
    public static double silhouette(float[][] unitLatents, int[] clusters) {
        double total = 0;
        int n = 0;
        for (double one : silhouettes(unitLatents, clusters, () -> {})) {
            if (!Double.isNaN(one)) {
                total += one;
                n++;
            }
        }
        return n == 0 ? 0 : total / n;
    }

    /**
     * The {@link #silhouette} of each document. NaN for a document of no cluster; 0 for all others if there are fewer
     * than two clusters.
     *
     * @param checkCancelled a callback, called every 1024 documents, that throws to stop
     */
    public static double[] silhouettes(float[][] unitLatents, int[] clusters, Runnable checkCancelled) {
        if (unitLatents.length != clusters.length) {
            throw new IllegalArgumentException(
                    "[" + unitLatents.length + "] latents but [" + clusters.length + "] labels");
        }
        int[] labels = compact(clusters);
        int count = groups(labels);
        int dims = unitLatents.length == 0 ? 0 : unitLatents[0].length;
        double[][] sums = new double[count][dims];
        int[] sizes = new int[count];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] >= 0) {
                sizes[labels[i]]++;
                for (int j = 0; j < dims; j++) {
                    sums[labels[i]][j] += unitLatents[i][j];
                }
            }
        }
        float[][] means = new float[count][dims];
        for (int c = 0; c < count; c++) {
            for (int j = 0; j < dims; j++) {
                means[c][j] = (float) (sums[c][j] / sizes[c]);
            }
        }
        double[] silhouettes = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (i % CHECK_EVERY == 0) {
                checkCancelled.run();
            }
            if (labels[i] < 0) {
                silhouettes[i] = Double.NaN;
            } else if (count > 1) {
                silhouettes[i] = silhouette(unitLatents[i], labels[i], means, sizes);
            }
        }
        return silhouettes;
    }

    private static double silhouette(float[] latent, int own, float[][] means, int[] sizes) {
        if (sizes[own] < 2) {
            return 0;
        }
        double nearestOther = Double.POSITIVE_INFINITY;
        for (int c = 0; c < sizes.length; c++) {
            if (c != own) {
                nearestOther = Math.min(nearestOther, 1 - VectorUtil.dotProduct(latent, means[c]));
            }
        }
        // the mean over the own cluster includes the distance 0 to the document itself; the factor removes it
        double within = (1 - VectorUtil.dotProduct(latent, means[own])) * sizes[own] / (sizes[own] - 1);
        within = Math.max(0, within);
        double larger = Math.max(within, nearestOther);
        return larger <= 0 ? 0 : (nearestOther - within) / larger;
    }

    /** The number of distinct words over the number of all words, 0 to 1 (Dieng et al., 2020); 1 without words. */
    public static double diversity(List<List<String>> topics) {
        Set<String> distinct = new HashSet<>();
        long all = 0;
        for (List<String> topic : topics) {
            distinct.addAll(topic);
            all += topic.size();
        }
        return all == 0 ? 1 : (double) distinct.size() / all;
    }

    /**
     * The mean normalised pointwise mutual information of word pairs by document (Bouma, 2009; Lau et al., 2014), −1 to
     * 1: the mean over lists of the mean over the pairs of a list. A pair that never occurs together counts −1. A list
     * of fewer than two words does not count.
     *
     * @param topics the word numbers, one list per cluster
     * @return 0 if no list has two words
     */
    public static double npmiCoherence(List<int[]> topics, CoOccurrence corpus) {
        double sum = 0;
        int counted = 0;
        for (int[] topic : topics) {
            if (topic.length < 2) {
                continue;
            }
            double ofTopic = 0;
            for (int a = 0; a < topic.length; a++) {
                for (int b = 0; b < a; b++) {
                    ofTopic += npmi(topic[a], topic[b], corpus);
                }
            }
            sum += ofTopic / (topic.length * (topic.length - 1) / 2.0);
            counted++;
        }
        return counted == 0 ? 0 : sum / counted;
    }

    private static double npmi(int a, int b, CoOccurrence corpus) {
        double n = corpus.documents();
        double both = corpus.documents(a, b) / n;
        if (both <= 0) {
            return -1;
        }
        if (both >= 1) {
            return 1;
        }
        return Math.log(both / (corpus.documents(a) / n * (corpus.documents(b) / n))) / -Math.log(both);
    }

    private static long[][] table(int[] rowLabels, int[] columnLabels) {
        int[] rows = compact(rowLabels);
        int[] columns = compact(columnLabels);
        long[][] table = ClusterMatching.counts(rows, columns, groups(rows), groups(columns));
        if (total(table) == 0) {
            throw new IllegalArgumentException("no document has both labels");
        }
        return table;
    }

    /** Renumbers the labels 0, 1, 2, … to keep the contingency table small. */
    private static int[] compact(int[] labels) {
        Map<Integer, Integer> numbers = new HashMap<>();
        int[] compact = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0) {
                compact[i] = -1;
                continue;
            }
            Integer number = numbers.putIfAbsent(labels[i], numbers.size());
            compact[i] = number == null ? numbers.size() - 1 : number;
        }
        return compact;
    }

    private static int groups(int[] labels) {
        return Arrays.stream(labels).max().orElse(-1) + 1;
    }

    private static double[] rowSums(long[][] table) {
        return Arrays.stream(table)
                .mapToDouble(row -> (double) Arrays.stream(row).sum())
                .toArray();
    }

    private static double[] columnSums(long[][] table) {
        double[] sums = new double[table[0].length];
        for (long[] row : table) {
            for (int c = 0; c < sums.length; c++) {
                sums[c] += row[c];
            }
        }
        return sums;
    }

    private static double total(long[][] table) {
        return Arrays.stream(rowSums(table)).sum();
    }

    private static double entropy(double[] sizes, double n) {
        double entropy = 0;
        for (double size : sizes) {
            entropy -= size > 0 ? size / n * Math.log(size / n) : 0;
        }
        return entropy;
    }

    private static double pairs(double n) {
        return n * (n - 1) / 2;
    }
}
