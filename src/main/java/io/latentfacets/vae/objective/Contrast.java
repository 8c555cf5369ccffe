/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Scalars;

/**
 * The contrastive term that every objective has: it draws the latents of two views of a document together and those of
 * different documents apart (InfoNCE, van den Oord et al. 2018, both ways round). It is what makes latents cluster.
 *
 * @param temperature τ
 */
record Contrast(double temperature) {

    /**
     * InfoNCE of cosine similarities over the batch: mean of −log softmax(cos(a_i, b_·)/τ)_i, halfway between a → b and
     * b → a.
     *
     * @param mean μ of both views of each document, 2n × d, views next to each other
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
        // log softmax on the diagonal is (agreement − log Σ exp): with one document both are zero, and there is nothing
        // to contrast
        NDArray normaliser = Scalars.times(
                similarity.sub(forward).add(similarity.sub(backward)).mean(), documents / 2.0);
        return Scalars.times(normaliser.sub(agreement), 1.0 / documents);
    }

    /** The same of the first layer's output for two views of each document. */
    NDArray of(Network network, NDArray firstLayer, int documents) {
        return of(network.mean(network.body(firstLayer)), documents);
    }
}
