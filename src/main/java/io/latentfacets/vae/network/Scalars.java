/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.ndarray.NDArray;

/**
 * Arithmetic with constants inside a graph that autograd differentiates.
 *
 * <p>DJL's own {@code mul(Number)}, {@code div(Number)} and {@code clip} wrap the number in an array over a direct
 * buffer and close it at once, while autograd still holds the native side for the backward pass. As soon as the garbage
 * collector frees the buffer, the engine computes the gradient from arbitrary memory (DJL 0.35.1; seen as losses that
 * become NaN under memory pressure). Here the constants belong to the manager of the array and live as long as the
 * step.
 */
public final class Scalars {
    private Scalars() {}

    /** Returns x · factor. */
    public static NDArray times(NDArray x, double factor) {
        return x.mul(x.getManager().create((float) factor));
    }

    /** Returns x with each value outside [least, most] replaced by the nearer bound. */
    static NDArray between(NDArray x, float least, float most) {
        return x.maximum(x.getManager().create(least)).minimum(x.getManager().create(most));
    }
}
