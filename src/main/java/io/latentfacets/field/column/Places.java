/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

/**
 * Places on the map in whole steps: each axis from −1 to 1 has {@value #STEPS} of them, so a place takes two bytes an
 * axis. A place counts as the middle of its step. An edge between steps therefore lies half a step from the nearest
 * place, and the rounding of a coordinate that somebody copies from a response cannot move a document over it.
 * Stateless.
 */
public final class Places {
    /** The number of steps of an axis; a multiple of 256, so that grids of 2, 4, … 256 cells divide the map evenly. */
    public static final int STEPS = 255 * 256;

    /** The place of a document without one. */
    public static final int NONE = -1;

    private static final double STEP = 2.0 / STEPS;

    private Places() {}

    /** Returns a place from the steps of its axes. */
    public static int of(int x, int y) {
        return x << 16 | y;
    }

    /** Returns the place of coordinates in [−1, 1]. */
    static int of(float x, float y) {
        return of(step(x), step(y));
    }

    /** Returns the x of a place as a step, 0 to {@link #STEPS} − 1. */
    public static int x(int place) {
        return place >>> 16;
    }

    /** Returns the y of a place as a step, 0 to {@link #STEPS} − 1. */
    public static int y(int place) {
        return place & 0xFFFF;
    }

    /** Returns the step in which a coordinate lies; those outside [−1, 1] are in the first or last step. */
    public static int step(double coordinate) {
        return (int) Math.max(0, Math.min(STEPS - 1, Math.floor((coordinate + 1) / STEP)));
    }

    /** Returns the coordinate that a place in this step counts as. */
    public static double middle(int step) {
        return (step + .5) * STEP - 1;
    }

    /** Returns the number of whole steps below a coordinate, to the nearest; not bounded. */
    public static long edgeAt(double coordinate) {
        return Math.round((coordinate + 1) / STEP);
    }

    /** Returns the coordinate below which there is this number of whole steps. */
    public static double edge(long steps) {
        return steps * STEP - 1;
    }
}
