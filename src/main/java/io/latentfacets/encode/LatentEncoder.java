/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.vae.Input;
import java.util.List;

/**
 * Encodes words and vectors with one generation's weights. Thread-safe. Owns native memory until it is closed; the
 * owner closes it only while no call runs.
 */
public interface LatentEncoder extends AutoCloseable {

    /**
     * Computes the posterior means of documents.
     *
     * @param documents the documents; a vector has the length that the generation takes, and is null if it takes none
     * @return the means, {@code [documents][dims]}; a row of zeros for an empty document
     */
    float[][] encode(List<Input> documents);

    @Override
    void close();

    /** Opens encoders. Thread-safe. Fails with status 503 and the reason if the engine is not available. */
    interface Factory {
        LatentEncoder open(Generation generation);
    }
}
