/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import io.latentfacets.vae.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The deterministic autoencoder ({@code autoencoder}): z = μ, without sampling and without a prior. The log variance
 * keeps its initial value. The loss is the {@linkplain Contrast contrastive term} and each view's prediction of the
 * other view's words.
 */
final class AutoencoderObjective implements Objective {
    private final Contrast contrast;

    AutoencoderObjective(double temperature) {
        this.contrast = new Contrast(temperature);
    }

    @Override
    public Loss loss(Network network, Batch batch) {
        NDArray mean = network.mean(network.body(batch.firstLayer()));
        Map<String, NDArray> parts = new LinkedHashMap<>();
        parts.put("contrast", contrast.of(mean, batch.documents()));
        parts.put("likelihood", batch.likelihood(network, batch.decodedRows(mean)));
        return new Loss(parts.get("contrast").add(parts.get("likelihood")), parts);
    }

    @Override
    public NDArray heldOut(Network network, NDArray firstLayer, int documents) {
        return contrast.of(network, firstLayer, documents);
    }
}
