/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

/** Chooses the loops for this JVM. */
public final class Kernels {
    private static final String MODULE = "jdk.incubator.vector";

    private static final boolean FAST = compilesVectors(
            ModuleLayer.boot().findModule(MODULE).isPresent(),
            System.getProperty("java.vm.info", ""),
            VmOptions.isSet("UseJVMCICompiler"));

    private static final Kernel BEST = FAST ? new VectorKernel() : new PlainKernel();

    private Kernels() {}

    /**
     * Returns the fastest kernel: vectors, if the JVM runs with {@code --add-modules=jdk.incubator.vector} as
     * OpenSearch does by default, and with the optimizing compiler.
     */
    public static Kernel best() {
        return BEST;
    }

    /** Whether that kernel is as fast as a library of linear algebra; the plain one is many times slower. */
    public static boolean fast() {
        return FAST;
    }

    /**
     * Returns what finds the best of a few columns for many vectors; null if that is not faster here than one product
     * after the other.
     *
     * @param columns the columns, {@code [count][dims]}, at least one, of at most {@link BestColumns#MAX_DIMS}
     *     dimensions
     * @param factors what the product with each column is multiplied by
     * @param offsets what is subtracted then
     * @param margin the least lead of a best score over all others, at least the errors of both in floats
     */
    public static BestColumns bestColumns(byte[][] columns, float[] factors, float[] offsets, float margin) {
        return FAST ? new VectorBestColumns(columns, factors, offsets, margin) : null;
    }

    /**
     * Whether vectors become instructions. Only HotSpot's C2 does that: with its first compiler alone, in the
     * interpreter, or with another compiler in the place of C2, each vector is an object, and loops of them are a
     * hundred times slower than plain ones.
     *
     * @param module whether the module is there
     * @param vmInfo the system property {@code java.vm.info}
     * @param replaced whether another compiler, such as Graal, is in the place of C2
     */
    static boolean compilesVectors(boolean module, String vmInfo, boolean replaced) {
        return module && !replaced && vmInfo.contains("mixed mode") && !vmInfo.contains("emulated-client");
    }
}
