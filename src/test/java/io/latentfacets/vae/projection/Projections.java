/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import io.latentfacets.vae.Dense;
import java.util.List;

/** Maps for tests that need none that is trained. */
public final class Projections {
    private Projections() {}

    /** A map whose axes are the first two dimensions. */
    public static Projection firstTwo(int dims) {
        float[] weights = new float[dims * Projection.AXES];
        for (int axis = 0; axis < Projection.AXES; axis++) {
            weights[axis * Projection.AXES + axis] = 1;
        }
        Dense linear = new Dense(dims, Projection.AXES, weights, new float[Projection.AXES]);
        Dense nothing = new Dense(dims, Projection.AXES, new float[weights.length], new float[Projection.AXES]);
        return new Projection(linear, List.of(nothing), 1, new float[Projection.AXES]);
    }
}
