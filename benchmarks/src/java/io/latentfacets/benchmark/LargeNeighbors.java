/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Compares the ten nearest documents that graphs find with those among all documents, over HTTP: how many are the same,
 * and what they take.
 */
final class LargeNeighbors {
    private static final int K = 10;

    private final Rest rest;
    private final ServerTimes times;
    private final String exact;
    private final String graph;

    /**
     * @param exact an index without graphs that begins with the documents of the other one
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
     * @param documents the documents of both indices
     * @param size how many documents the index with graphs has
     * @param asked the number of documents to look for the neighbours of
     */
    void compare(LargeIndex documents, int size, int asked, PrintStream out) {
        List<String> vectors = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < asked; i++) {
            vectors.add(Base64.getEncoder().encodeToString(documents.latent(random.nextInt(size))));
        }
        String first = ",\"filter\":{\"range\":{\"serial\":{\"lt\":" + size + "}}}";
        double found = 0;
        for (String vector : vectors) {
            Set<String> nearest = ids(exact, query(vector, first));
            Set<String> here = ids(graph, query(vector, ""));
            here.retainAll(nearest);
            found += (double) here.size() / nearest.size() / asked;
        }
        out.printf("%n| neighbours among %,d, k = 10 | ms | p95 | CPU | recall@10 |%n|---|---|---|---|---|%n", size);
        int[] turn = {0};
        out.printf(
                "| graph | %s | %.3f |%n",
                times.of(() -> ids(graph, query(vectors.get(turn[0]++ % asked), ""))), found);
        out.printf(
                "| all compared | %s | 1 |%n", times.of(() -> ids(exact, query(vectors.get(turn[0]++ % asked), ""))));
    }

    private static String query(String vector, String filter) {
        return "{\"size\":" + K + ",\"_source\":false,\"query\":{\"latent_neighbors\":{\"field\":\"latent\",\"k\":" + K
                + ",\"vector\":\"" + vector + "\"" + filter + "}}}";
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
