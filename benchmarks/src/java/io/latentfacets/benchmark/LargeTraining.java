/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Times trainings on a sample of a large index, phase by phase as their status shows them. */
final class LargeTraining {
    private static final int POLL_MILLIS = 100;

    private final Rest rest;
    private final ServerTimes times;
    private final String index;

    LargeTraining(Rest rest, ServerTimes times, String index) {
        this.rest = rest;
        this.times = times;
        this.index = index;
    }

    /**
     * Trains a model of its own on a sample, prints a line, and deletes the model.
     *
     * @param matches the documents of the index with a lower number match
     * @param documents the most documents to learn from
     * @param vae the options of the network
     */
    void train(int matches, int documents, Map<String, Object> vae, PrintStream out) {
        String model = "/_plugins/_latent/models/large-sample";
        rest.put(
                        model,
                        Map.of(
                                "source",
                                Map.of(
                                        "index",
                                        index,
                                        "fields",
                                        List.of("text"),
                                        "max_documents",
                                        documents,
                                        "query",
                                        Map.of("range", Map.of("serial", Map.of("lt", matches)))),
                                "vae",
                                vae,
                                "clusters",
                                Map.of("count", 20)))
                .ok();
        long cpu = times.cpuNanos();
        long start = System.nanoTime();
        rest.post(model + "/_train").ok();
        Map<String, Double> phases = new LinkedHashMap<>();
        String phase = "";
        long since = start;
        long heap = 0;
        long outside = 0;
        String error = "";
        while (!phase.equals("done") && !phase.equals("failed") && !phase.equals("cancelled")) {
            LargeState.pause(POLL_MILLIS);
            Rest.Response status = rest.get(model + "/_training").ok();
            String now = status.stringAt("phase");
            error = String.valueOf(status.at("error"));
            if (!now.equals(phase)) {
                long at = System.nanoTime();
                phases.merge(phase.isEmpty() ? "start" : phase, (at - since) / 1e9, Double::sum);
                since = at;
                phase = now;
            }
            Rest.Response stats = rest.get("/_plugins/_latent/stats/breaker_bytes,trainings_native_bytes")
                    .ok();
            heap = Math.max(heap, stats.longAt("breaker_bytes"));
            outside = Math.max(outside, stats.longAt("trainings_native_bytes"));
        }
        StringBuilder by = new StringBuilder();
        phases.forEach((name, seconds) -> by.append(" %s %.1f".formatted(name, seconds)));
        out.printf(
                "training on %,d of %,d: %s after %.1f s, %.1f CPU s of the servers, breaker at most %,d MB, native %,d"
                        + " MB, seconds by phase:%s%s, load %.1f%n",
                documents,
                matches,
                phase,
                (System.nanoTime() - start) / 1e9,
                (times.cpuNanos() - cpu) / 1e9,
                heap >> 20,
                outside >> 20,
                by,
                error.equals("null") ? "" : " (" + error + ")",
                LargeState.load());
        delete(model);
    }

    /** Deletes the model; its training's task ends a moment after its phase is over. */
    private void delete(String model) {
        Rest.Response answer = rest.delete(model + "?force=true");
        while (answer.status() == 409) {
            LargeState.pause(POLL_MILLIS);
            answer = rest.delete(model + "?force=true");
        }
        answer.ok();
    }
}
