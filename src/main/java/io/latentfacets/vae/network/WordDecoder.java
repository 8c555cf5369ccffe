/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.latentfacets.vae.Dense;
import java.util.List;

/**
 * The decoder in training, log p(w|z) = log softmax(zD + b)<sub>w</sub>, with its optimizer. Not thread-safe. Between
 * two updates there is one call of {@link #likelihood} or {@link #learn}.
 */
interface WordDecoder {

    /**
     * Returns the mean over the rows of −Σ<sub>w</sub> share<sub>w</sub> · log p(w|z), a scalar in a graph that gives
     * the gradient of z. When that has been computed, the decoder has its own gradient. The total loss must have it
     * with the weight 1.
     *
     * @param z the latents, {@code [rows][d]}, one for each row of the targets
     * @param step the memory of the step
     */
    NDArray likelihood(NDArray z, Targets targets, NDManager step);

    /** Computes the decoder's gradient for latents that are constants, and returns what {@link #likelihood} has. */
    float learn(NDArray z, Targets targets, NDManager step);

    /** Takes a step of Adam, as {@link Parameters#update}. */
    void update(float rate, int step, float decay);

    /** Scales the weights: the decoder then gives for z what it gave for {@code factor} · z. */
    void scaleInput(float factor);

    /** Resets Adam's moments. */
    void reset();

    /** Returns copies of the weights, {@code [d][V]}, and of the bias, {@code [V]}. */
    List<float[]> snapshot();

    void restore(List<float[]> snapshot);

    /** Returns a copy of weights, bias and their moments, in the shapes of {@link #snapshot}. */
    Parameters.State state();

    /** @throws IllegalArgumentException if the state is that of another decoder */
    void restore(Parameters.State state);

    Dense toDense();
}
