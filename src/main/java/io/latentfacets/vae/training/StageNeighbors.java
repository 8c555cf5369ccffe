/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.cluster.Shuffle;
import io.latentfacets.cluster.fit.Agreement;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.network.Network;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The neighbours that stages pair a document with. In general they are those with the nearest latents, and the first
 * stage has none. A few documents are too little to learn latents from their halves alone. In a small collection the
 * neighbours are therefore those that many divisions by words agree about ({@link Agreement}), from the first stage on.
 * For one run, on one thread.
 */
final class StageNeighbors {
    private final VaeOptions options;
    private final InputSource rows;
    private final int[] documents;
    private final Network network;
    private final Draws draws;
    private final boolean agreed;

    /**
     * @param options the options that give the number of neighbours
     * @param rows all documents
     * @param documents the numbers of the rows that take part
     * @param network the network of the run
     * @param draws the random draws of the run
     * @param warm whether the network is a trained one, whose latents are good enough from the start
     */
    StageNeighbors(VaeOptions options, InputSource rows, int[] documents, Network network, Draws draws, boolean warm) {
        this.options = options;
        this.rows = rows;
        this.documents = documents;
        this.network = network;
        this.draws = draws;
        // words cannot speak for documents that have only a vector
        this.agreed = options.neighbors() > 0 && !warm && network.vectorDims() == 0 && Agreement.suits(rows, documents);
    }

    /** Whether the first stage has neighbours, which later ones keep. */
    boolean fromTheStart() {
        return agreed;
    }

    /**
     * Finds the neighbours for the first stage.
     *
     * @return the row numbers of the neighbours, by row, nearest first; {@code null} for a row that takes no part.
     *     {@code null} if the first stage has no neighbours
     */
    int[][] first(Progress progress) {
        if (!agreed) {
            return null;
        }
        SplittableRandom random = draws.of("agreement", 0);
        Runnable checkCancelled = progress::checkCancelled;
        return byRow(Agreement.of(rows, documents, network.idf(), random, checkCancelled)
                .nearest(options.neighbors(), random, checkCancelled));
    }

    /**
     * Finds the neighbours once there are latents; for a run whose first stage has none.
     *
     * @param latents the latents of {@code documents}
     * @return as {@link #first}
     */
    int[][] later(float[][] latents, Progress progress) {
        return byRow(nearestLatents(latents, progress));
    }

    private int[][] nearestLatents(float[][] latents, Progress progress) {
        int[] candidates = documents;
        if (candidates.length > NearestDocuments.CANDIDATES) {
            candidates = Arrays.copyOf(Shuffle.of(documents, draws.of("candidates", 0)), NearestDocuments.CANDIDATES);
        }
        // NearestDocuments counts by position among the documents of this run
        int[] position = new int[rows.size()];
        for (int i = 0; i < documents.length; i++) {
            position[documents[i]] = i;
        }
        int[] pool =
                Arrays.stream(candidates).map(document -> position[document]).toArray();
        return NearestDocuments.nearest(
                latents, pool, options.neighbors(), network.manager(), progress::checkCancelled);
    }

    /** Turns lists of positions among the documents of this run into lists of rows, by row. */
    private int[][] byRow(int[][] nearest) {
        int[][] byRow = new int[rows.size()][];
        for (int i = 0; i < documents.length; i++) {
            int[] near = nearest[i];
            Arrays.setAll(near, j -> documents[near[j]]);
            byRow[documents[i]] = near;
        }
        return byRow;
    }
}
