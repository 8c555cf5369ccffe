/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Posterior;
import java.util.SplittableRandom;

/**
 * How sure the encoder is of a document's cluster: the share of draws around the posterior mean that fall into it.
 * Immutable and thread-safe; equal documents have equal certainty.
 *
 * <p>Draws of the posterior itself are too cautious, because the decoder learns from single draws and most of them may
 * leave a small cluster. Half of the deviation tells best whether a document keeps its cluster when more of it is read
 * (benchmarks, <i>What a latent keeps</i>).
 */
final class Certainty {

    private static final float WIDTH = 0.5f;
    private static final int DRAWS = 64;
    private static final long SEED = 1;

    private final Generation generation;

    Certainty(Generation generation) {
        this.generation = generation;
    }

    /**
     * The share of draws in a cluster, 0 to 1.
     *
     * @param document the document, not empty
     * @param cluster its cluster in the generation's partition
     */
    float of(Input document, int cluster) {
        Posterior posterior = Posterior.of(generation.weights(), document);
        Partition partition = generation.clusters().partition();
        SplittableRandom random = new SplittableRandom(SEED);
        int same = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            same += partition.assign(posterior.draw(WIDTH, random)) == cluster ? 1 : 0;
        }
        return (float) same / DRAWS;
    }
}
