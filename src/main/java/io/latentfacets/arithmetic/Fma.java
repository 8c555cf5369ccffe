/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Multiply-adds: fused ones, with one rounding, if the processor has them, otherwise a product and a sum. Without the
 * instruction {@link Math#fma(float, float, float)} computes with {@link java.math.BigDecimal}, thousands of times
 * slower.
 */
final class Fma {

    /** Whether multiply-adds are fused. A constant to the compiler: a choice for each JVM, not for each call. */
    static final boolean FUSED = hasInstruction();

    private Fma() {}

    /** Returns a · b + c, with one rounding if {@link #FUSED}, otherwise with two. */
    static float of(float a, float b, float c) {
        return FUSED ? Math.fma(a, b, c) : a * b + c;
    }

    /**
     * The JVM's own option, which it turns off without the instruction. A JVM without it is not trusted to have one.
     */
    private static boolean hasInstruction() {
        try {
            return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("UseFMA")
                    .getValue());
        } catch (RuntimeException | LinkageError e) {
            // no such option, no such bean, or no such module
            return false;
        }
    }
}
