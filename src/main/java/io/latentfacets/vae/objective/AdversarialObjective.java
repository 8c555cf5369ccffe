/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The adversarial autoencoder ({@code adversarial}; Makhzani et al. 2015, with the deterministic posterior of their
 * section 2): z = μ. It has no KL divergence. Instead, a {@link Discriminator} learns to tell latents from draws of
 * N(0, I), and the encoder learns, with weight β, to deceive it. The loss also has the {@linkplain Contrast contrastive
 * term} and each view's prediction of the other view's words.
 *
 * <p>The discriminator and the encoder learn in the same step, and each treats the other as a constant: the
 * discriminator's loss has no gradient in the encoder, and the encoder's loss has none in the discriminator.
 */
final class AdversarialObjective implements Objective {
    private final Contrast contrast;
    private final Discriminator discriminator;

    /**
     * @param temperature the temperature τ of the contrastive term
     * @param dims the number of dimensions of a latent
     * @param manager the owner of the discriminator's parameters
     * @param random the source of the discriminator's initial weights
     */
    AdversarialObjective(double temperature, int dims, NDManager manager, SplittableRandom random) {
        this.contrast = new Contrast(temperature);
        this.discriminator = new Discriminator(dims, manager, random);
    }

    @Override
    public Loss loss(Network network, Batch batch) {
        NDArray mean = network.mean(network.body(batch.firstLayer()));
        NDArray z = batch.decodedRows(mean);
        Map<String, NDArray> parts = new LinkedHashMap<>();
        parts.put("contrast", contrast.of(mean, batch.documents()));
        parts.put("likelihood", batch.likelihood(network, z));
        parts.put("generator", discriminator.deceived(z));
        // this objective draws nothing else, so the step's noise serves as the sample of the prior
        parts.put("discriminator", discriminator.loss(batch.noise(), z));
        NDArray total = parts.get("contrast")
                .add(parts.get("likelihood"))
                .add(Scalars.times(parts.get("generator"), batch.beta()))
                .add(parts.get("discriminator"));
        return new Loss(total, parts);
    }

    @Override
    public NDArray heldOut(Network network, NDArray firstLayer, int documents) {
        return contrast.of(network, firstLayer, documents);
    }

    @Override
    public Optional<Parameters> parameters() {
        return Optional.of(discriminator.parameters());
    }
}
