/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/**
 * A division of latents by the nearest of a few centroids, small enough to travel with a request: every centroid is a
 * common origin and what it is away from that, each as int8 components and a scale, so that centroids which are near
 * each other are still told apart. Latents are int8 as well, so the only long sums are of integers, which are exact: a
 * latent belongs to the same cluster on every machine, whatever the width of its vector registers. Immutable,
 * thread-safe.
 */
public final class Codebook {
    private static final float MAX = 127f;

    private final Code origin;
    private final List<Code> offsets;
    /** Of origin · offset + |offset|² / 2: what a latent's product with the offset has to make up for. */
    private final double[] thresholds;

    private final double[] lengths;
    private final int hash;

    /**
     * A vector, rounded.
     *
     * @param components int8[dims], owned
     * @param scale what they are multiplied by; finite, not negative
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
     * @param origin what the centroids have in common
     * @param offsets of each centroid from it, at least one
     * @throws IllegalArgumentException if they are not all of one length
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
     * Rounds centroids to the grid that they travel in.
     *
     * @param centroids count × dims
     * @param mean dims: somewhere between them
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

    /** What the centroids have in common. */
    public Code origin() {
        return origin;
    }

    /** What each centroid is away from the origin. */
    public List<Code> offsets() {
        return offsets;
    }

    /** Where a cluster's documents are on average: its centroid, a fresh array of dims; at most of unit length. */
    public float[] centroid(int cluster) {
        Code offset = offsets.get(cluster);
        float[] centroid = new float[dims()];
        for (int j = 0; j < centroid.length; j++) {
            centroid[j] = origin.components[j] * origin.scale + offset.components[j] * offset.scale;
        }
        return centroid;
    }

    /**
     * The cluster whose centroid is nearest to a latent's direction, 0 to count − 1; the lowest of equals.
     *
     * @param latent int8[dims], not all zero
     */
    public int assign(byte[] latent) {
        double length = length(latent);
        int best = 0;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < thresholds.length; c++) {
            // half the squared distance of the unit vector, turned round, less what is the same for all
            double score = offsets.get(c).dot(latent) / length - thresholds[c];
            if (score > bestScore) {
                bestScore = score;
                best = c;
            }
        }
        return best;
    }

    /** Cosine of a latent to a cluster's centroid, −1 to 1; 0 to a centroid without a direction. */
    public double similarity(byte[] latent, int cluster) {
        double both = length(latent) * lengths[cluster];
        return both > 0 ? (origin.dot(latent) + offsets.get(cluster).dot(latent)) / both : 0;
    }

    /** Only these clusters, in this order. */
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
}
