/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import java.util.Arrays;

/**
 * Merges many small clusters into few, nearest pair first. The nearest pair is the one whose merge costs the least
 * classification likelihood of Gaussians with one shared covariance. In whitened space the loss is Ward's, ½ · ab/(a+b)
 * · |μ_a − μ_b|², minus the gain of the mixing proportions, (a+b) ln(a+b) − a ln a − b ln b (Fraley &amp; Raftery,
 * 1998, section 2, with proportions). The gain grows with the sizes, so a large subject stays whole; k-means would cut
 * it into pieces. For a single use; not thread-safe.
 */
final class MicroMerger {
    private final double[][] means;
    private final double[] sizes;
    private final int[] mergedInto;
    private final int[] nearest;
    private final double[] losses;

    /**
     * @param points the points in whitened space, {@code [points][dims]}
     * @param labels the small cluster of each point, 0 to count − 1
     * @param count the number of small clusters, none of them empty
     */
    MicroMerger(float[][] points, int[] labels, int count) {
        means = new double[count][points[0].length];
        sizes = new double[count];
        for (int i = 0; i < points.length; i++) {
            sizes[labels[i]]++;
            for (int j = 0; j < points[i].length; j++) {
                means[labels[i]][j] += points[i][j];
            }
        }
        mergedInto = new int[count];
        nearest = new int[count];
        losses = new double[count];
        Arrays.fill(mergedInto, -1);
        for (int c = 0; c < count; c++) {
            if (sizes[c] == 0) {
                throw new IllegalArgumentException("cluster [" + c + "] of [" + count + "] is empty");
            }
            for (int j = 0; j < means[c].length; j++) {
                means[c][j] /= sizes[c];
            }
        }
    }

    /** @return the number of the merged cluster that contains each small cluster, 0 to wanted − 1 */
    int[] merge(int wanted, Runnable checkCancelled) {
        int count = sizes.length;
        for (int c = 0; c < count; c++) {
            findNearest(c);
        }
        for (int left = count; left > wanted; left--) {
            checkCancelled.run();
            int best = -1;
            for (int c = 0; c < count; c++) {
                if (mergedInto[c] < 0 && nearest[c] >= 0 && (best < 0 || losses[c] < losses[best])) {
                    best = c;
                }
            }
            merge(best, nearest[best]);
        }
        return numbered();
    }

    private void merge(int kept, int gone) {
        double size = sizes[kept] + sizes[gone];
        for (int j = 0; j < means[kept].length; j++) {
            means[kept][j] = (sizes[kept] * means[kept][j] + sizes[gone] * means[gone][j]) / size;
        }
        sizes[kept] = size;
        mergedInto[gone] = kept;
        for (int c = 0; c < sizes.length; c++) {
            if (mergedInto[c] >= 0) {
                continue;
            }
            if (c == kept || nearest[c] == kept || nearest[c] == gone) {
                findNearest(c);
            } else if (loss(c, kept) < losses[c]) {
                nearest[c] = kept;
                losses[c] = loss(c, kept);
            }
        }
    }

    private void findNearest(int of) {
        nearest[of] = -1;
        losses[of] = Double.POSITIVE_INFINITY;
        for (int c = 0; c < sizes.length; c++) {
            if (c != of && mergedInto[c] < 0 && loss(of, c) < losses[of]) {
                nearest[of] = c;
                losses[of] = loss(of, c);
            }
        }
    }

    /** The loss of merging two clusters; symmetric to the last bit. */
    private double loss(int one, int other) {
        int first = Math.min(one, other);
        int second = Math.max(one, other);
        double a = sizes[first];
        double b = sizes[second];
        double distance = 0;
        for (int j = 0; j < means[first].length; j++) {
            double difference = means[first][j] - means[second][j];
            distance += difference * difference;
        }
        double proportions = (a + b) * Math.log(a + b) - a * Math.log(a) - b * Math.log(b);
        return a * b / (a + b) * distance / 2 - proportions;
    }

    private int[] numbered() {
        int[] numbers = new int[sizes.length];
        int next = 0;
        for (int c = 0; c < numbers.length; c++) {
            numbers[c] = mergedInto[c] < 0 ? next++ : -1;
        }
        for (int c = 0; c < numbers.length; c++) {
            int root = c;
            while (mergedInto[root] >= 0) {
                root = mergedInto[root];
            }
            numbers[c] = numbers[root];
        }
        return numbers;
    }
}
