/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an index and the nodes hold: segments, bytes, columns, heap. */
final class LargeState {
    private static final int PAUSE_MILLIS = 200;
    /** The shard's own columns need this long without a change to count as complete. */
    private static final int QUIET_MILLIS = 3000;

    private final Rest rest;
    private final List<ProcessHandle> servers;
    private final String index;

    LargeState(Rest rest, List<ProcessHandle> servers, String index) {
        this.rest = rest;
        this.servers = servers;
        this.index = index;
    }

    LargeState of(String other) {
        return new LargeState(rest, servers, other);
    }

    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** Waits until no merge runs, and returns the seconds. */
    double awaitMerges() {
        long start = System.nanoTime();
        do {
            pause(10 * PAUSE_MILLIS);
        } while (rest.get("/" + index + "/_stats/merge").ok().longAt("_all.primaries.merges.current") > 0);
        rest.post("/" + index + "/_refresh").ok();
        return (System.nanoTime() - start) / 1e9;
    }

    /** The number of segments, the documents of the largest one, and those that are deleted. */
    String segments() {
        long largest = 0;
        int count = 0;
        long deleted = 0;
        for (Object each : (List<?>)
                rest.get("/_cat/segments/" + index + "?format=json").ok().json()) {
            Map<?, ?> segment = (Map<?, ?>) each;
            count++;
            largest = Math.max(largest, Long.parseLong((String) segment.get("docs.count")));
            deleted += Long.parseLong((String) segment.get("docs.deleted"));
        }
        return "%d segments, the largest with %,d documents, %,d deleted".formatted(count, largest, deleted);
    }

    /**
     * Sends a search twice and then waits for the warmer.
     *
     * @return the milliseconds of the first and of the second search, and the seconds from the first one until no more
     *     columns were built
     */
    double[] firstSearches(String body) {
        long start = System.nanoTime();
        double first = ServerTimes.millis(() -> search(body));
        double second = ServerTimes.millis(() -> search(body));
        long built = -1;
        long changed = start;
        while (System.nanoTime() - changed < QUIET_MILLIS * 1_000_000L) {
            Rest.Response stats = stats();
            long now = stats.longAt("cluster_columns_built_by_warmer")
                    + stats.longAt("cluster_columns_built_by_searches")
                    + stats.longAt("map_columns_built_by_warmer");
            if (now != built) {
                changed = built < 0 ? changed : System.nanoTime();
                built = now;
            }
            pause(PAUSE_MILLIS);
        }
        return new double[] {first, second, (changed - start) / 1e9};
    }

    private void search(String body) {
        rest.post("/" + index + "/_search?request_cache=false", body).ok();
    }

    private Rest.Response stats() {
        return rest.get("/_plugins/_latent/stats").ok();
    }

    /** The bytes that the nodes have sent to each other. */
    long sent() {
        long bytes = 0;
        for (Object node :
                rest.get("/_nodes/stats/transport").ok().mapAt("nodes").values()) {
            Map<?, ?> transport = (Map<?, ?>) ((Map<?, ?>) node).get("transport");
            bytes += ((Number) transport.get("tx_size_in_bytes")).longValue();
        }
        return bytes;
    }

    /** The bytes of the index by sort of file, of the columns, of the breaker, and of the heap after a collection. */
    String bytes() {
        rest.post("/" + index + "/_flush").ok();
        Rest.Response all = rest.get("/" + index + "/_stats/store,docs,segments,merge?include_segment_file_sizes=true")
                .ok();
        long documents = all.longAt("_all.primaries.docs.count");
        StringBuilder text = new StringBuilder("bytes a document: %.1f in the index"
                .formatted((double) all.longAt("_all.primaries.store.size_in_bytes") / documents));
        Map<String, Double> files = new TreeMap<>();
        all.mapAt("_all.primaries.segments.file_sizes")
                .forEach((file, size) ->
                        files.put(file, ((Number) ((Map<?, ?>) size).get("size_in_bytes")).doubleValue() / documents));
        files.forEach((file, size) -> text.append(size < .05 ? "" : ", %s %.1f".formatted(file, size)));
        Rest.Response stats = stats();
        text.append("; columns %.3f of %,d documents, map columns %.3f of %,d; breaker %,d bytes"
                .formatted(
                        (double) stats.longAt("cluster_columns_bytes")
                                / Math.max(1, stats.longAt("cluster_columns_documents")),
                        stats.longAt("cluster_columns_documents"),
                        (double) stats.longAt("map_columns_bytes") / Math.max(1, stats.longAt("map_columns_documents")),
                        stats.longAt("map_columns_documents"),
                        stats.longAt("breaker_bytes")));
        text.append("; merges %.0f s; heap after a collection"
                .formatted(all.longAt("_all.primaries.merges.total_time_in_millis") / 1e3));
        collect();
        rest.get("/_nodes/stats/jvm")
                .ok()
                .mapAt("nodes")
                .values()
                .forEach(node -> text.append(" %,d MB"
                        .formatted(((Number) ((Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) node).get("jvm")).get("mem"))
                                                .get("heap_used_in_bytes"))
                                        .longValue()
                                >> 20)));
        return text.toString();
    }

    private void collect() {
        Path command = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        for (ProcessHandle server : servers) {
            try {
                new ProcessBuilder(command.toString(), Long.toString(server.pid()), "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
