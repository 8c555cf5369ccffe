/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/**
 * A planned stage of a training.
 *
 * @param name the name of the stage, as in {@link EpochReport#stage}
 * @param epochs the number of epochs; 0 skips the stage
 * @param stepsPerEpoch the number of steps per epoch
 * @param rate the highest learning rate
 * @param annealing the share of the steps over which β rises from 0
 */
record Stage(String name, int epochs, int stepsPerEpoch, double rate, double annealing) {

    /** A stage that has all of β from its first step on. */
    Stage(String name, int epochs, int stepsPerEpoch, double rate) {
        this(name, epochs, stepsPerEpoch, rate, 0);
    }

    int steps() {
        return epochs * stepsPerEpoch;
    }

    /** Returns the share of β, 0 to 1, that counts in a step; steps count from 0. */
    double shareOfBeta(int step) {
        double rise = annealing * steps();
        return step >= rise ? 1 : step / rise;
    }

    /**
     * Returns {@code given} or, if that is 0, at least {@code least} epochs and enough for {@code leastSteps} steps.
     */
    static int epochs(int given, int least, int leastSteps, int stepsPerEpoch) {
        return given > 0 ? given : Math.max(least, (leastSteps + stepsPerEpoch - 1) / stepsPerEpoch);
    }
}
