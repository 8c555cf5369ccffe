/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.engine.InferenceEngine;
import java.nio.file.Path;

/** The engine for tests; its libraries are unpacked once and kept among the build's own files. */
public final class Engines {
    private Engines() {}

    /** A started engine on one thread. */
    public static InferenceEngine started() {
        Path cache = Path.of(System.getProperty("latent.test.engine.cache", "target/engine-cache"));
        InferenceEngine engine = new InferenceEngine(cache.toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        return engine;
    }
}
