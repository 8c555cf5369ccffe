/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a node holds at one moment. The node has collected its garbage and given free native memory back to the system
 * before, so that two measurements can be compared.
 *
 * @param heapBytes the used heap
 * @param residentBytes the resident memory of the process, with the heap's pages
 * @param threads the threads of the process
 * @param files the open files of the process, sockets included
 * @param breakerBytes the bytes that the breaker {@code latent} has charged
 */
record NodeVitals(long heapBytes, long residentBytes, int threads, int files, long breakerBytes) {

    /** Measures a running node. */
    static NodeVitals of(TestCluster cluster, int node) {
        long pid = cluster.pid(node);
        // What a first collection makes unreachable by running cleaners, a second one frees.
        jcmd(pid, "GC.run");
        jcmd(pid, "GC.run");
        jcmd(pid, "System.trim_native_heap");
        Rest.Response jvm = cluster.rest(node)
                .get("/_nodes/_local/stats/jvm?filter_path=nodes.*.jvm.mem.heap_used_in_bytes")
                .ok();
        Map<?, ?> stats = (Map<?, ?>) jvm.mapAt("nodes").values().iterator().next();
        Number heap = (Number) ((Map<?, ?>) ((Map<?, ?>) stats.get("jvm")).get("mem")).get("heap_used_in_bytes");
        Rest.Response breaker = cluster.rest(node)
                .get(Latent.BASE + "/_local/stats/breaker_bytes")
                .ok();
        return new NodeVitals(
                heap.longValue(),
                status(pid, "VmRSS") * 1024,
                Math.toIntExact(status(pid, "Threads")),
                files(pid),
                breaker.longAt("breaker_bytes"));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "heap %.1f MB, resident %.1f MB, %d threads, %d files, breaker %d bytes",
                heapBytes / 1e6,
                residentBytes / 1e6,
                threads,
                files,
                breakerBytes);
    }

    private static long status(long pid, String key) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            String line =
                    lines.filter(each -> each.startsWith(key + ":")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int files(long pid) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void jcmd(long pid, String command) {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(tool.toString(), Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError("jcmd " + pid + " " + command + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
