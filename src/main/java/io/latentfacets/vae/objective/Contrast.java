/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Scalars;

/**
 * The contrastive term of every objective (InfoNCE, van den Oord et al. 2018, in both directions). It draws the latents
 * of two views of a document together and pushes those of different documents apart. This term makes latents cluster.
 *
 * @param temperature the temperature τ, above 0
 */
record Contrast(double temperature) {

    /**
     * Returns the InfoNCE of cosine similarities over the batch: the mean of −log softmax(cos(a_i, b_·)/τ)_i, averaged
     * over the directions a → b and b → a.
     *
     * @param mean μ of both views of each document, {@code [2n][d]}, the views of a document next to each other
     * @param documents the number of documents, n
     * @return a scalar
     */
    NDArray of(NDArray mean, int documents) {
        long dims = mean.getShape().get(1);
        NDArray length = mean.square().sum(new int[] {1}, true).add(1e-8f).sqrt();
        NDArray unit = mean.div(length).reshape(new Shape(documents, 2L * dims));
        NDList views = unit.split(2, 1);
        NDArray first = views.get(0);
        NDArray second = views.get(1);
        NDArray similarity = Scalars.times(first.matMul(second.transpose()), 1 / temperature);
        NDArray agreement = Scalars.times(first.mul(second).sum(), 1 / temperature);
        NDArray forward = similarity.logSoftmax(1);
        NDArray backward = similarity.logSoftmax(0);
        // log softmax on the diagonal is agreement − log Σ exp: with one document both are equal and the loss is 0,
        // since there is nothing to contrast
        NDArray normaliser = Scalars.times(
                similarity.sub(forward).add(similarity.sub(backward)).mean(), documents / 2.0);
        return Scalars.times(normaliser.sub(agreement), 1.0 / documents);
    }

    /** Returns {@link #of(NDArray, int)} for the first layer's output, {@code [2n][width]}. */
    NDArray of(Network network, NDArray firstLayer, int documents) {
        return of(network.mean(network.body(firstLayer)), documents);
    }
}
