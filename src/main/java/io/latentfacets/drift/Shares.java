/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Compares how documents are distributed over clusters: by the Jensen-Shannon divergence, which for two samples of one
 * distribution is a chi-squared variable over its scale. Stateless.
 */
final class Shares {

    private static final int SPLITS = 100;
    private static final int MOST_DOCUMENTS = 20_000;

    private Shares() {}

    /** The Jensen-Shannon divergence of two distributions given as counts, in nats; 0 if one has no documents. */
    static double divergence(long[] first, long[] second) {
        double a = Arrays.stream(first).sum();
        double b = Arrays.stream(second).sum();
        if (a == 0 || b == 0) {
            return 0;
        }
        double sum = 0;
        for (int c = 0; c < first.length; c++) {
            double p = first[c] / a;
            double q = second[c] / b;
            double middle = (p + q) / 2;
            sum += (p == 0 ? 0 : p * Math.log(p / middle)) + (q == 0 ? 0 : q * Math.log(q / middle));
        }
        return Math.max(0, sum / 2);
    }

    /** The divergence of two samples of one distribution is a chi-squared variable times this. */
    static double scale(double first, double second) {
        return (1 / first + 1 / second) / 8;
    }

    /**
     * The mean and variance of the divergence of random halves over its {@link #scale}: {@code [2]}.
     *
     * @param assigned the cluster of each document; negative for none
     * @param clusters the number of clusters
     */
    static double[] halves(int[] assigned, int clusters, long seed) {
        int[] documents = Arrays.stream(assigned).filter(c -> c >= 0).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        int half = Math.min(documents.length, MOST_DOCUMENTS) / 2;
        double sum = 0;
        double squares = 0;
        for (int split = 0; split < SPLITS; split++) {
            long[][] counts = new long[2][clusters];
            for (int i = 0; i < 2 * half; i++) {
                int j = i + random.nextInt(documents.length - i);
                int taken = documents[j];
                documents[j] = documents[i];
                documents[i] = taken;
                counts[i % 2][taken]++;
            }
            double value = half == 0 ? 0 : divergence(counts[0], counts[1]) / scale(half, half);
            sum += value;
            squares += value * value;
        }
        double mean = sum / SPLITS;
        return new double[] {mean, Math.max(0, squares / SPLITS - mean * mean)};
    }
}
