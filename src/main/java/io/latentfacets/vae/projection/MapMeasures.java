/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.util.VectorUtil;

/**
 * How well a map keeps neighbours together. Compares the ranks of all pairs, so the time grows with the square of the
 * number of documents: a thousand or two tell enough. Immutable and thread-safe.
 */
public final class MapMeasures {
    private final int neighbors;
    private final double trustworthiness;
    private final double continuity;
    private final int[][] nearest;

    /**
     * @param unitLatents the latents, {@code [documents][dims]}, unit length
     * @param places their places, {@code [documents][2]}
     * @param neighbors the number k of neighbours of a document; more than k · 3 / 2 documents are needed
     * @throws IllegalArgumentException if there are too few documents
     */
    public MapMeasures(float[][] unitLatents, float[][] places, int neighbors) {
        int n = unitLatents.length;
        if (neighbors < 1 || 3L * neighbors + 1 >= 2L * n) {
            throw new IllegalArgumentException("[" + neighbors + "] neighbors of [" + n
                    + "] documents: there must be at least 1, and fewer than " + (2L * n + 1) / 3);
        }
        this.neighbors = neighbors;
        this.nearest = new int[n][];
        double intruders = 0;
        double missing = 0;
        for (int i = 0; i < n; i++) {
            int[] bySpace = order(i, similarityDistances(unitLatents, i));
            int[] byMap = order(i, mapDistances(places, i));
            intruders += tooFar(byMap, ranks(bySpace));
            missing += tooFar(bySpace, ranks(byMap));
            nearest[i] = Arrays.copyOf(byMap, neighbors);
        }
        double most = (double) n * neighbors * (2.0 * n - 3.0 * neighbors - 1) / 2;
        this.trustworthiness = 1 - intruders / most;
        this.continuity = 1 - missing / most;
    }

    /**
     * Whether near documents of the map are near in latent space: 1 if all are, about ½ for places by chance (Venna and
     * Kaski, 2001: Neighborhood preservation in nonlinear projection methods).
     */
    public double trustworthiness() {
        return trustworthiness;
    }

    /** Whether near documents in latent space are near on the map; the same with the two changed. */
    public double continuity() {
        return continuity;
    }

    /**
     * The share of a document's neighbours on the map that have its label.
     *
     * @param labels the label of each document
     */
    public double neighborhoodHit(int[] labels) {
        long hits = 0;
        for (int i = 0; i < nearest.length; i++) {
            for (int j : nearest[i]) {
                hits += labels[i] == labels[j] ? 1 : 0;
            }
        }
        return (double) hits / nearest.length / neighbors;
    }

    /** How far beyond k the first k documents of one order are in the other one, summed. */
    private double tooFar(int[] order, int[] rank) {
        double sum = 0;
        for (int p = 0; p < neighbors; p++) {
            sum += Math.max(0, rank[order[p]] + 1 - neighbors);
        }
        return sum;
    }

    /** All other documents, the nearest first; of equally near ones the one with the lower number first. */
    private static int[] order(int document, float[] distances) {
        Integer[] others = new Integer[distances.length - 1];
        int size = 0;
        for (int j = 0; j < distances.length; j++) {
            if (j != document) {
                others[size++] = j;
            }
        }
        Arrays.sort(others, Comparator.comparingDouble(j -> distances[j]));
        return Arrays.stream(others).mapToInt(Integer::intValue).toArray();
    }

    private static int[] ranks(int[] order) {
        int[] ranks = new int[order.length + 1];
        for (int p = 0; p < order.length; p++) {
            ranks[order[p]] = p;
        }
        return ranks;
    }

    private static float[] similarityDistances(float[][] latents, int document) {
        float[] distances = new float[latents.length];
        for (int j = 0; j < latents.length; j++) {
            distances[j] = -VectorUtil.dotProduct(latents[document], latents[j]);
        }
        return distances;
    }

    private static float[] mapDistances(float[][] places, int document) {
        float[] distances = new float[places.length];
        for (int j = 0; j < places.length; j++) {
            distances[j] = VectorUtil.squareDistance(places[document], places[j]);
        }
        return distances;
    }
}
