/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;

/**
 * The floor of each cluster: the least cosine to the centroid of a document on the cluster's subject. The floors are
 * learned from the cosines of each cluster's members by the rule of Tukey's fences (Exploratory Data Analysis, 1977):
 * the lower quartile less a part of the interquartile range. A floor is the mean of the cluster's own fence and the
 * fence of all documents, for two reasons. Loose clusters attract documents on other subjects, and the quartiles of
 * small clusters are unreliable. Immutable and thread-safe.
 */
public final class Floors {
    /** No floors: every document is similar enough. */
    public static final Floors NONE = new Floors(new float[0]);

    /** The distance of the fence below the lower quartile, as a part of the interquartile range. */
    private static final double FENCE = 0.5;

    /** A cluster with fewer members than this uses the fence of all documents. */
    private static final int MIN_MEMBERS = 10;

    /** The highest floor: a document this similar always belongs to its cluster. */
    private static final double HIGHEST = 0.9;

    private final float[] values;

    /** @param values the least cosine to the centroid per cluster, 0 to 1; empty for no floors; copied */
    public Floors(float[] values) {
        this.values = values.clone();
    }

    /**
     * Learns the floors; {@link #NONE} if no document has a cluster.
     *
     * @param centroids the centroids, {@code [count][dims]}, unit length
     * @param assigned the cluster of each document, negative for none
     * @param unitLatents the latents, {@code [documents][dims]}, parallel to assigned
     */
    static Floors learn(float[][] centroids, int[] assigned, float[][] unitLatents) {
        double[][] cosines = cosines(centroids, assigned, unitLatents);
        double[] all = Arrays.stream(cosines).flatMapToDouble(Arrays::stream).toArray();
        if (all.length == 0) {
            return NONE;
        }
        float[] values = new float[centroids.length];
        double ofAll = fence(all);
        for (int c = 0; c < values.length; c++) {
            double own = cosines[c].length < MIN_MEMBERS ? ofAll : fence(cosines[c]);
            values[c] = (float) Math.max(0, Math.min(HIGHEST, (own + ofAll) / 2));
        }
        return new Floors(values);
    }

    private static double[][] cosines(float[][] centroids, int[] assigned, float[][] latents) {
        int[] sizes = new int[centroids.length];
        for (int cluster : assigned) {
            if (cluster >= 0) {
                sizes[cluster]++;
            }
        }
        double[][] cosines = new double[centroids.length][];
        Arrays.setAll(cosines, c -> new double[sizes[c]]);
        for (int i = 0; i < assigned.length; i++) {
            int cluster = assigned[i];
            if (cluster >= 0) {
                cosines[cluster][--sizes[cluster]] = VectorUtil.dotProduct(centroids[cluster], latents[i]);
            }
        }
        return cosines;
    }

    private static double fence(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double lower = quantile(sorted, 0.25);
        return lower - FENCE * (quantile(sorted, 0.75) - lower);
    }

    /** A quantile with linear interpolation. */
    private static double quantile(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Whether there are floors; false for a generation of format 1. */
    public boolean known() {
        return values.length > 0;
    }

    /** The least cosine to a cluster's centroid, 0 to 1; 0 if there are no floors. */
    public float of(int cluster) {
        return known() ? values[cluster] : 0;
    }

    /**
     * The number of documents below the floor of their cluster over the number of all documents.
     *
     * @param assigned the cluster of each document, negative for none
     * @param unitLatents the latents, {@code [documents][dims]}, parallel to assigned
     */
    public double outlierShare(Partition partition, int[] assigned, float[][] unitLatents) {
        long below = 0;
        for (int i = 0; i < assigned.length; i++) {
            int cluster = assigned[i];
            below += cluster >= 0 && partition.similarity(unitLatents[i], cluster) < of(cluster) ? 1 : 0;
        }
        return assigned.length == 0 ? 0 : (double) below / assigned.length;
    }

    /**
     * A copy of the assignment without the documents below the floor of their cluster.
     *
     * @param assigned the cluster of each document, negative for none
     * @param unitLatents the latents, {@code [documents][dims]}, parallel to assigned
     * @return the cluster of each document, −1 for none
     */
    public int[] members(Partition partition, int[] assigned, float[][] unitLatents) {
        int[] members = new int[assigned.length];
        for (int i = 0; i < members.length; i++) {
            int cluster = assigned[i];
            boolean member = cluster >= 0 && partition.similarity(unitLatents[i], cluster) >= of(cluster);
            members[i] = member ? cluster : -1;
        }
        return members;
    }

    int count() {
        return values.length;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(values.length);
        Wire.writeFloats(out, values);
    }

    static Floors readFrom(DataInput in, int clusters) throws IOException {
        int count = Wire.readSize(in, clusters, "floors");
        if (count != 0 && count != clusters) {
            throw new IOException("corrupt clusters: [" + clusters + "] clusters but [" + count + "] floors");
        }
        return count == 0 ? NONE : new Floors(Wire.readFloats(in, count));
    }
}
