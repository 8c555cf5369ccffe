/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

/**
 * One step of clusters that follow a stream: mini-batch k-means (Sculley, Web-Scale K-Means Clustering, 2010) on the
 * unit sphere, with exponential forgetting in the place of the growing counts.
 *
 * <p>The target of a centroid is the blend of two directions: where the last clustering put it, the <em>anchor</em>,
 * and the mean direction of the documents that came since. Each has the weight of its documents, and every document
 * loses half of its weight in a half-life. Time alone therefore moves nothing, and a step that fails loses nothing,
 * because the next one computes the target anew.
 *
 * <p>Two bounds hold. No centroid leaves its anchor by more than half of the angle to the nearest other anchor, so it
 * is nearer to its own anchor than to any other one, and keys cannot change hands. No step moves a centroid by more
 * than {@value #STEP_SHARE} of that angle, so a burst of documents has to last to be followed.
 *
 * <p>The rule of a cluster turns as its centroid does: the rotation that takes the anchor to the new centroid, and
 * leaves everything at right angles to both as it is, is applied to the direction. The bias stays, and with it the
 * share of documents that a mixture expects in the cluster. So the score of the new centroid in its own cluster is what
 * that of the anchor was. If latents vary alike in all directions around a centroid, this is exactly the rule of a
 * mixture with moved means. Stateless.
 */
public final class OnlineStep {

    /** The part of its whole bound that a centroid moves in one step at most. */
    public static final double STEP_SHARE = 0.125;

    /** The weight of documents, decayed, that a cluster needs to be moved: fewer have no direction to speak of. */
    public static final double FEWEST = 20;

    /** The bound of a cluster without neighbours, as an angle. */
    private static final double WIDEST = Math.PI / 4;

    /** A smaller angle is none. */
    private static final double NOTHING = 1e-6;

    /**
     * The moved clusters.
     *
     * @param partition the partition; clusters that did not move have the same numbers, bit for bit
     * @param largestMove the largest angle between a centroid before and after the step, in radians
     */
    public record Moved(Partition partition, double largestMove) {}

    private OnlineStep() {}

    /**
     * Moves centroids.
     *
     * @param anchor the partition of the last clustering
     * @param anchorMasses the weight that the documents of each of its clusters still have, {@code [count]}
     * @param present the partition that earlier steps have made of it; the anchor itself before the first one
     * @param stream what came since
     * @param nowMillis now, epoch milliseconds
     * @param fewest {@link #FEWEST}
     * @throws IllegalArgumentException if the shapes differ
     */
    public static Moved of(
            Partition anchor,
            double[] anchorMasses,
            Partition present,
            StreamTally stream,
            long nowMillis,
            double fewest) {
        int count = anchor.count();
        if (anchorMasses.length != count
                || present.count() != count
                || stream.clusters() != count
                || present.dims() != anchor.dims()
                || stream.dims() != anchor.dims()) {
            throw new IllegalArgumentException("a step needs one number of clusters and dimensions: [" + count
                    + "] of ["
                    + anchor.dims() + "], [" + present.count() + "] of [" + present.dims() + "], [" + stream.clusters()
                    + "] of [" + stream.dims() + "], [" + anchorMasses.length + "] weights");
        }
        float[][] centroids = present.centroids().clone();
        float[][] directions = present.directions().clone();
        double largest = 0;
        for (int c = 0; c < count; c++) {
            double mass = stream.mass(c, nowMillis);
            double[] toward = mass >= fewest && mass > 0 ? stream.direction(c) : null;
            if (toward == null) {
                continue;
            }
            double[] from = unit(anchor.centroids()[c]);
            double bound = bound(anchor.centroids(), c);
            double[] target = limited(from, blend(from, toward, mass / (mass + Math.max(0, anchorMasses[c]))), bound);
            double[] before = unit(present.centroids()[c]);
            double[] after = limited(before, target, STEP_SHARE * bound);
            double move = angle(before, after);
            if (move > NOTHING) {
                centroids[c] = toFloats(after);
                directions[c] = rotated(anchor.directions()[c], from, after);
                largest = Math.max(largest, move);
            }
        }
        return new Moved(new Partition(centroids, directions, present.biases(), present.curve()), largest);
    }

    /** Half of the angle from a centroid to the nearest other one, in radians. */
    static double bound(float[][] centroids, int cluster) {
        double nearest = 2 * WIDEST;
        double[] own = unit(centroids[cluster]);
        for (int c = 0; c < centroids.length; c++) {
            if (c != cluster) {
                nearest = Math.min(nearest, angle(own, unit(centroids[c])));
            }
        }
        return nearest / 2;
    }

    private static double[] blend(double[] a, double[] b, double shareOfB) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (1 - shareOfB) * a[i] + shareOfB * b[i];
        }
        // opposite directions of the same weight have no mean
        return normalized(sum, a);
    }

    /** The direction at most an angle away from another one, on the shortest way to the target. */
    private static double[] limited(double[] from, double[] target, double most) {
        if (angle(from, target) <= most) {
            return target;
        }
        double[] aside = aside(from, target);
        if (aside == null) {
            return from;
        }
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = Math.cos(most) * from[i] + Math.sin(most) * aside[i];
        }
        return to;
    }

    /** The unit vector at right angles to one direction in its plane with another; null if they are parallel. */
    private static double[] aside(double[] from, double[] to) {
        double along = dot(from, to);
        double[] rest = new double[from.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = to[i] - along * from[i];
        }
        return normalized(rest, null);
    }

    /** Turns a vector by the rotation that takes one direction to another in their plane. */
    private static float[] rotated(float[] vector, double[] from, double[] to) {
        double[] aside = aside(from, to);
        if (aside == null) {
            return vector;
        }
        double cos = dot(from, to);
        double sin = dot(aside, to);
        double along = 0;
        double across = 0;
        for (int i = 0; i < vector.length; i++) {
            along += vector[i] * from[i];
            across += vector[i] * aside[i];
        }
        float[] turned = new float[vector.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = (float) (vector[i]
                    + (cos - 1) * (along * from[i] + across * aside[i])
                    + sin * (along * aside[i] - across * from[i]));
        }
        return turned;
    }

    /** The angle between unit vectors, 0 to π; exact for small angles too, where the cosine is not. */
    static double angle(double[] a, double[] b) {
        double difference = 0;
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            difference += (a[i] - b[i]) * (a[i] - b[i]);
            sum += (a[i] + b[i]) * (a[i] + b[i]);
        }
        return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
    }

    static double[] unit(float[] vector) {
        double[] doubles = new double[vector.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = vector[i];
        }
        return normalized(doubles, doubles);
    }

    /** Scales to unit length in place; the fallback if the vector has no direction. */
    private static double[] normalized(double[] vector, double[] fallback) {
        double length = Math.sqrt(dot(vector, vector));
        if (!(length > 1e-12)) {
            return fallback;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= length;
        }
        return vector;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static float[] toFloats(double[] vector) {
        float[] floats = new float[vector.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) vector[i];
        }
        return floats;
    }
}
