/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

/**
 * Logarithms of factorials and tails of Student's t distribution, in double precision also where a tail is tiny.
 * Stateless.
 */
final class Tails {
    /** Lanczos' approximation with g = 7 and nine terms (Godfrey, 2001); relative error below 1e-14. */
    private static final double[] LANCZOS = {
        0.9999999999998099,
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };

    private static final double G = 7;
    private static final double EPSILON = 1e-15;
    private static final double TINY = 1e-300;
    private static final int MOST_STEPS = 100_000;

    private Tails() {}

    /** The natural logarithm of the gamma function, for x of at least 0.5. */
    static double logGamma(double x) {
        double shifted = x - 1;
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (shifted + i);
        }
        double t = shifted + G + 0.5;
        return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
    }

    /** The natural logarithm of n!, for n of at least 0. */
    static double logFactorial(long n) {
        return n < 2 ? 0 : logGamma(n + 1.0);
    }

    /**
     * The probability that a variable of Student's t distribution is at least so far from 0, on either side: the
     * regularized incomplete beta function at {@code df / (df + t²)} with parameters {@code df / 2} and {@code 1 / 2}
     * (Abramowitz and Stegun, 26.7.1).
     *
     * @param t the statistic, any finite number
     * @param df the degrees of freedom, at least 1
     * @return from 0 to 1
     */
    static double twoSidedT(double t, double df) {
        double square = t * t;
        return square == 0 ? 1 : Math.min(1, beta(df / (df + square), square / (df + square), df / 2, 0.5));
    }

    /**
     * The regularized incomplete beta function.
     *
     * @param x the upper end of the integral, in (0, 1)
     * @param rest {@code 1 - x}, given because the difference of two doubles would lose digits
     */
    private static double beta(double x, double rest, double a, double b) {
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest));
        // either fraction converges; this one quickly
        return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(rest, b, a) / b;
    }

    /** The continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8), by Lentz's method. */
    private static double fraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m < MOST_STEPS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / nonZero(1 + even * d);
            c = nonZero(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / nonZero(1 + odd * d);
            c = nonZero(1 + odd / c);
            value *= d * c;
            if (Math.abs(d * c - 1) < EPSILON) {
                break;
            }
        }
        return value;
    }

    private static double nonZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }
}
