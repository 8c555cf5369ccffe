/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/**
 * Learning rate over a stage: linear warm-up over the first twentieth of the steps, then half a cosine down to a
 * fiftieth (Loshchilov &amp; Hutter 2017).
 */
record Schedule(double peak, int steps) {
    private static final double WARM_UP = 0.05;
    private static final double FLOOR = 0.02;

    /** @param step from 0 */
    float rate(int step) {
        double warmUp = WARM_UP * steps;
        if (step + 1 < warmUp) {
            return (float) (peak * (step + 1) / warmUp);
        }
        double progress = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
        return (float) (peak * (FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * Math.max(0, progress)))));
    }
}
