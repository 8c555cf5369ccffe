/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.vae.Input;
import java.util.List;

/**
 * Turns words and vectors into latents with one generation's weights. Thread-safe. Holds native memory until it is
 * closed, which nobody does while a call runs.
 */
public interface LatentEncoder extends AutoCloseable {

    /**
     * Posterior means, one row of the generation's latent size per document; a row of zeros for an empty one.
     *
     * @param documents their vectors are of the length that the generation takes; there are none if it takes none
     */
    float[][] encode(List<Input> documents);

    @Override
    void close();

    /** Opens encoders; an engine that is not available is an exception with status 503 and the reason. */
    interface Factory {
        LatentEncoder open(Generation generation);
    }
}
