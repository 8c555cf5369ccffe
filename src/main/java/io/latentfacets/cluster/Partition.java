/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.util.VectorUtil;

/**
 * A division of latent space into clusters: which cluster a latent belongs to is {@code argmax_c directions[c]·x +
 * biases[c]}, one dot product a cluster, whatever rule it was folded from.
 *
 * <p>Immutable and thread-safe, except that the arrays are handed out as they are: callers must not write to them.
 */
public final class Partition {
    private static final int VERSION = 1;
    private static final int MAX_DIMS = 1 << 16;

    private final float[][] centroids;
    private final LinearRule rule;
    private final float[][] byDimension;
    private final CountCurve curve;

    /**
     * Takes ownership of the arrays.
     *
     * @param centroids count × dims, unit length: the mean direction of each cluster's members
     * @param directions count × dims: the linear rule
     * @param biases count
     * @param curve how the count was decided
     */
    public Partition(float[][] centroids, float[][] directions, float[] biases, CountCurve curve) {
        if (centroids.length == 0 || centroids.length != directions.length || centroids.length != biases.length) {
            throw new IllegalArgumentException(
                    "centroids, directions and biases must be equally many and at least one: " + centroids.length + ", "
                            + directions.length + ", " + biases.length);
        }
        int dims = centroids[0].length;
        for (int c = 0; c < centroids.length; c++) {
            if (centroids[c].length != dims || directions[c].length != dims) {
                throw new IllegalArgumentException("cluster [" + c + "] has not [" + dims + "] dimensions");
            }
        }
        this.centroids = centroids;
        this.rule = new LinearRule(directions, biases);
        this.byDimension = Assigner.transpose(directions);
        this.curve = Objects.requireNonNull(curve);
    }

    /** Number of clusters, at least 1; fewer than asked for when the points had fewer distinct values. */
    public int count() {
        return centroids.length;
    }

    /** Length of a latent. */
    public int dims() {
        return centroids[0].length;
    }

    /** count × dims, unit length; not to be written to. */
    public float[][] centroids() {
        return centroids;
    }

    /** count × dims; not to be written to. */
    public float[][] directions() {
        return rule.directions();
    }

    /** One per cluster; not to be written to. */
    public float[] biases() {
        return rule.biases();
    }

    /** What the number of clusters was decided from; {@link CountCurve#NONE} when it was given. */
    public CountCurve curve() {
        return curve;
    }

    /**
     * The cluster of a latent, 0 to count − 1; the lowest of equals.
     *
     * @param unitLatent float[dims], unit length
     */
    public int assign(float[] unitLatent) {
        return rule.assign(unitLatent);
    }

    /** {@link #assign(float[])} of every row. */
    public int[] assign(float[][] unitLatents) {
        return rule.assign(unitLatents);
    }

    /** {@link #assign(float[])} for many latents on one thread. */
    public Assigner assigner() {
        return new Assigner(this, byDimension);
    }

    /** Cosine of a unit latent to a cluster's centroid, −1 to 1. */
    public float similarity(float[] unitLatent, int cluster) {
        return VectorUtil.dotProduct(centroids[cluster], unitLatent);
    }

    /** Heap bytes, for a circuit breaker. */
    public long ramBytes() {
        return 256L
                + (long) count() * (12L * dims() + 64)
                + 32L * curve.points().size();
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(count());
        out.writeInt(dims());
        for (int c = 0; c < count(); c++) {
            Wire.writeFloats(out, centroids[c]);
            Wire.writeFloats(out, rule.directions()[c]);
        }
        Wire.writeFloats(out, rule.biases());
        curve.writeTo(out);
    }

    /** @throws IOException also for anything {@link #writeTo} does not write */
    public static Partition readFrom(DataInput in) throws IOException {
        Wire.checkVersion(in, VERSION, "partition");
        int count = Wire.readSize(in, ClusterOptions.MAX_COUNT, "clusters");
        int dims = Wire.readSize(in, MAX_DIMS, "dimensions");
        if (count == 0 || dims == 0) {
            throw new IOException("corrupt clusters: [" + count + "] clusters of [" + dims + "] dimensions");
        }
        float[][] centroids = new float[count][];
        float[][] directions = new float[count][];
        for (int c = 0; c < count; c++) {
            centroids[c] = Wire.readFloats(in, dims);
            directions[c] = Wire.readFloats(in, dims);
        }
        return new Partition(centroids, directions, Wire.readFloats(in, count), CountCurve.readFrom(in));
    }
}
