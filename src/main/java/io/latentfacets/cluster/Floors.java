/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;

/**
 * How similar to its cluster's centroid a document is at least, if it is about what the cluster is about. Learned from
 * the cosines of each cluster's members by the rule of Tukey's fences (Exploratory Data Analysis, 1977): the lower
 * quartile less a part of the interquartile range. The fence of a cluster is averaged with that of all documents, since
 * loose clusters are those that attract foreign documents, and small ones have quartiles that mean little. Immutable
 * and thread-safe.
 */
public final class Floors {
    /** Nothing was learned: every document is similar enough. */
    public static final Floors NONE = new Floors(new float[0]);

    /** Part of the interquartile range below the lower quartile. */
    private static final double FENCE = 0.5;

    /** A cluster of fewer members has the fence of all documents. */
    private static final int MIN_MEMBERS = 10;

    /** Whatever the others are like, a document this similar is none that does not belong. */
    private static final double HIGHEST = 0.9;

    private final float[] values;

    /** @param values least cosine of each cluster's documents to its centroid, 0 to 1; empty for none known */
    public Floors(float[] values) {
        this.values = values.clone();
    }

    /**
     * @param centroids unit length, one per cluster
     * @param assigned cluster of each document, negative for none
     * @param unitLatents parallel to assigned
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

    /** Linear between neighbours. */
    private static double quantile(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** False for a generation from before floors were learned. */
    public boolean known() {
        return values.length > 0;
    }

    /** Least cosine to the centroid, 0 to 1; 0 where nothing is {@link #known}. */
    public float of(int cluster) {
        return known() ? values[cluster] : 0;
    }

    /**
     * Share of the documents that have a cluster and are below its floor.
     *
     * @param assigned cluster of each document, negative for none
     */
    public double outlierShare(Partition partition, int[] assigned, float[][] unitLatents) {
        long below = 0;
        for (int i = 0; i < assigned.length; i++) {
            int cluster = assigned[i];
            below += cluster >= 0 && partition.similarity(unitLatents[i], cluster) < of(cluster) ? 1 : 0;
        }
        return assigned.length == 0 ? 0 : (double) below / assigned.length;
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
