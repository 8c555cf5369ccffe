/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import java.util.List;

/**
 * Turns bags of words into latents with one generation's weights. Thread-safe. Holds native memory until it is closed,
 * which nobody does while a call runs.
 */
public interface LatentEncoder extends AutoCloseable {

    /** Posterior means, one row of the generation's latent size per bag; a row of zeros for an empty one. */
    float[][] encode(List<Bow> bows);

    @Override
    void close();

    /** Opens encoders; an engine that is not available is an exception with status 503 and the reason. */
    interface Factory {
        LatentEncoder open(Generation generation);
    }
}
