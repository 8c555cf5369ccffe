/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The split-view variational autoencoder ({@code vae}). The loss is the {@linkplain Contrast contrastive term} and the
 * negative evidence lower bound across the views: each view predicts the words of the other, and β weights the KL
 * divergence from the standard normal prior.
 */
public final class SplitViewObjective implements Objective {
    private final Contrast contrast;

    public SplitViewObjective(double temperature) {
        this.contrast = new Contrast(temperature);
    }

    @Override
    public Loss loss(Network network, Batch batch) {
        NDArray body = network.body(batch.firstLayer());
        NDArray mean = network.mean(body);
        NDArray decodedMean = batch.decodedRows(mean);
        NDArray logVariance = network.logVariance(batch.decodedRows(body));

        Map<String, NDArray> parts = new LinkedHashMap<>();
        parts.put("contrast", contrast.of(mean, batch.documents()));
        parts.put("likelihood", batch.likelihood(network, sample(decodedMean, logVariance, batch.noise())));
        parts.put("kl", kl(decodedMean, logVariance));
        NDArray total =
                parts.get("contrast").add(parts.get("likelihood")).add(Scalars.times(parts.get("kl"), batch.beta()));
        return new Loss(total, parts);
    }

    @Override
    public NDArray heldOut(Network network, NDArray firstLayer, int documents) {
        return contrast.of(network, firstLayer, documents);
    }

    /** Returns a draw z = μ + σε by the reparametrisation trick (Kingma &amp; Welling 2014, section 2.4). */
    static NDArray sample(NDArray mean, NDArray logVariance, NDArray noise) {
        return mean.add(Scalars.times(logVariance, 0.5).exp().mul(noise));
    }

    /**
     * Returns KL(N(μ, σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − 1 − log σ²), mean over rows (Kingma &amp; Welling 2014, appendix
     * B).
     */
    static NDArray kl(NDArray mean, NDArray logVariance) {
        NDArray sum =
                mean.square().add(logVariance.exp()).sub(1).sub(logVariance).sum();
        return Scalars.times(sum, 0.5 / mean.getShape().get(0));
    }
}
