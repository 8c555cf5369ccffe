/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/**
 * A planned stage of a training.
 *
 * @param name the name of the stage, as in {@link EpochReport#stage}
 * @param epochs the number of epochs; 0 skips the stage
 * @param stepsPerEpoch the number of steps per epoch
 * @param rate the highest learning rate
 */
record Stage(String name, int epochs, int stepsPerEpoch, double rate) {

    int steps() {
        return epochs * stepsPerEpoch;
    }

    /**
     * Returns {@code given} or, if that is 0, at least {@code least} epochs and enough for {@code leastSteps} steps.
     */
    static int epochs(int given, int least, int leastSteps, int stepsPerEpoch) {
        return given > 0 ? given : Math.max(least, (leastSteps + stepsPerEpoch - 1) / stepsPerEpoch);
    }
}
