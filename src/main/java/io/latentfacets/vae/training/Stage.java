/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/**
 * A stage of a training as planned.
 *
 * @param rate highest learning rate
 */
record Stage(String name, int epochs, int stepsPerEpoch, double rate) {

    int steps() {
        return epochs * stepsPerEpoch;
    }

    /** {@code given} epochs or, if that is 0, at least {@code least} and enough for {@code leastSteps} steps. */
    static int epochs(int given, int least, int leastSteps, int stepsPerEpoch) {
        return given > 0 ? given : Math.max(least, (leastSteps + stepsPerEpoch - 1) / stepsPerEpoch);
    }
}
