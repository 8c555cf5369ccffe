/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import io.latentfacets.cluster.bound.BoundTable;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.util.VectorUtil;

/**
 * A division of latent space into clusters. A latent x belongs to the cluster {@code argmax_c directions[c]·x +
 * biases[c]}: one dot product per cluster, whatever rule the fit folded into it. In a {@link #refined} partition the
 * rule only finds the learned cluster, and what people have merged and split decides the rest.
 *
 * <p>Immutable and thread-safe. The getters return the arrays without a copy: callers must not write to them.
 */
public final class Partition {
    private static final int VERSION = 1;
    private static final int MAX_DIMS = 1 << 16;

    private final float[][] centroids;
    private final LinearRule rule;
    private final float margin;
    private final double temperature;
    private final float[][] byDimension;
    private final RuleBounds bounds;
    private final CountCurve curve;
    /** What people have merged and split; null for nothing. */
    private final Refinement refinement;

    /**
     * Takes ownership of the arrays.
     *
     * @param centroids the mean direction of each cluster's members, {@code [count][dims]}, unit length
     * @param directions the directions of the linear rule, {@code [count][dims]}
     * @param biases the biases of the linear rule, {@code [count]}
     * @param curve the scores by which the count was chosen
     * @throws IllegalArgumentException if there is no cluster, or the shapes differ
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
        this.margin = rule.margin();
        this.temperature = rule.temperature();
        this.byDimension = Assigner.transpose(directions);
        this.bounds = new RuleBounds(rule);
        this.curve = Objects.requireNonNull(curve);
        this.refinement = null;
    }

    private Partition(Partition learned, Refinement refinement) {
        this.centroids = refinement.centroids();
        this.rule = learned.rule;
        this.margin = learned.margin;
        this.temperature = learned.temperature;
        this.byDimension = learned.byDimension;
        this.bounds = learned.bounds;
        this.curve = learned.curve;
        this.refinement = refinement;
    }

    /**
     * A copy in which the rule's clusters are merged and split.
     *
     * @throws IllegalArgumentException if this partition is refined already, or the refinement is for another number of
     *     clusters
     */
    Partition refined(Refinement by) {
        if (refinement != null || by.learned() != rule.count()) {
            throw new IllegalArgumentException("a refinement of [" + by.learned() + "] clusters is not for a "
                    + (refinement == null ? "partition of [" + rule.count() + "]" : "refined partition"));
        }
        return new Partition(this, by);
    }

    /** The number of clusters, at least 1; less than the requested count if there were fewer distinct latents. */
    public int count() {
        return centroids.length;
    }

    /** The number of dimensions of a latent. */
    public int dims() {
        return centroids[0].length;
    }

    /** The centroids, {@code [count][dims]}, unit length; read-only. */
    public float[][] centroids() {
        return centroids;
    }

    /** The directions of the rule, {@code [count][dims]}, of the learned clusters if refined; read-only. */
    public float[][] directions() {
        return rule.directions();
    }

    /** The biases of the rule, {@code [count]}, of the learned clusters if refined; read-only. */
    public float[] biases() {
        return rule.biases();
    }

    /** The scores by which the count was chosen; {@link CountCurve#NONE} if the definition sets it. */
    public CountCurve curve() {
        return curve;
    }

    /**
     * The cluster of a latent, 0 to count − 1; the lowest one of a tie.
     *
     * @param unitLatent the latent, {@code [dims]}, unit length
     */
    public int assign(float[] unitLatent) {
        return refine(rule.assign(unitLatent, margin), unitLatent);
    }

    /**
     * {@link #assign(float[])} of a latent that belongs to one of a few learned clusters.
     *
     * @param among the learned clusters, ascending; the first {@code count} count
     */
    int assign(float[] unitLatent, int[] among, int count) {
        return refine(rule.assign(unitLatent, margin, among, count), unitLatent);
    }

    /** The cluster of a latent for which the rule gives a learned cluster. */
    int refine(int learned, float[] unitLatent) {
        return refinement == null ? learned : refinement.cluster(learned, unitLatent);
    }

    /** {@link #assign(float[])} for every row of {@code [documents][dims]}. */
    public int[] assign(float[][] unitLatents) {
        int[] clusters = new int[unitLatents.length];
        for (int i = 0; i < clusters.length; i++) {
            clusters[i] = assign(unitLatents[i]);
        }
        return clusters;
    }

    /**
     * The memberships of a latent in each cluster, {@code [count]}, which add up to 1: the softmax of the rule's
     * scores, divided by {@link LinearRule#temperature}. A merged cluster has the sum of its parts' memberships; the
     * parts of a divided one share its membership by the softmax of their own rule. {@link #assigner} computes those of
     * many latents faster, and the same.
     *
     * @param unitLatent the latent, {@code [dims]}, unit length
     */
    public double[] memberships(float[] unitLatent) {
        double[] memberships = new double[count()];
        assigner().memberships(unitLatent, memberships);
        return memberships;
    }

    /**
     * @param scores of the rule, one per learned cluster, overwritten
     * @param into one per cluster, overwritten
     */
    void memberships(double[] scores, float[] unitLatent, double[] into) {
        LinearRule.soften(scores, temperature);
        if (refinement == null) {
            System.arraycopy(scores, 0, into, 0, scores.length);
        } else {
            refinement.memberships(scores, unitLatent, into);
        }
    }

    /** What {@link LinearRule#margin} returns for the rule. */
    float margin() {
        return margin;
    }

    /** The bounds of the rule, which all callers share; null as {@link BoundTable#of} says. */
    BoundTable boundTable() {
        return bounds.table();
    }

    /** A new, faster {@link #assign(float[])} for many latents on one thread. */
    public Assigner assigner() {
        return new Assigner(this, byDimension);
    }

    /**
     * The cosine between a latent of unit length and a cluster's centroid, −1 to 1; of a merged cluster the largest
     * with the centroid of a part.
     */
    public float similarity(float[] unitLatent, int cluster) {
        return refinement != null
                ? refinement.similarity(unitLatent, cluster)
                : VectorUtil.dotProduct(centroids[cluster], unitLatent);
    }

    /** Heap bytes, for a circuit breaker. */
    public long ramBytes() {
        return 256L
                + (long) (count() + rule.count()) * (8L * dims() + 64)
                + boundBytes()
                + (refinement == null ? 0 : refinement.ramBytes())
                + 32L * curve.points().size();
    }

    /**
     * Those of {@link #ramBytes} that bounds take once columns are built; 0 with so few clusters that none are made.
     */
    public long boundBytes() {
        return rule.count() < Assigner.PAIRED_FROM ? 0 : BoundTable.ramBytes(rule.count(), dims());
    }

    /** The table of a rule's bounds, made at the first call. Thread-safe. */
    private static final class RuleBounds {
        private final LinearRule rule;
        private boolean made;
        private BoundTable table;

        RuleBounds(LinearRule rule) {
            this.rule = rule;
        }

        /** Others wait while one makes the table, which takes a few milliseconds. */
        synchronized BoundTable table() {
            if (!made) {
                table = BoundTable.of(rule.directions(), rule.biases());
                made = true;
            }
            return table;
        }
    }

    /** @throws IllegalStateException if it is refined: no generation stores what people did */
    public void writeTo(DataOutput out) throws IOException {
        if (refinement != null) {
            throw new IllegalStateException("a refined partition is never stored");
        }
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

    /** @throws IOException also if {@link #writeTo} did not write these bytes */
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
