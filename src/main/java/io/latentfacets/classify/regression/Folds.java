/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Divides examples so that each fold has about the same share of each class. */
final class Folds {

    private static final long SEED = 42;

    private Folds() {}

    /** The fold of each document, 0 to {@code count} − 1. A document counts for the first of its labels. */
    static int[] of(Examples examples, int count) {
        List<List<Integer>> byLabel = new ArrayList<>();
        for (int label = 0; label <= examples.classes(); label++) {
            byLabel.add(new ArrayList<>());
        }
        for (int i = 0; i < examples.size(); i++) {
            int[] own = examples.labels()[i];
            byLabel.get(own.length == 0 ? examples.classes() : own[0]).add(i);
        }
        Random random = new Random(SEED);
        int[] folds = new int[examples.size()];
        int next = 0;
        for (List<Integer> members : byLabel) {
            Collections.shuffle(members, random);
            for (int member : members) {
                folds[member] = next++ % count;
            }
        }
        return folds;
    }

    /** The documents of a fold, or all others. */
    static int[] members(int[] folds, int fold, boolean inside) {
        return IntStream.range(0, folds.length)
                .filter(i -> (folds[i] == fold) == inside)
                .toArray();
    }
}
