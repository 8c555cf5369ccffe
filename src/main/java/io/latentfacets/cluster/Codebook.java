/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import io.latentfacets.arithmetic.BestColumns;
import io.latentfacets.arithmetic.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/**
 * Divides latents by the nearest of a few rounded centroids. It is small enough to travel with a request. A centroid is
 * a common origin plus an offset, each rounded to int8 components and a scale. The offsets keep centroids distinct that
 * lie near each other. Latents are int8 as well, so the long sums are of integers and therefore exact: every machine
 * assigns a latent to the same cluster, whatever the width of its vector registers. Immutable and thread-safe.
 */
public final class Codebook {
    private static final float MAX = 127f;

    private final Code origin;
    private final List<Code> offsets;
    /** origin · offset + |offset|² / 2 per centroid, which {@link #assign} subtracts from latent · offset. */
    private final double[] thresholds;

    private final double[] lengths;
    private final int hash;

    /**
     * A rounded vector: components times scale.
     *
     * @param components the int8 components, {@code [dims]}, owned by the code
     * @param scale the factor of all components, finite and not negative
     */
    public record Code(byte[] components, float scale) {
        public Code {
            if (components.length == 0 || !(scale >= 0) || Float.isInfinite(scale)) {
                throw new IllegalArgumentException(
                        "a code of [" + components.length + "] dimensions cannot have the scale [" + scale + "]");
            }
        }

        static Code of(float[] vector) {
            float max = 0;
            for (float component : vector) {
                max = Math.max(max, Math.abs(component));
            }
            byte[] components = new byte[vector.length];
            for (int j = 0; j < components.length && max > 0; j++) {
                components[j] = (byte) Math.round(vector[j] / max * MAX);
            }
            return new Code(components, max / MAX);
        }

        private double dot(Code other) {
            return dot(other.components) * other.scale;
        }

        private double dot(byte[] latent) {
            return VectorUtil.dotProduct(components, latent) * (double) scale;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Code that && Arrays.equals(components, that.components) && scale == that.scale;
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(components) + Float.hashCode(scale);
        }
    }

    /**
     * @param origin the common origin of the centroids
     * @param offsets the offset of each centroid from the origin, at least one
     * @throws IllegalArgumentException if there is no offset, or their lengths differ
     */
    public Codebook(Code origin, List<Code> offsets) {
        this.origin = origin;
        this.offsets = List.copyOf(offsets);
        int dims = origin.components.length;
        if (offsets.isEmpty() || offsets.stream().anyMatch(offset -> offset.components.length != dims)) {
            throw new IllegalArgumentException(
                    "there must be centroids, and all of [" + dims + "] dimensions: [" + offsets.size() + "]");
        }
        hash = 31 * origin.hashCode() + offsets.hashCode();
        thresholds = new double[offsets.size()];
        lengths = new double[offsets.size()];
        for (int c = 0; c < thresholds.length; c++) {
            double squares = offsets.get(c).dot(offsets.get(c));
            double across = origin.dot(offsets.get(c));
            thresholds[c] = across + squares / 2;
            lengths[c] = Math.sqrt(Math.max(0, origin.dot(origin) + 2 * across + squares));
        }
    }

    /**
     * Rounds centroids.
     *
     * @param centroids the centroids, {@code [count][dims]}
     * @param mean the origin before rounding, {@code [dims]}; the nearer to the centroids, the finer their offsets
     */
    public static Codebook quantize(float[][] centroids, float[] mean) {
        Code origin = Code.of(mean);
        List<Code> offsets = new ArrayList<>(centroids.length);
        for (float[] centroid : centroids) {
            float[] offset = new float[centroid.length];
            for (int j = 0; j < offset.length; j++) {
                offset[j] = centroid[j] - origin.components[j] * origin.scale;
            }
            offsets.add(Code.of(offset));
        }
        return new Codebook(origin, offsets);
    }

    public int count() {
        return offsets.size();
    }

    public int dims() {
        return origin.components.length;
    }

    /** The common origin of the centroids. */
    public Code origin() {
        return origin;
    }

    /** The offset of each centroid from the origin. */
    public List<Code> offsets() {
        return offsets;
    }

