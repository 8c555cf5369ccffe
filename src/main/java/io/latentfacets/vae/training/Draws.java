/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.util.SplittableRandom;

/**
 * The generators of one run's random draws. Each step and each order of the documents has a generator of its own, which
 * depends only on the seed and on what it is for. So a run can go on at any step without the state of a generator, and
 * draws what it would have drawn without the interruption. Immutable.
 *
 * @param seed the seed of the run
 */
record Draws(long seed) {

    /**
     * Returns a new generator.
     *
     * @param purpose what the generator is for
     * @param number the number of the step or epoch
     */
    SplittableRandom of(String purpose, int number) {
        // the first number that a generator draws is a hash of its seed; hashed twice, no two seeds are neighbours
        long ofPurpose = new SplittableRandom(seed + purpose.hashCode()).nextLong();
        return new SplittableRandom(new SplittableRandom(ofPurpose + number).nextLong());
    }
}
