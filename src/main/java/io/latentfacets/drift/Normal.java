/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

/** Bounds that chance passes rarely. Stateless. */
final class Normal {

    /**
     * The number of standard deviations that a normal value passes on one side with probability 2.5e-5. With four
     * signals, a report gives a false alarm once in ten thousand independent windows.
     */
    static final double RARE = 4.056;

    private Normal() {}

    /**
     * The share that chance does not pass: the bound on the scale on which the spread of a share does not depend on the
     * share (Anscombe's arcsine).
     *
     * @param share the expected share, 0 to 1
     * @param spread the standard deviation of the estimate over √(share · (1 − share))
     */
    static double shareBound(double share, double spread) {
        double angle = Math.asin(Math.sqrt(share)) + RARE * spread / 2;
        double sine = Math.sin(Math.min(angle, Math.PI / 2));
        return sine * sine;
    }

    /**
     * What a chi-squared variable does not pass by chance (Wilson and Hilferty 1931).
     *
     * @param freedom the degrees of freedom, above 0; need not be whole
     */
    static double chiSquareBound(double freedom) {
        double ninth = 2 / (9 * freedom);
        double root = 1 - ninth + RARE * Math.sqrt(ninth);
        return freedom * root * root * root;
    }
}
