/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

/**
 * Multiply-adds: fused ones, with one rounding, if the processor has them, otherwise a product and a sum. Without the
 * instruction {@link Math#fma(float, float, float)} computes with {@link java.math.BigDecimal}, thousands of times
 * slower.
 */
final class Fma {

    /**
     * Whether multiply-adds are fused: by the JVM's own option, which it turns off without the instruction. A constant
     * to the compiler: a choice for each JVM, not for each call.
     */
    static final boolean FUSED = VmOptions.isSet("UseFMA");

    private Fma() {}

    /** Returns a · b + c, with one rounding if {@link #FUSED}, otherwise with two. */
    static float of(float a, float b, float c) {
        return FUSED ? Math.fma(a, b, c) : a * b + c;
    }
}
