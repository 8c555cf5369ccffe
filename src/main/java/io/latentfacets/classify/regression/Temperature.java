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
     * one minimum.
     *
     * @param scores the scores of each document, {@code [documents][classes]}
     * @param labels the labels of each document
     */
    static double fit(double[][] scores, int[][] labels, boolean multiLabel) {
        double low = -RANGE;
        double high = RANGE;
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = loss(scores, labels, Math.exp(left), multiLabel);
        double atRight = loss(scores, labels, Math.exp(right), multiLabel);
        for (int step = 0; step < STEPS; step++) {
            if (atLeft <= atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = loss(scores, labels, Math.exp(left), multiLabel);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = loss(scores, labels, Math.exp(right), multiLabel);
            }
        }
        return Math.exp((low + high) / 2);
    }

    /** The mean negative log-likelihood of a document's labels, in nats. */
    static double loss(double[][] scores, int[][] labels, double temperature, boolean multiLabel) {
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            double[] probabilities = LinearClassifier.probabilities(scores[i], temperature, multiLabel);
            if (multiLabel) {
                for (int label = 0; label < probabilities.length; label++) {
                    boolean has = false;
                    for (int own : labels[i]) {
                        has |= own == label;
                    }
                    sum -= Math.log(Math.max(LEAST, has ? probabilities[label] : 1 - probabilities[label]));
                }
            } else {
                sum -= Math.log(Math.max(LEAST, probabilities[labels[i][0]]));
            }
        }
        return sum / scores.length;
    }
}
