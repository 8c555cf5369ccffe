/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

/**
 * How well probabilities agree with labels, on documents that the weights were not fitted to.
 *
 * @param documents the number of documents
 * @param accuracy the share of documents whose most probable label is theirs; with several labels a document, whose
 *     labels of at least one half are exactly theirs
 * @param macroF1 the mean F1 of the classes that occur as a label or as a prediction
 * @param calibrationError the expected calibration error: the mean distance of the probability and the share of right
 *     ones, over ten bins of equal width weighted by their size; of the most probable label, or of every label if a
 *     document may have several
 * @param confusion the number of documents by label and prediction, {@code [classes][classes]}; with several labels a
 *     document, by class the numbers of true positives, false positives, false negatives and true negatives
 * @param multiLabel whether a document may have several labels
 */
public record Quality(
        int documents,
        double accuracy,
        double macroF1,
        double calibrationError,
        int[][] confusion,
        boolean multiLabel) {

    /**
     * How one class was found.
     *
     * @param right the number of documents with the label that got it
     * @param wrong the number of documents without it that got it
     * @param missed the number of documents with it that did not get it
     */
    public record Found(int right, int wrong, int missed) {}

    private static final int BINS = 10;
    private static final double HALF = 0.5;

    /** How a class was found. */
    public Found found(int label) {
        if (multiLabel) {
            int[] counts = confusion[label];
            return new Found(counts[0], counts[1], counts[2]);
        }
        int actual = 0;
        int predicted = 0;
        for (int other = 0; other < confusion.length; other++) {
            actual += confusion[label][other];
            predicted += confusion[other][label];
        }
        int right = confusion[label][label];
        return new Found(right, predicted - right, actual - right);
    }

    /**
     * Measures probabilities.
     *
     * @param probabilities {@code [documents][classes]}
     * @param labels the labels of each document
     */
    static Quality of(double[][] probabilities, int[][] labels, int classes, boolean multiLabel) {
        return multiLabel ? several(probabilities, labels, classes) : one(probabilities, labels, classes);
    }

    private static Quality one(double[][] probabilities, int[][] labels, int classes) {
        int[][] confusion = new int[classes][classes];
        Bins bins = new Bins();
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            int best = best(probabilities[i]);
            confusion[labels[i][0]][best]++;
            right += best == labels[i][0] ? 1 : 0;
            bins.add(probabilities[i][best], best == labels[i][0]);
        }
        return measured(labels.length, right, bins, confusion, false);
    }

    /** Adds the mean F1. */
    private static Quality measured(int documents, int right, Bins bins, int[][] confusion, boolean multiLabel) {
        Quality without = new Quality(documents, share(right, documents), 0, bins.error(), confusion, multiLabel);
        double sum = 0;
        int present = 0;
        for (int label = 0; label < confusion.length; label++) {
            Found found = without.found(label);
            int all = 2 * found.right() + found.wrong() + found.missed();
            if (all > 0) {
                sum += 2.0 * found.right() / all;
                present++;
            }
        }
        double f1 = present == 0 ? 0 : sum / present;
        return new Quality(documents, without.accuracy, f1, without.calibrationError, confusion, multiLabel);
    }

    private static Quality several(double[][] probabilities, int[][] labels, int classes) {
        int[][] counts = new int[classes][4];
        Bins bins = new Bins();
        int exact = 0;
        for (int i = 0; i < labels.length; i++) {
            boolean[] has = new boolean[classes];
            for (int own : labels[i]) {
                has[own] = true;
            }
            boolean same = true;
            for (int label = 0; label < classes; label++) {
                boolean said = probabilities[i][label] >= HALF;
                counts[label][said ? has[label] ? 0 : 1 : has[label] ? 2 : 3]++;
                same &= said == has[label];
                bins.add(probabilities[i][label], has[label]);
            }
            exact += same ? 1 : 0;
        }
        return measured(labels.length, exact, bins, counts, true);
    }

    /** The class of the largest probability; the first of equal ones. */
    static int best(double[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }

    private static double share(int some, int all) {
        return all == 0 ? 0 : (double) some / all;
    }

    /** Probabilities by size, and how many of them were right. */
    private static final class Bins {
        private final double[] said = new double[BINS];
        private final int[] right = new int[BINS];
        private int all;

        void add(double probability, boolean is) {
            int bin = Math.min(BINS - 1, (int) (probability * BINS));
            said[bin] += probability;
            right[bin] += is ? 1 : 0;
            all++;
        }

        double error() {
            double sum = 0;
            for (int bin = 0; bin < BINS; bin++) {
                sum += Math.abs(said[bin] - right[bin]);
            }
            return all == 0 ? 0 : sum / all;
        }
    }
}
