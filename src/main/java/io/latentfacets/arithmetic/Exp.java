/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

/**
 * The constants of a polynomial for exp: x = n·ln 2 + r with |r| ≤ ln 2 / 2, exp x = 2<sup>n</sup> · exp r. They are
 * those of Cephes' {@code expf} (Moshier 1989), which is right to a unit in the last place.
 */
final class Exp {
    static final float LEAST = -87;
    static final float LOG2_E = 1.442695f;
    /** Added to a float below 2²², it rounds to an integer, which stands in the lowest bits. */
    static final float ROUNDER = 12_582_912f;

    static final int BIAS = 127;
    static final int EXPONENT = 23;
    static final float LN2_HIGH = 0.6933594f;
    static final float LN2_LOW = -0.00021219444f;
    static final float C7 = 0.00019875691f;
    static final float C6 = 0.0013981999f;
    static final float C5 = 0.008333452f;
    static final float C4 = 0.041665796f;
    static final float C3 = 0.16666666f;
    static final float C2 = 0.5f;

    private Exp() {}

    /** Returns exp x for x up to 88, and exp(−87) for lower ones. */
    static float of(float x) {
        float bounded = Math.max(x, LEAST);
        float rounded = Fma.of(bounded, LOG2_E, ROUNDER);
        float n = rounded - ROUNDER;
        float r = Fma.of(n, -LN2_LOW, Fma.of(n, -LN2_HIGH, bounded));
        float p = Fma.of(Fma.of(Fma.of(Fma.of(Fma.of(C7, r, C6), r, C5), r, C4), r, C3), r, C2);
        float y = Fma.of(p, r * r, r) + 1;
        return y * Float.intBitsToFloat((Float.floatToRawIntBits(rounded) + BIAS) << EXPONENT);
    }
}
