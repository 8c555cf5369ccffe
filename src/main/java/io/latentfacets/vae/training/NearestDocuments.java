/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.DirectBuffer;
import java.util.Arrays;

/**
 * Finds the nearest neighbours of each document by the cosine of their latents, by brute force on the engine. Beyond
 * {@link #CANDIDATES} documents the caller passes a sample of that size as candidates, so that the cost grows with the
 * number of documents and not with its square. In a large corpus the nearest documents of a sample are still about the
 * same subject.
 */
public final class NearestDocuments {
    static final int CANDIDATES = 20_000;
    static final int BLOCK = 512;

    private NearestDocuments() {}

    /** The engine's memory that a search among so many candidates takes, in bytes. */
    public static long bytes(long candidates, long dims) {
        // the candidates, and a block's similarities with their order
        return candidates * (dims + dims / 4) * Float.BYTES + BLOCK * candidates * (Float.BYTES + Long.BYTES);
    }

    /**
     * Returns the nearest neighbours of each document.
     *
     * @param latents the latents, {@code [n][d]}, of any length
     * @param candidates the documents that may be neighbours, as row numbers of {@code latents}; each at most once
     * @param count the number of neighbours of a document
     * @param manager the engine's memory; the method frees what it allocates
     * @param checkCancelled a callback, called every block of rows, that throws to stop
     * @return for each row the row numbers of its {@code count} nearest candidates other than itself, nearest first;
     *     fewer if there are fewer candidates
     */
    public static int[][] nearest(
            float[][] latents, int[] candidates, int count, NDManager manager, Runnable checkCancelled) {
        int dims = latents[0].length;
        int[][] nearest = new int[latents.length][];
        try (NDManager all = manager.newSubManager()) {
            NDArray pool = new DirectBuffer()
                    .floats(
                            all,
                            unit(new float[candidates.length * dims], latents, candidates, 0, candidates.length),
                            new Shape(candidates.length, dims))
                    .transpose();
            int wanted = Math.min(count + 1, candidates.length);
            int[] rows = identity(latents.length);
            DirectBuffer buffer = new DirectBuffer();
            float[] flat = new float[BLOCK * dims];
            for (int from = 0; from < rows.length; from += BLOCK) {
                checkCancelled.run();
                int to = Math.min(from + BLOCK, rows.length);
                try (NDManager step = all.newSubManager()) {
                    NDArray block =
                            buffer.floats(step, unit(flat, latents, rows, from, to), new Shape(to - from, dims));
                    NDList top = block.matMul(pool).topK(wanted, 1, true, true);
                    long[] found = top.get(1).toLongArray();
                    for (int row = from; row < to; row++) {
                        nearest[row] = others(row, candidates, found, (row - from) * wanted, wanted, count);
                    }
                    top.close();
                }
            }
        }
        return nearest;
    }

    private static int[] others(int row, int[] candidates, long[] found, int offset, int wanted, int count) {
        int[] others = new int[wanted];
        int size = 0;
        for (int i = offset; i < offset + wanted && size < count; i++) {
            int candidate = candidates[(int) found[i]];
            if (candidate != row) {
                others[size++] = candidate;
            }
        }
        return Arrays.copyOf(others, size);
    }

    private static int[] identity(int length) {
        int[] numbers = new int[length];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }

    /** Writes the latents {@code numbers[from]} to {@code numbers[to - 1]} into {@code flat}, scaled to unit length. */
    private static float[] unit(float[] flat, float[][] latents, int[] numbers, int from, int to) {
        int dims = latents[0].length;
        for (int i = from; i < to; i++) {
            float[] latent = latents[numbers[i]];
            double squares = 1e-12;
            for (float component : latent) {
                squares += (double) component * component;
            }
            float scale = (float) (1 / Math.sqrt(squares));
            for (int j = 0; j < dims; j++) {
                flat[(i - from) * dims + j] = latent[j] * scale;
            }
        }
        return flat;
    }
}
