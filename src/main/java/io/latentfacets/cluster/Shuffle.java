/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.SplittableRandom;

/** The shuffle of Fisher and Yates. Stateless. */
public final class Shuffle {

    private Shuffle() {}

    /** Returns the numbers in another order, in a new array; all orders are equally likely. */
    public static int[] of(int[] numbers, SplittableRandom random) {
        int[] shuffled = numbers.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        return shuffled;
    }
}
