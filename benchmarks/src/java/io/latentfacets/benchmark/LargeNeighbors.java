/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares the ten nearest documents that graphs find with those of all, which it computes itself, and what a search of
 * the graphs takes with what a search takes that compares all latents of an index without graphs.
 */
final class LargeNeighbors {
    private static final int K = 10;

    private final Rest rest;
    private final ServerTimes times;
    private final String exact;
    private final String graph;

    /**
     * @param exact an index without graphs
     * @param graph an index with graphs
     */
    LargeNeighbors(Rest rest, ServerTimes times, String exact, String graph) {
        this.rest = rest;
        this.times = times;
        this.exact = exact;
        this.graph = graph;
    }

    /**
     * Prints a row for the graph and one for all documents.
     *
     * @param documents the documents of the index with graphs
     * @param size how many documents the index with graphs has
     * @param asked the number of documents to look for the neighbours of
     */
    void compare(LargeIndex documents, int size, int asked, PrintStream out) {
        byte[][] latents = new byte[size][];
        for (int number = 0; number < size; number++) {
            latents[number] = documents.latent(number);
        }
        List<String> vectors = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(42);
        double found = 0;
        for (int i = 0; i < asked; i++) {
            byte[] latent = latents[random.nextInt(size)];
            vectors.add(Base64.getEncoder().encodeToString(latent));
            Set<String> nearest = nearest(latents, latent);
            nearest.retainAll(ids(graph, query(vectors.get(i))));
            found += (double) nearest.size() / K / asked;
        }
        out.printf("%n| neighbours among %,d, k = 10 | ms | p95 | CPU | recall@10 |%n|---|---|---|---|---|%n", size);
        int[] turn = {0};
        out.printf("| graph | %s | %.3f |%n", times.of(() -> ids(graph, query(vectors.get(turn[0]++ % asked)))), found);
        out.printf(
                "| all compared, in the index without graphs | %s | 1 |%n",
                times.of(() -> ids(exact, query(vectors.get(turn[0]++ % asked)))));
    }

    /** The ids of the documents with the highest cosines. */
    private static Set<String> nearest(byte[][] latents, byte[] asked) {
        double[] cosines = new double[latents.length];
        for (int i = 0; i < latents.length; i++) {
            int product = 0;
            int squares = 0;
            for (int j = 0; j < asked.length; j++) {
                product += latents[i][j] * asked[j];
                squares += latents[i][j] * latents[i][j];
            }
            cosines[i] = product / Math.sqrt(squares);
        }
        double[] sorted = cosines.clone();
        Arrays.sort(sorted);
        double least = sorted[sorted.length - K];
        return IntStream.range(0, cosines.length)
                .filter(i -> cosines[i] >= least)
                .limit(K)
                .mapToObj(LargeIndex::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static String query(String vector) {
        return "{\"size\":" + K + ",\"_source\":false,\"query\":{\"latent_neighbors\":{\"field\":\"latent\",\"k\":" + K
                + ",\"vector\":\"" + vector + "\"}}}";
    }

    private Set<String> ids(String index, String body) {
        Set<String> ids = new HashSet<>();
        for (Object hit : rest.post("/" + index + "/_search?request_cache=false", body)
                .ok()
                .listAt("hits.hits")) {
            ids.add(String.valueOf(((Map<?, ?>) hit).get("_id")));
        }
        return ids;
    }
}
