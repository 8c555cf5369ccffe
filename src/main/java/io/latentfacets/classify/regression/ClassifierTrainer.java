/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import java.util.Arrays;

/**
 * Fits a classifier: chooses the strength of the penalty and the temperature on documents that the weights were not
 * fitted to, measures the result there, and fits the weights to all documents. Blocks. Thread-safe.
 *
 * <p>Up to {@value #CROSS_VALIDATED} documents, each of five folds is left out once, so that few labels are all used;
 * above, one fold is. The measures are of the same documents as the choice, so they are a little better than those of
 * new documents; with nine strengths and one temperature the difference is small.
 */
public final class ClassifierTrainer {

    /** The number of documents above which one fold is enough. */
    static final int CROSS_VALIDATED = 2000;

    private static final int FOLDS = 5;

    /** The strengths to choose from; features are about of length 1. */
    private static final double[] STRENGTHS = {0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300};

    /**
     * The number of strengths without a gain after which stronger ones, which take longer, are not tried if there are
     * many documents. With few, weak ones may all know nothing.
     */
    private static final int PATIENCE = 2;

    /** With many documents a stronger one must lower the loss to this share: it takes longer. */
    private static final double GAIN = 0.99;

    private ClassifierTrainer() {}

    /**
     * A fitted classifier.
     *
     * @param classifier the weights, fitted to all documents
     * @param strength the chosen strength, C
     * @param folds the number of folds that the quality was measured on: 5, or 1 of 5
     * @param quality the quality on documents that the weights were not fitted to
     */
    public record Trained(LinearClassifier classifier, double strength, int folds, Quality quality) {}

    /**
     * Trains.
     *
     * @param check called before every class of every fit; throws to stop
     * @throws IllegalArgumentException if there are fewer than two documents or, with one label each, classes
     */
    public static Trained train(Examples examples, Runnable check) {
        if (examples.size() < 2 || examples.classes() < (examples.multiLabel() ? 1 : 2)) {
            throw new IllegalArgumentException(
                    "too few to learn from: [" + examples.size() + "] documents, [" + examples.classes() + "] labels");
        }
        int folds = Math.min(FOLDS, examples.size());
        int[] foldOf = Folds.of(examples, folds);
        int measured = examples.size() <= CROSS_VALIDATED ? folds : 1;
        int[] left = left(foldOf, measured);
        int[][] labels = Arrays.stream(left).mapToObj(i -> examples.labels()[i]).toArray(int[][]::new);
        double best = Double.POSITIVE_INFINITY;
        double strength = 0;
        double temperature = 1;
        double[][] scores = null;
        boolean few = examples.size() <= CROSS_VALIDATED;
        int worse = 0;
        for (int i = 0; i < STRENGTHS.length && (few || worse < PATIENCE); i++) {
            double candidate = STRENGTHS[i];
            double[][] found = scores(examples, foldOf, measured, left, candidate, check);
            double warmth = Temperature.fit(found, labels, examples.multiLabel());
            double loss = Temperature.loss(found, labels, warmth, examples.multiLabel());
            worse++;
            if (loss < (few ? best : GAIN * best)) {
                worse = 0;
                best = loss;
                strength = candidate;
                temperature = warmth;
                scores = found;
            }
        }
        double[][] probabilities = new double[left.length][];
        for (int i = 0; i < left.length; i++) {
            probabilities[i] = LinearClassifier.probabilities(scores[i], temperature, examples.multiLabel());
        }
        return new Trained(
                LogisticRegression.fit(examples, strength, check).withTemperature(temperature),
                strength,
                measured,
                Quality.of(probabilities, labels, examples.classes(), examples.multiLabel()));
    }

    /** The documents of the folds that are left out, fold by fold. */
    private static int[] left(int[] foldOf, int measured) {
        int[] left = new int[0];
        for (int fold = 0; fold < measured; fold++) {
            int[] members = Folds.members(foldOf, fold, true);
            int from = left.length;
            left = Arrays.copyOf(left, from + members.length);
            System.arraycopy(members, 0, left, from, members.length);
        }
        return left;
    }

    /** The scores of the documents that are left out, by weights fitted to the others, parallel to {@code left}. */
    private static double[][] scores(
            Examples examples, int[] foldOf, int measured, int[] left, double strength, Runnable check) {
        double[][] scores = new double[left.length][];
        int next = 0;
        for (int fold = 0; fold < measured; fold++) {
            LinearClassifier fitted =
                    LogisticRegression.fit(examples.subset(Folds.members(foldOf, fold, false)), strength, check);
            while (next < left.length && foldOf[left[next]] == fold) {
                scores[next] = fitted.scores(examples.rows().get(left[next]));
                next++;
            }
        }
        return scores;
    }
}
