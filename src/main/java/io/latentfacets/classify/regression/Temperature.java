/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

/**
 * Finds the temperature that makes probabilities honest: the one with the smallest negative log-likelihood of labels
 * that the weights were not fitted to. It changes no ranking of classes.
 *
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural
 *     Networks, 2017</a>
 */
final class Temperature {

    /** The range of the natural logarithm of the temperature. */
    private static final double RANGE = Math.log(100);

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    private static final int STEPS = 40;
    /** Keeps the logarithm of a probability that rounds to 0 finite. */
    private static final double LEAST = 1e-12;

    private Temperature() {}

    /**
     * The best temperature between 1/100 and 100, by golden section search over its logarithm, in which the loss has
     * one minimum. Where the weights make no mistake, that would be the lowest, and all probabilities would be 0 or 1.
     * So of n documents one in n + 2 counts as labelled otherwise (Platt, Probabilistic Outputs for Support Vector
     * Machines, 1999, section 2.2): nobody is surer than the number of documents allows.
     *
     * @param scores the scores of each document, {@code [documents][classes]}
     * @param labels the labels of each document
     */
    static double fit(double[][] scores, int[][] labels, boolean multiLabel) {
        double mistakes = 1.0 / (scores.length + 2);
        double low = -RANGE;
        double high = RANGE;
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = loss(scores, labels, Math.exp(left), multiLabel, mistakes);
        double atRight = loss(scores, labels, Math.exp(right), multiLabel, mistakes);
        for (int step = 0; step < STEPS; step++) {
            if (atLeft <= atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = loss(scores, labels, Math.exp(left), multiLabel, mistakes);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = loss(scores, labels, Math.exp(right), multiLabel, mistakes);
            }
        }
        return Math.exp((low + high) / 2);
    }

    /** The mean negative log-likelihood of a document's labels, in nats. */
    static double loss(double[][] scores, int[][] labels, double temperature, boolean multiLabel) {
        return loss(scores, labels, temperature, multiLabel, 0);
    }

    /** @param mistakes the probability that a document's label is another one, 0 to 1 */
    private static double loss(
            double[][] scores, int[][] labels, double temperature, boolean multiLabel, double mistakes) {
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            double[] probabilities = LinearClassifier.probabilities(scores[i], temperature, multiLabel);
            for (int label = 0; label < probabilities.length; label++) {
                boolean has = false;
                for (int own : labels[i]) {
                    has |= own == label;
                }
                double others = multiLabel ? mistakes : mistakes / Math.max(1, probabilities.length - 1);
                double target = has ? 1 - mistakes : others;
                if (target > 0) {
                    sum -= target * Math.log(Math.max(LEAST, probabilities[label]));
                }
                if (multiLabel && target < 1) {
                    sum -= (1 - target) * Math.log(Math.max(LEAST, 1 - probabilities[label]));
                }
            }
        }
        return sum / scores.length;
    }
}
