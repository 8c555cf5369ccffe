/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.ndarray.NDArray;

/**
 * Arithmetic with constants inside a graph that is to be differentiated.
 *
 * <p>DJL's own {@code mul(Number)}, {@code div(Number)} and {@code clip} wrap the number in an array over a direct
 * buffer and close it at once, while autograd still holds the native side for the backward pass: as soon as the garbage
 * collector frees the buffer, the gradient is computed from whatever stands there then (DJL 0.35.1; seen as losses that
 * turn NaN under memory pressure). Here the constants belong to the manager of the array and live as long as the step.
 */
public final class Scalars {
    private Scalars() {}

    /** x · factor. */
    public static NDArray times(NDArray x, double factor) {
        return x.mul(x.getManager().create((float) factor));
    }

    /** x, with everything outside [least, most] moved to the nearer bound. */
    static NDArray between(NDArray x, float least, float most) {
        return x.maximum(x.getManager().create(least)).minimum(x.getManager().create(most));
    }
}