    /** The centroid of a cluster, the mean of its documents: a new array, {@code [dims]}, about unit length at most. */
    public float[] centroid(int cluster) {
        Code offset = offsets.get(cluster);
        float[] centroid = new float[dims()];
        for (int j = 0; j < centroid.length; j++) {
            centroid[j] = origin.components[j] * origin.scale + offset.components[j] * offset.scale;
        }
        return centroid;
    }

    /**
     * The cluster with the centroid nearest to a latent's direction, 0 to count − 1; the lowest one of a tie.
     *
     * @param latent the latent, int8 {@code [dims]}, not all zero
     */
    public int assign(byte[] latent) {
        double length = length(latent);
        int best = 0;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < thresholds.length; c++) {
            // −½ of the squared distance between unit vector and centroid, without the terms equal for all centroids
            double score = offsets.get(c).dot(latent) / length - thresholds[c];
            if (score > bestScore) {
                bestScore = score;
                best = c;
            }
        }
        return best;
    }

    /** Assigns many latents as {@link #assign} does, several times as fast. For one thread. */
    public BlockAssigner assigner() {
        return new BlockAssigner(this);
    }

    /** The cosine between a latent and a cluster's centroid, −1 to 1; 0 if either has no direction. */
    public double similarity(byte[] latent, int cluster) {
        double both = length(latent) * lengths[cluster];
        return both > 0 ? (origin.dot(latent) + offsets.get(cluster).dot(latent)) / both : 0;
    }

    /** A codebook of these clusters only, in this order. */
    public Codebook pick(List<Integer> clusters) {
        return new Codebook(origin, clusters.stream().map(offsets::get).toList());
    }

    private static double length(byte[] vector) {
        return Math.sqrt(VectorUtil.dotProduct(vector, vector));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Codebook that && origin.equals(that.origin) && offsets.equals(that.offsets);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /**
     * Assigns many latents by a codebook. The answers are those of {@link Codebook#assign}: scores in floats decide
     * where the best one leads by more than their errors, and the rule itself decides elsewhere. Not thread-safe.
     */
    public static final class BlockAssigner {
        /**
         * Eight roundings of 2⁻²⁴, four for each of the two scores: the factor, its product with the inverse length,
         * that with the dot product, and the difference; twice that, for what these errors make of each other.
         */
        private static final double ERROR = 0x1p-20;

        /** Below this, numbers may be too small for floats to have all bits; the rule decides then. */
        private static final double LEAST_MARGIN = 0x1p-100;

        /** Above this, numbers may be too large for floats. No clusters of results have such centroids. */
        private static final double LARGEST = 1e9;

        private final Codebook codebook;
        private final byte[] latent;
        /** Null where the rule decides alone. */
        private final BestColumns columns;

        private BlockAssigner(Codebook codebook) {
            this.codebook = codebook;
            this.latent = new byte[codebook.dims()];
            List<Code> offsets = codebook.offsets;
            byte[][] components = new byte[offsets.size()][];
            float[] scales = new float[offsets.size()];
            float[] thresholds = new float[offsets.size()];
            double largest = 0;
            for (int c = 0; c < components.length; c++) {
                components[c] = offsets.get(c).components();
                scales[c] = offsets.get(c).scale();
                thresholds[c] = (float) codebook.thresholds[c];
                // a dot product with a vector of length 1 is at most as long as the offset
                double length = scales[c] * Math.sqrt(latent.length) * -Byte.MIN_VALUE;
                largest = Math.max(largest, length + Math.abs(codebook.thresholds[c]));
            }
            columns = largest < LARGEST && latent.length <= BestColumns.MAX_DIMS
                    ? Kernels.bestColumns(
                            components, scales, thresholds, (float) Math.max(LEAST_MARGIN, largest * ERROR))
                    : null;
        }

        /**
         * Writes the cluster of each latent.
         *
         * @param latents int8 {@code [count][dims]}, one after the other, none all zero
         * @param clusters receives {@code count} clusters
         */
        public void assign(byte[] latents, int count, int[] clusters) {
            if (columns != null) {
                columns.find(latents, count, clusters);
            }
            for (int i = 0; i < count; i++) {
                if (columns == null || clusters[i] == BestColumns.UNSURE) {
                    System.arraycopy(latents, i * latent.length, latent, 0, latent.length);
                    clusters[i] = codebook.assign(latent);
                }
            }
        }
    }
}
