/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.arithmetic.Kernel;
import io.latentfacets.arithmetic.Kernels;
import io.latentfacets.arithmetic.Workers;
import java.util.Arrays;

/**
 * Finds the nearest neighbours of each document by the cosine of their latents, by brute force. Beyond
 * {@link #CANDIDATES} documents the caller passes a sample of that size as candidates, so that the cost grows with the
 * number of documents and not with its square. In a large corpus the nearest documents of a sample are still about the
 * same subject.
 */
public final class NearestDocuments {
    static final int CANDIDATES = 20_000;

    /** The number of documents whose neighbours a thread finds at a time. */
    private static final int QUERIES = 32;

    /** The number of candidates that are compared at a time; they and the queries fit into a core's cache. */
    private static final int PANEL = 256;

    /** The number of tasks between two looks at the cancellation. */
    private static final int TASKS = 16;

    private final float[][] latents;
    private final int[] candidates;
    private final int count;
    private final int dims;
    private final float[] panels;
    private final int[][] nearest;
    private final Kernel kernel = Kernels.best();

    private NearestDocuments(float[][] latents, int[] candidates, int count) {
        this.latents = latents;
        this.candidates = candidates;
        this.count = Math.min(count, candidates.length);
        this.dims = latents[0].length;
        this.nearest = new int[latents.length][];
        this.panels = new float[(candidates.length + PANEL - 1) / PANEL * PANEL * dims];
        float[] unit = new float[dims];
        for (int i = 0; i < candidates.length; i++) {
            unit(latents[candidates[i]], unit, 0);
            for (int j = 0; j < dims; j++) {
                panels[i / PANEL * PANEL * dims + j * PANEL + i % PANEL] = unit[j];
            }
        }
    }

    /** The heap that a search among so many candidates takes beside its result, in bytes. */
    public static long bytes(long candidates, long dims) {
        return (candidates + PANEL) * dims * Float.BYTES;
    }

    /**
     * Returns the nearest neighbours of each document.
     *
     * @param latents the latents, {@code [n][d]}, of any length
     * @param candidates the documents that may be neighbours, as row numbers of {@code latents}; each at most once
     * @param count the number of neighbours of a document
     * @param workers the threads that share the work; the result does not depend on their number
     * @param checkCancelled a callback, called on this thread every few milliseconds, that throws to stop
     * @return for each row the row numbers of its {@code count} nearest candidates other than itself, nearest first,
     *     and of equally near ones the first in the order of the candidates; fewer if there are fewer candidates
     */
    public static int[][] nearest(
            float[][] latents, int[] candidates, int count, Workers workers, Runnable checkCancelled) {
        NearestDocuments search = new NearestDocuments(latents, candidates, count);
        int tasks = (latents.length + QUERIES - 1) / QUERIES;
        for (int from = 0; from < tasks; from += TASKS) {
            checkCancelled.run();
            int first = from;
            workers.run(Math.min(TASKS, tasks - from), task -> search.find((first + task) * QUERIES));
        }
        return search.nearest;
    }

    /** Finds the neighbours of the rows from {@code from} on. */
    private void find(int from) {
        int rows = Math.min(QUERIES, latents.length - from);
        float[] queries = new float[rows * dims];
        Best[] best = new Best[rows];
        for (int i = 0; i < rows; i++) {
            unit(latents[from + i], queries, i * dims);
            best[i] = new Best(count);
        }
        float[] cosines = new float[rows * PANEL];
        for (int first = 0; first < candidates.length; first += PANEL) {
            Arrays.fill(cosines, 0);
            kernel.multiply(queries, 0, dims, 1, panels, first * dims, PANEL, cosines, 0, PANEL, rows, PANEL, dims);
            int size = Math.min(PANEL, candidates.length - first);
            for (int i = 0; i < rows; i++) {
                best[i].add(cosines, i * PANEL, size, candidates, first, from + i);
            }
        }
        for (int i = 0; i < rows; i++) {
            nearest[from + i] = Arrays.copyOf(best[i].rows, best[i].size);
        }
    }

    /** The nearest candidates so far, nearest first. */
    private static final class Best {
        private final float[] cosines;
        private final int[] rows;
        private int size;

        Best(int count) {
            this.cosines = new float[count];
            this.rows = new int[count];
        }

        /** Takes those of some candidates that are nearer than the last one, but not the document itself. */
        void add(float[] values, int at, int length, int[] candidates, int first, int self) {
            float least = size < rows.length ? Float.NEGATIVE_INFINITY : cosines[size - 1];
            for (int i = 0; i < length; i++) {
                float cosine = values[at + i];
                if (cosine > least && candidates[first + i] != self) {
                    insert(cosine, candidates[first + i]);
                    least = size < rows.length ? Float.NEGATIVE_INFINITY : cosines[size - 1];
                }
            }
        }

        private void insert(float cosine, int row) {
            int i = size < rows.length ? size++ : size - 1;
            for (; i > 0 && cosines[i - 1] < cosine; i--) {
                cosines[i] = cosines[i - 1];
                rows[i] = rows[i - 1];
            }
            cosines[i] = cosine;
            rows[i] = row;
        }
    }

    /** Writes a latent, scaled to unit length. */
    private static void unit(float[] latent, float[] to, int at) {
        double squares = 1e-12;
        for (float component : latent) {
            squares += (double) component * component;
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int j = 0; j < latent.length; j++) {
            to[at + j] = latent[j] * scale;
        }
    }
}
