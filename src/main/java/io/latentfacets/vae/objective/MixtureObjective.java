/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The variational autoencoder with a mixture of Gaussians as prior ({@code mixture}; VaDE, Jiang et al. 2017). The
 * common stages use the loss of {@link SplitViewObjective}. Then the clusters of the latents initialise a
 * {@link MixturePrior}, and the refinement stage minimises the negative evidence lower bound under this prior. That
 * stage keeps the {@linkplain Contrast contrastive term}; without it clusters would merge.
 */
final class MixtureObjective implements Objective {
    private final Contrast contrast;
    private final SplitViewObjective common;
    private final Clusterer clusterer;
    private final NDManager manager;
    private MixturePrior prior;

    /**
     * @param temperature the temperature τ of the contrastive term
     * @param clusterer the clusterer that initialises the prior
     * @param manager the owner of the prior's parameters
     */
    MixtureObjective(double temperature, Clusterer clusterer, NDManager manager) {
        this.contrast = new Contrast(temperature);
        this.common = new SplitViewObjective(temperature);
        this.clusterer = clusterer;
        this.manager = manager;
    }

    @Override
    public Loss loss(Network network, Batch batch) {
        if (prior == null) {
            return common.loss(network, batch);
        }
        NDArray body = network.body(batch.firstLayer());
        NDArray mean = network.mean(body);
        NDArray decodedMean = batch.decodedRows(mean);
        NDArray logVariance = network.logVariance(batch.decodedRows(body));
        NDArray z = SplitViewObjective.sample(decodedMean, logVariance, batch.noise());

        Map<String, NDArray> parts = new LinkedHashMap<>();
        parts.put("contrast", contrast.of(mean, batch.documents()));
        parts.put("likelihood", batch.likelihood(network, z));
        parts.put("kl", prior.divergence(decodedMean, logVariance, prior.logPosterior(z)));
        NDArray total =
                parts.get("contrast").add(parts.get("likelihood")).add(Scalars.times(parts.get("kl"), batch.beta()));
        return new Loss(total, parts);
    }

    @Override
    public NDArray heldOut(Network network, NDArray firstLayer, int documents) {
        return contrast.of(network, firstLayer, documents);
    }

    @Override
    public Optional<Parameters> parameters() {
        return Optional.ofNullable(prior).map(MixturePrior::parameters);
    }

    /** Restores the prior; without one, the training had not come to the refinement stage. */
    @Override
    public void restore(Parameters.State state) {
        prior = state.values().isEmpty() ? null : MixturePrior.of(state, manager);
    }

    @Override
    public boolean refines() {
        return true;
    }

    @Override
    public void beginRefinement(float[][] means, Runnable checkCancelled) {
        LatentClusters clusters = LatentClusters.of(means, clusterer, checkCancelled);
        prior = MixturePrior.of(means, clusters.labels(), clusters.count(), manager);
    }
}
