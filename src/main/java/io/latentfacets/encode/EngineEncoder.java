/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.VaeWeights;
import java.util.List;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.rest.RestStatus;

/** A {@link LatentEncoder} on this node's inference engine. */
public final class EngineEncoder implements LatentEncoder {

    private final Encoder encoder;

    private EngineEncoder(Encoder encoder) {
        this.encoder = encoder;
    }

    /** A factory of encoders that compute on the engine's device. */
    public static Factory on(InferenceEngine engine) {
        return generation -> of(engine, generation.weights());
    }

    /**
     * Opens an encoder for weights that belong to no generation yet; the caller closes it. Fails with status 503 if the
     * engine is not available.
     */
    public static LatentEncoder of(InferenceEngine engine, VaeWeights weights) {
        requireAvailable(engine);
        return new EngineEncoder(new Encoder(weights, engine.djlDevice()));
    }

    /** Fails with status 503 and the engine's error if the engine is not available. */
    public static void requireAvailable(InferenceEngine engine) {
        if (!engine.available()) {
            throw new OpenSearchStatusException(
                    "the inference engine of this node is not available: " + engine.error(),
                    RestStatus.SERVICE_UNAVAILABLE);
        }
    }

    @Override
    public float[][] encode(List<Input> documents) {
        return encoder.encode(documents);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
