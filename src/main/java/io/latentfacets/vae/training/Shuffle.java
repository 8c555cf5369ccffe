/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.util.SplittableRandom;

/** The shuffle of Fisher and Yates. */
final class Shuffle {

    private Shuffle() {}

    /** Shuffles the numbers in place; all orders are equally likely. */
    static void inPlace(int[] numbers, SplittableRandom random) {
        for (int i = numbers.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = numbers[i];
            numbers[i] = numbers[j];
            numbers[j] = swapped;
        }
    }
}
