/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/**
 * The learning rate over a stage: linear warm-up over the first twentieth of the steps, then half a cosine down to a
 * fiftieth of the peak (Loshchilov &amp; Hutter 2017).
 *
 * @param peak the highest learning rate
 * @param steps the number of steps of the stage
 */
record Schedule(double peak, int steps) {
    private static final double WARM_UP = 0.05;
    private static final double FLOOR = 0.02;

    /** @param step the number of the step, from 0 */
    float rate(int step) {
        double warmUp = WARM_UP * steps;
        if (step + 1 < warmUp) {
            return (float) (peak * (step + 1) / warmUp);
        }
        double progress = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
        return (float) (peak * (FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * Math.max(0, progress)))));
    }
}
