/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;

import io.latentfacets.vae.Engines;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.BeforeClass;
import org.junit.Test;

public final class InferenceEngineTests {
    private static final Path CACHE = Path.of(System.getProperty("latent.test.engine.cache", "target/engine-cache"))
            .toAbsolutePath();

    @BeforeClass
    public static void settleNatives() {
        Engines.letOpenSearchLookFirst();
    }

    @Test
    public void startsAndLeavesNoTrace() {
        System.setProperty("PYTORCH_VERSION", "1.13.1"); // as if another plugin had set it
        try {
            Properties before = (Properties) System.getProperties().clone();
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            InferenceEngine engine = new InferenceEngine(CACHE, 1);
            engine.start();
            engine.start();
            assertThat(engine.error(), engine.available(), equalTo(true));
            assertNull(engine.error());
            assertThat(engine.device(), anyOf(equalTo("cpu"), startsWith("gpu:")));
            assertThat(engine.version(), startsWith("2.7.1"));
            for (String key : new String[] {
                "PYTORCH_VERSION",
                "DJL_CACHE_DIR",
                "ENGINE_CACHE_DIR",
                "ai.djl.offline",
                "OPT_OUT_TRACKING",
                "ai.djl.pytorch.num_threads",
                "ai.djl.pytorch.num_interop_threads",
                "ai.djl.default_engine"
            }) {
                assertThat(key, System.getProperty(key), equalTo(before.getProperty(key)));
            }
            assertSame(loader, Thread.currentThread().getContextClassLoader());
        } finally {
            System.clearProperty("PYTORCH_VERSION");
        }
    }

    @Test
    public void notStartedIsNotAvailableAndSaysWhy() {
        InferenceEngine engine = new InferenceEngine(CACHE, 1);
        assertThat(engine.available(), equalTo(false));
        assertThat(engine.device(), equalTo("none"));
        assertNull(engine.version());
        IllegalStateException refused = assertThrows(IllegalStateException.class, engine::requireAvailable);
        assertThat(refused.getMessage(), containsString("the engine has not been started"));
    }
}
