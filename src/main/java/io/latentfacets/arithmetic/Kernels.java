/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

/** Chooses the loops for this JVM. */
public final class Kernels {
    private static final String MODULE = "jdk.incubator.vector";

    private static final Kernel BEST =
            ModuleLayer.boot().findModule(MODULE).isPresent() ? new VectorKernel() : new PlainKernel();

    private Kernels() {}

    /**
     * Returns the fastest kernel: vectors, if the JVM runs with {@code --add-modules=jdk.incubator.vector} as
     * OpenSearch does by default.
     */
    public static Kernel best() {
        return BEST;
    }
}
