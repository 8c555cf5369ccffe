/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Scalars;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tells draws of the prior from latents: two hidden layers with ReLU, and as output the log odds that z comes from the
 * prior (Makhzani et al. 2015, appendix A, narrower). Not thread-safe.
 */
final class Discriminator {
    private static final int WIDTH = 128;

    private record Layer(NDArray weights, NDArray bias) {}

    private final Parameters parameters;
    private final List<Layer> layers = new ArrayList<>();

    /**
     * @param dims the number of dimensions of a latent
     * @param manager the owner of the parameters
     * @param random the source of the initial weights
     */
    Discriminator(int dims, NDManager manager, SplittableRandom random) {
        this.parameters = new Parameters(manager);
        addLayer(dims, WIDTH, Math.sqrt(2.0 / dims), random);
        addLayer(WIDTH, WIDTH, Math.sqrt(2.0 / WIDTH), random);
        addLayer(WIDTH, 1, Math.sqrt(1.0 / WIDTH), random);
    }

    private void addLayer(int in, int out, double scale, SplittableRandom random) {
        float[] weights = new float[in * out];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() * scale);
        }
        layers.add(
                new Layer(parameters.add(weights, new Shape(in, out)), parameters.add(new float[out], new Shape(out))));
    }

    Parameters parameters() {
        return parameters;
    }

    /**
     * Returns the discriminator's loss: the mean of −log p(prior | draw) and of −log p(latent | z), each with weight ½.
     * The latents are constants.
     *
     * @param prior draws of the prior, {@code [n][d]}
     * @param z latents, {@code [n][d]}
     * @return a scalar
     */
    NDArray loss(NDArray prior, NDArray z) {
        NDArray draws = logOdds(prior, false);
        NDArray latents = logOdds(z.stopGradient(), false);
        return Scalars.times(wrong(draws).add(wrong(latents.neg())), 0.5);
    }

    /**
     * Returns the encoder's loss: −log p(prior | z), mean over the rows (the non-saturating form; Goodfellow et al.
     * 2014, section 3). The discriminator is a constant.
     *
     * @param z latents, {@code [n][d]}
     * @return a scalar
     */
    NDArray deceived(NDArray z) {
        return wrong(logOdds(z, true));
    }

    /** Returns the mean of −log sigmoid over the rows. */
    static NDArray wrong(NDArray logOdds) {
        return logOdds.neg().getNDArrayInternal().softPlus().mean();
    }

    private NDArray logOdds(NDArray z, boolean constant) {
        NDArray x = z;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            NDArray in = i == 0 ? x : x.getNDArrayInternal().relu();
            x = constant
                    ? in.matMul(Parameters.constantWithin(z.getManager(), layer.weights))
                            .add(Parameters.constantWithin(z.getManager(), layer.bias))
                    : in.matMul(layer.weights).add(layer.bias);
        }
        return x;
    }
}
