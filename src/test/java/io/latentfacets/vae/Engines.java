/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.engine.InferenceEngine;
import java.nio.file.Path;
import org.opensearch.bootstrap.BootstrapForTesting;

/** Starts the engine for tests. Its libraries are unpacked once, into the build's own files. */
public final class Engines {
    private Engines() {}

    /**
     * Tests must call this before they touch the engine. OpenSearch's test classes and DJL both look for JNA, which has
     * no natives in these tests; OpenSearch copes with that only if it looks first. All test classes run in one JVM, in
     * an order that the build chooses.
     */
    public static void letOpenSearchLookFirst() {
        BootstrapForTesting.ensureInitialized();
    }

    /** Starts the engine on one thread. */
    public static InferenceEngine started() {
        letOpenSearchLookFirst();
        Path cache = Path.of(System.getProperty("latent.test.engine.cache", "target/engine-cache"));
        InferenceEngine engine = new InferenceEngine(cache.toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        return engine;
    }
}
