/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * PyTorch in this JVM. {@link #start} throws no exception and no {@link LinkageError}: a node whose engine fails to
 * start still serves searches, and indexes documents without latents. {@link #error} gives the cause.
 *
 * <p>DJL reads its configuration from system properties when the JVM first loads its classes. Other plugins of the node
 * may use DJL with their own properties. Therefore {@link #start} sets our properties and restores the old values
 * before it returns.
 *
 * <p>Thread-safe.
 */
public final class InferenceEngine {
    private static final String NAME = "PyTorch";

    private final Path cacheDir;
    private final int threads;
    private Engine engine;
    private Device device;
    private String error = "the engine has not been started";

    /**
     * @param cacheDir the directory into which DJL unpacks the native libraries once; must be writable, as everything
     *     under {@code path.data} is
     * @param threads the number of libtorch threads within one operation; more than one is slower on a shared machine
     */
    public InferenceEngine(Path cacheDir, int threads) {
        this.cacheDir = cacheDir;
        this.threads = threads;
    }

    /** Starts PyTorch unless it already runs. Takes seconds; the first start takes longer because it unpacks 446 MB. */
    public synchronized void start() {
        if (engine != null) {
            return;
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        Map<String, String> replaced = setProperties();
        try {
            // DJL finds its engines through the context class loader of the first thread that uses it
            thread.setContextClassLoader(InferenceEngine.class.getClassLoader());
            Engine started = Engine.getEngine(NAME);
            Device best = started.getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
            tryOut(started, best);
            engine = started;
            device = best;
            error = null;
        } catch (Exception | LinkageError e) { // a missing or unfit library is an Error; it must not end the node
            error = describe(e);
        } finally {
            thread.setContextClassLoader(before);
            replaced.forEach(InferenceEngine::restore);
        }
    }

    private Map<String, String> setProperties() {
        Map<String, String> ours = new LinkedHashMap<>();
        ours.put("ai.djl.offline", "true"); // DJL reads no cloud metadata and downloads nothing
        ours.put("OPT_OUT_TRACKING", "true");
        ours.put("DJL_CACHE_DIR", cacheDir.toString());
        ours.put("ENGINE_CACHE_DIR", cacheDir.toString());
        ours.put("ai.djl.default_engine", NAME);
        ours.put("ai.djl.pytorch.num_threads", Integer.toString(threads));
        ours.put("ai.djl.pytorch.num_interop_threads", Integer.toString(1));
        ours.put("PYTORCH_VERSION", null); // another plugin's version does not fit our libraries
        ours.put("PYTORCH_FLAVOR", null);
        Map<String, String> replaced = new HashMap<>();
        ours.forEach((key, value) -> {
            replaced.put(key, System.getProperty(key));
            restore(key, value);
        });
        return replaced;
    }

    private static void restore(String key, String value) {
        if (value == null) {
            System.clearProperty(key);
        } else {
            System.setProperty(key, value);
        }
    }

    private static void tryOut(Engine engine, Device device) {
        try (NDManager manager = engine.newBaseManager(device);
                NDArray two = manager.create(new float[] {1, 1}).sum()) {
            if (two.getFloat() != 2) {
                throw new IllegalStateException("1 + 1 is " + two.getFloat() + " on " + device);
            }
        }
    }

    private static String describe(Throwable e) {
        StringBuilder chain = new StringBuilder(e.toString());
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            chain.append("; caused by ").append(cause);
        }
        return chain.toString();
    }

    /** Whether this node can train models and encode documents. */
    public synchronized boolean available() {
        return engine != null;
    }

    /** Why the engine is not available; null if it is. */
    public synchronized String error() {
        return error;
    }

    /** {@code cpu}, {@code gpu:0}, or {@code none} if the engine is not available. */
    public synchronized String device() {
        if (device == null) {
            return "none";
        }
        return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
    }

    /** Threads libtorch uses within one operation. */
    public int threads() {
        return threads;
    }

    /** Version of PyTorch; null if the engine is not available. */
    public synchronized String version() {
        return engine == null ? null : engine.getVersion();
    }

    /** The device to put arrays on. */
    public synchronized Device djlDevice() {
        requireAvailable();
        return device;
    }

    /** Throws IllegalStateException with the reason if the engine is not available. */
    public synchronized void requireAvailable() {
        if (engine == null) {
            throw new IllegalStateException("the inference engine is not available: " + error);
        }
    }
}
