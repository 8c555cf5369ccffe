/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import java.util.ArrayList;
import java.util.List;

/**
 * Labelled documents. Immutable as long as nobody changes the arrays.
 *
 * @param rows the features of each document
 * @param columns the number of features
 * @param labels the labels of each document, numbers below {@code classes}, each at most once; exactly one a document
 *     unless {@code multiLabel}
 * @param classes the number of classes
 * @param multiLabel whether a document may have several labels, or none
 */
public record Examples(List<FeatureRow> rows, int columns, int[][] labels, int classes, boolean multiLabel) {

    /** @throws IllegalArgumentException if there are not as many labels as rows, or not one label a document */
    public Examples {
        if (rows.size() != labels.length) {
            throw new IllegalArgumentException("[" + rows.size() + "] rows, [" + labels.length + "] labels");
        }
        for (int[] own : labels) {
            if (!multiLabel && own.length != 1) {
                throw new IllegalArgumentException("a document has [" + own.length + "] labels, not one");
            }
        }
    }

    /** The number of documents. */
    public int size() {
        return labels.length;
    }

    /** Some of the documents, in the order of their positions. */
    Examples subset(int[] positions) {
        List<FeatureRow> some = new ArrayList<>(positions.length);
        int[][] their = new int[positions.length][];
        for (int i = 0; i < positions.length; i++) {
            some.add(rows.get(positions[i]));
            their[i] = labels[positions[i]];
        }
        return new Examples(some, columns, their, classes, multiLabel);
    }

    /** Whether each document has a label. */
    boolean[] having(int label) {
        boolean[] has = new boolean[labels.length];
        for (int i = 0; i < has.length; i++) {
            for (int own : labels[i]) {
                has[i] |= own == label;
            }
        }
        return has;
    }
}
