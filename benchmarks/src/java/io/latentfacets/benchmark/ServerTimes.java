/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Times requests, and counts the CPU time that the servers spend on them. For one thread, while nobody else asks. */
final class ServerTimes {
    private static final double BUDGET_MILLIS = 8000;
    private static final int MOST_ROUNDS = 41;
    private static final int LEAST_ROUNDS = 5;

    private final List<ProcessHandle> servers;

    /**
     * What a request took.
     *
     * @param median milliseconds
     * @param p95 milliseconds that 19 of 20 requests do not exceed
     * @param cpu the mean CPU milliseconds of all servers together
     * @param rounds how many requests were timed
     */
    record Took(double median, double p95, double cpu, int rounds) {
        @Override
        public String toString() {
            return "%.1f | %.1f | %.1f".formatted(median, p95, cpu);
        }
    }

    ServerTimes(List<ProcessHandle> servers) {
        this.servers = servers;
    }

    /** Times one request; see {@link #alternating}. */
    Took of(Runnable request) {
        return alternating(List.of(request)).get(0);
    }

    /**
     * Times requests that take turns, so that other work on the machine meets all of them. They run 5 to 41 times each,
     * less often the longer they take, after a third as many that do not count.
     */
    List<Took> alternating(List<Runnable> requests) {
        double slowest = 0;
        for (int i = 0; i < 2; i++) {
            slowest = 0;
            for (Runnable request : requests) {
                slowest = Math.max(slowest, millis(request));
            }
        }
        int rounds = (int) Math.max(LEAST_ROUNDS, Math.min(MOST_ROUNDS, BUDGET_MILLIS / slowest));
        List<double[]> times = new ArrayList<>();
        requests.forEach(each -> times.add(new double[rounds]));
        long[] cpu = new long[requests.size()];
        for (int round = -rounds / 3; round < rounds; round++) {
            for (int i = 0; i < requests.size(); i++) {
                int at = Math.floorMod(i + round, requests.size());
                long before = cpuNanos();
                double time = millis(requests.get(at));
                if (round >= 0) {
                    times.get(at)[round] = time;
                    cpu[at] += cpuNanos() - before;
                }
            }
        }
        List<Took> took = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            double[] sorted = times.get(i);
            Arrays.sort(sorted);
            took.add(new Took(
                    sorted[rounds / 2], sorted[(int) Math.ceil(.95 * rounds) - 1], cpu[i] / 1e6 / rounds, rounds));
        }
        return took;
    }

    /** The milliseconds of one request. */
    static double millis(Runnable request) {
        long start = System.nanoTime();
        request.run();
        return (System.nanoTime() - start) / 1e6;
    }

    /** The CPU time that the servers have used since they started, in steps of 10 ms. */
    long cpuNanos() {
        long nanos = 0;
        for (ProcessHandle server : servers) {
            nanos += server.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
        }
        return nanos;
    }
}
