/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Loads two copies of PyTorch in one process, each with its own class loader, as two plugins do. {@link TwoEnginesIT}
 * runs it as a program, because the failure that it looks for ends the process.
 */
public final class EngineProbe implements Callable<float[]> {

    /**
     * Runs the probe.
     *
     * @param args for each copy, in order, its cache directory and its class path
     */
    public static void main(String[] args) throws Exception {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        List<Callable<float[]>> probes = new ArrayList<>();
        for (int i = 0; i < args.length; i += 2) {
            List<URL> jars = new ArrayList<>();
            for (String path : args[i + 1].split(File.pathSeparator, -1)) {
                jars.add(new File(path).toURI().toURL());
            }
            ClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            Thread.currentThread().setContextClassLoader(loader);
            System.setProperty("DJL_CACHE_DIR", args[i]);
            System.setProperty("ENGINE_CACHE_DIR", args[i]);
            probes.add(probe(loader));
            System.out.println(
                    "copy " + i / 2 + " " + Arrays.toString(probes.get(i / 2).call()));
        }
        // run each once more, now that all are loaded
        for (Callable<float[]> probe : probes) {
            System.out.println("again " + Arrays.toString(probe.call()));
        }
    }

    @SuppressWarnings("unchecked") // the same class, seen by another loader; Callable is the platform's
    private static Callable<float[]> probe(ClassLoader loader) throws ReflectiveOperationException {
        return (Callable<float[]>) loader.loadClass(EngineProbe.class.getName())
                .getDeclaredConstructor()
                .newInstance();
    }

    /** Runs a few steps of gradient descent through a matrix product and a softmax. */
    @Override
    public float[] call() {
        Engine engine = Engine.getEngine("PyTorch");
        try (NDManager manager = engine.newBaseManager()) {
            float[] values = new float[64 * 32];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i);
            }
            NDArray x = manager.create(values, new Shape(64, 32));
            NDArray weights = manager.create(Arrays.copyOf(values, 32 * 8), new Shape(32, 8));
            weights.setRequiresGradient(true);
            NDArray rate = manager.create(0.1f);
            for (int step = 0; step < 20; step++) {
                try (GradientCollector collector = engine.newGradientCollector()) {
                    collector.backward(x.matMul(weights).logSoftmax(1).square().mean());
                }
                NDArray next = weights.duplicate().sub(weights.getGradient().mul(rate));
                next.copyTo(weights);
                weights.getGradient().subi(weights.getGradient());
            }
            return Arrays.copyOf(weights.toFloatArray(), 6);
        }
    }
}
