/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.engine.InferenceEngine;
import java.nio.file.Path;
import org.opensearch.bootstrap.BootstrapForTesting;

/** The engine for tests; its libraries are unpacked once and kept among the build's own files. */
public final class Engines {
    private Engines() {}

    /**
     * Call before the engine is touched. OpenSearch's test classes and DJL both look for JNA, which has no natives in
     * these tests; OpenSearch copes with that only if it is the first to look. Test classes run in one JVM, in an order
     * of the build's.
     */
    public static void letOpenSearchLookFirst() {
        BootstrapForTesting.ensureInitialized();
    }

    /** A started engine on one thread. */
    public static InferenceEngine started() {
        letOpenSearchLookFirst();
        Path cache = Path.of(System.getProperty("latent.test.engine.cache", "target/engine-cache"));
        InferenceEngine engine = new InferenceEngine(cache.toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        return engine;
    }
}
