/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Points;
import io.latentfacets.cluster.Shuffle;
import io.latentfacets.cluster.bottleneck.InformationBottleneck;
import io.latentfacets.cluster.bottleneck.WordShares;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How much many rough divisions of the same documents agree about pairs of them (evidence accumulation; Fred and Jain,
 * 2005). The divisions are by words alone, into {@link #COUNTS} clusters: half of them by k-means after
 * {@linkplain SemanticAxes latent semantic analysis}, half by the {@linkplain InformationBottleneck information
 * bottleneck}. Documents that are together in most of them are more often about the same subject than those that a
 * network finds alike that has learned from few documents. docs/adr/0049 has what was measured.
 *
 * <p>For collections of up to {@link #MOST_DOCUMENTS}: takes some seconds, and time quadratic in the number of
 * documents. The result depends only on the arguments. Immutable and thread-safe.
 */
public final class Agreement {
    /** The largest collection for which the divisions are worth their time. */
    public static final int MOST_DOCUMENTS = 2_000;

    /** The largest number of different words of documents, summed over the documents; it bounds memory and time. */
    public static final int MOST_ENTRIES = 1 << 17;

    /** No number of clusters is right; what is together with most of them is alike. */
    private static final List<Integer> COUNTS = List.of(5, 10, 20, 40);

    /** The number of divisions of each kind with each number of clusters. */
    private static final int REPEATS = 4;

    private static final int KINDS = 2;

    /** The number of directions of the latent semantic analysis. */
    private static final int DIMS = 100;

    private static final int PASSES = 60;

    /** Rough divisions are enough. */
    private static final int BOTTLENECK_PASSES = 5;

    /** Classes need not be of equal size. */
    private static final double PENALTY = .1;

    private final int[][] divisions;

    private Agreement(int[][] divisions) {
        this.divisions = divisions;
    }

    /**
     * Whether a collection is one for which the divisions are worth their time and memory.
     *
     * @param words the words of the documents
     * @param rows the documents that take part, by their numbers in {@code words}
     */
    public static boolean suits(BowSource words, int[] rows) {
        if (rows.length > MOST_DOCUMENTS) {
            return false;
        }
        long entries = 0;
        for (int row : rows) {
            entries += words.get(row).size();
        }
        return entries <= MOST_ENTRIES;
    }

    /**
     * The heap that the divisions take at most while they are made, in bytes; 0 for collections that they do not suit.
     *
     * @param documents the number of documents
     * @param terms the number of vocabulary entries
     */
    public static long bytes(long documents, long terms) {
        if (documents > MOST_DOCUMENTS) {
            return 0;
        }
        long entries = Math.min(MOST_ENTRIES, documents * terms);
        long most = COUNTS.get(COUNTS.size() - 1);
        long axes = entries * (Integer.BYTES + Float.BYTES)
                + (3L * DIMS * documents + terms) * Double.BYTES
                + (long) DIMS * documents * Float.BYTES;
        long shares = entries * (Character.BYTES + Float.BYTES)
                + Math.min(terms, WordShares.MOST_WORDS) * most * 2L * Double.BYTES;
        return axes + shares + documents * COUNTS.size() * REPEATS * KINDS * 2 * Integer.BYTES;
    }

    /**
     * Divides documents by their words.
     *
     * @param words the words of the documents
     * @param rows the documents, by their numbers in {@code words}
     * @param weights the inverse document frequency of each word; 0 for a word that does not count
     * @param random the source of all divisions
     * @param checkCancelled a callback, called many times a second, that throws to stop
     */
    public static Agreement of(
            BowSource words, int[] rows, float[] weights, SplittableRandom random, Runnable checkCancelled) {
        float[][] axes = SemanticAxes.of(words, rows, weights, DIMS, random, checkCancelled);
        InformationBottleneck bottleneck =
                new InformationBottleneck(WordShares.of(words, rows), PENALTY, checkCancelled);
        List<int[]> divisions = new ArrayList<>(ofPoints(axes, random, checkCancelled));
        for (int count : COUNTS) {
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                divisions.add(
                        bottleneck.divide(count, 1, BOTTLENECK_PASSES, random).clusters());
            }
        }
        return new Agreement(divisions.toArray(int[][]::new));
    }

    private static List<int[]> ofPoints(float[][] points, SplittableRandom random, Runnable checkCancelled) {
        int[] usable = IntStream.range(0, points.length)
                .filter(i -> Points.usable(points[i]))
                .toArray();
        float[][] taken = new float[usable.length][];
        Arrays.setAll(taken, i -> points[usable[i]]);
        KMeans kMeans = new KMeans(true, 1, PASSES, 1, checkCancelled);
        List<int[]> divisions = new ArrayList<>();
        for (int i = 0; i < COUNTS.size() * REPEATS && usable.length > 0; i++) {
            int[] labels = kMeans.run(taken, COUNTS.get(i / REPEATS), random).labels();
            int[] clusters = new int[points.length];
            Arrays.fill(clusters, -1);
            for (int j = 0; j < usable.length; j++) {
                clusters[usable[j]] = labels[j];
            }
            divisions.add(clusters);
        }
        return divisions;
    }

    /**
     * The nearest documents of each document: those that are together with it in most divisions. Chance decides among
     * equals, because documents that follow each other in a collection may be alike.
     *
     * @param count the number of neighbours of a document
     * @param random the source of the order of equals
     * @param checkCancelled a callback, called every few documents, that throws to stop
     * @return for each document the positions of its {@code count} nearest other documents, nearest first; fewer if
     *     there are fewer documents
     */
    public int[][] nearest(int count, SplittableRandom random, Runnable checkCancelled) {
        int documents = divisions[0].length;
        int[][] byDocument = new int[documents][divisions.length];
        for (int d = 0; d < divisions.length; d++) {
            for (int i = 0; i < documents; i++) {
                byDocument[i][d] = divisions[d][i];
            }
        }
        int[][] nearest = new int[documents][Math.min(count, documents - 1)];
        int[] scores = new int[count];
        int[] order = Shuffle.of(IntStream.range(0, documents).toArray(), random);
        for (int at = 0; at < documents; at++) {
            if (at % 64 == 0) {
                checkCancelled.run();
            }
            int i = order[at];
            int found = 0;
            for (int step = 1; step < documents && nearest[i].length > 0; step++) {
                // from another start for each, so that no document is a neighbour of too many
                int other = order[(at + step) % documents];
                int score = together(byDocument[i], byDocument[other]);
                if (found == nearest[i].length && score <= scores[found - 1]) {
                    continue;
                }
                int place = found == nearest[i].length ? found - 1 : found++;
                for (; place > 0 && scores[place - 1] < score; place--) {
                    scores[place] = scores[place - 1];
                    nearest[i][place] = nearest[i][place - 1];
                }
                scores[place] = score;
                nearest[i][place] = other;
            }
        }
        return nearest;
    }

    /** The number of divisions in which both documents have the same cluster. */
    private static int together(int[] a, int[] b) {
        int together = 0;
        for (int d = 0; d < a.length; d++) {
            together += a[d] >= 0 && a[d] == b[d] ? 1 : 0;
        }
        return together;
    }
}
