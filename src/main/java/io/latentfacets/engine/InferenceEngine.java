/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    /** The memory of a GPU that does not say how much it has. */
    static final long ASSUMED_BYTES = 4L << 30;

    private static final String NAME = "PyTorch";

    private final EngineOptions options;
    private Engine engine;
    private Device device;
    private CudaRuntime runtime;
    private String error = "the engine has not been started";
    private String notice;

    /** Starts nothing yet. */
    public InferenceEngine(EngineOptions options) {
        this.options = options;
    }

    /** An engine with the default options. */
    public InferenceEngine(Path cacheDir, int threads) {
        this(EngineOptions.defaults(cacheDir, threads));
    }

    /** Starts PyTorch unless it already runs. Takes seconds; the first start takes longer because it unpacks 446 MB. */
    public synchronized void start() {
        if (engine != null) {
            return;
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader ours = InferenceEngine.class.getClassLoader();
        Map<String, String> replaced = new HashMap<>();
        try {
            NativeLibraries.Choice libraries = NativeLibraries.ofPlugin().choose(options);
            setProperties(libraries.properties(), replaced);
            // DJL finds its engines through the context class loader of the first thread that uses it
            thread.setContextClassLoader(ours);
            Engine started = Engine.getEngine(NAME);
            Optional<CudaRuntime> cuda =
                    libraries.cuda() ? CudaRuntime.beside(libraries.directory()) : Optional.empty();
            Devices.Found found = new Devices(started, libraries.cuda(), cuda).find(options.device());
            engine = started;
            device = found.device();
            runtime = device.isGpu() ? cuda.orElse(null) : null;
            error = null;
            String all = Stream.of(libraries.notice(), found.notice(), unknownMemory())
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("; "));
            notice = all.isEmpty() ? null : all;
        } catch (Exception | LinkageError e) { // a missing or unfit library is an Error; it must not end the node
            error = describe(e);
        } finally {
            thread.setContextClassLoader(before);
            replaced.forEach(InferenceEngine::restore);
        }
    }

    private void setProperties(Map<String, String> libraries, Map<String, String> replaced) {
        Map<String, String> ours = new LinkedHashMap<>();
        ours.put("ai.djl.offline", "true"); // DJL reads no cloud metadata and downloads nothing
        ours.put("OPT_OUT_TRACKING", "true");
        ours.put("DJL_CACHE_DIR", options.cacheDir().toString());
        ours.put("ENGINE_CACHE_DIR", options.cacheDir().toString());
        ours.put("ai.djl.default_engine", NAME);
        ours.put("ai.djl.pytorch.num_threads", Integer.toString(options.threads()));
        ours.put("ai.djl.pytorch.num_interop_threads", Integer.toString(1));
        ours.put("PYTORCH_VERSION", null); // another plugin's version does not fit our libraries
        ours.put("PYTORCH_FLAVOR", null);
        ours.put("PYTORCH_LIBRARY_PATH", null);
        ours.putAll(libraries);
        ours.forEach((key, value) -> {
            replaced.put(key, System.getProperty(key));
            restore(key, value);
        });
    }

    private static void restore(String key, String value) {
        if (value == null) {
            System.clearProperty(key);
        } else {
            System.setProperty(key, value);
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

    /** Why the engine does not compute where and with what the settings say; null if it does. */
    public synchronized String notice() {
        return notice;
    }

    private String unknownMemory() {
        return device.isGpu() && memory().isEmpty()
                ? "CUDA does not say how much memory [" + Devices.name(device) + "] has, so " + (ASSUMED_BYTES >> 30)
                        + " GiB are assumed"
                : null;
    }

    /**
     * All memory of the GPU that the engine computes on, in bytes; 0 if it is the CPU. If CUDA does not say,
     * {@link #notice} does, and this is {@link #ASSUMED_BYTES}.
     */
    public synchronized long deviceMemoryBytes() {
        return device == null || !device.isGpu()
                ? 0
                : memory().map(CudaRuntime.Memory::total).orElse(ASSUMED_BYTES);
    }

    /** The memory of that GPU that any process uses now, in bytes; 0 if it is the CPU or it is not known. */
    public synchronized long deviceMemoryUsedBytes() {
        return memory().map(memory -> memory.total() - memory.free()).orElse(0L);
    }

    private Optional<CudaRuntime.Memory> memory() {
        return runtime == null ? Optional.empty() : runtime.memory(device.getDeviceId());
    }

    /** {@code cpu}, {@code gpu:0}, or {@code none} if the engine is not available. */
    public synchronized String device() {
        if (device == null) {
            return "none";
        }
        return Devices.name(device);
    }

    /** Threads libtorch uses within one operation. */
    public int threads() {
        return options.threads();
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
