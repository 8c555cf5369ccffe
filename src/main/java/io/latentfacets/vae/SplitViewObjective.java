/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The split-view variational autoencoder: a contrastive term draws the posterior means of two views of a document
 * together (InfoNCE, van den Oord et al. 2018, both ways round), the evidence lower bound is taken across the views –
 * each has to predict the words of the other – and the KL divergence from the standard normal prior is weighted by β.
 */
final class SplitViewObjective implements Objective {
    private final double temperature;

    SplitViewObjective(double temperature) {
        this.temperature = temperature;
    }

    @Override
    public Loss loss(Network network, Batch batch) {
        NDArray body = network.body(batch.firstLayer());
        NDArray mean = network.mean(body);
        NDArray contrast = contrast(mean, batch.documents());

        String decodedRows = "0:" + 2 * batch.decoded();
        NDArray decodedMean = mean.get(decodedRows);
        NDArray logVariance = network.logVariance(body.get(decodedRows));
        NDArray z = decodedMean.add(Scalars.times(logVariance, 0.5).exp().mul(batch.noise()));
        NDArray likelihood = batch.targets().negativeLogLikelihood(network.decode(z), batch.manager());
        NDArray kl = kl(decodedMean, logVariance);

        Map<String, NDArray> parts = new LinkedHashMap<>();
        parts.put("contrast", contrast);
        parts.put("likelihood", likelihood);
        parts.put("kl", kl);
        return new Loss(contrast.add(likelihood).add(Scalars.times(kl, batch.beta())), parts);
    }

    @Override
    public NDArray heldOut(Network network, NDArray firstLayer, int documents) {
        return contrast(network.mean(network.body(firstLayer)), documents);
    }

    /**
     * InfoNCE of cosine similarities over the batch: mean of −log softmax(cos(a_i, b_·)/τ)_i, halfway between a → b and
     * b → a.
     *
     * @param mean μ of both views of each document, 2n × d, views next to each other
     */
    NDArray contrast(NDArray mean, int documents) {
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

    /** KL(N(μ, σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − 1 − log σ²), mean over rows (Kingma &amp; Welling 2014, appendix B). */
    static NDArray kl(NDArray mean, NDArray logVariance) {
        NDArray sum =
                mean.square().add(logVariance.exp()).sub(1).sub(logVariance).sum();
        return Scalars.times(sum, 0.5 / mean.getShape().get(0));
    }
}
