/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.bottleneck.InformationBottleneck;
import io.latentfacets.cluster.bottleneck.WordShares;
import io.latentfacets.cluster.fit.Clusterer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Compares divisions of the same latents: {@link LearnedDraws}, the number of clusters given. The classics are LSA with
 * k-means and the sequential information bottleneck alone.
 */
public final class DivisionBenchmark {
    private static final long SEED = 42;

    /** The starts and the passes of the information bottleneck alone. */
    private static final int STARTS = 4;

    private static final int PASSES = 15;

    private DivisionBenchmark() {}

    /**
     * Arguments: the engine's cache; the file of 20 newsgroups; the file of Reuters; the directory that keeps what was
     * learned; the number of draws; their seed.
     */
    public static void main(String[] args) throws IOException {
        LearnedDraws learned = new LearnedDraws(
                Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Long.parseLong(args[5]));
        DivisionTable table = new DivisionTable("LSA + k-means", "sIB");
        for (int number = 1; number <= Integer.parseInt(args[4]); number++) {
            compare(learned.get(number), table);
        }
        System.out.println("| kind | draws | method | NMI | ARI | accuracy | won | mean margin | worst | CPU s |");
        table.print(
                System.out,
                List.of("even", "skewed", "very_skewed", "20newsgroups", "reuters21578", "full", "title", "sentence"));
    }

    private static void compare(LearnedDraw draw, DivisionTable table) {
        LearnedDraw.Encoded encoded = draw.encoded();
        float[][] points = encoded.points();
        int[] truth = encoded.truth();
        table.add(draw.name(), "LSA + k-means", truth, encoded.lsa(), Double.NaN);
        measure(table, draw, "sIB", truth, () -> new InformationBottleneck(WordShares.of(encoded.words()), () -> {})
                .divide(draw.classes(), STARTS, PASSES, new SplittableRandom(SEED))
                .clusters());
        Clusterer clusterer = new Clusterer(new ClusterOptions(draw.classes(), SEED));
        measure(table, draw, "latents alone", truth, () -> clusterer
                .cluster(points, () -> {})
                .assign(points));
        measure(table, draw, "latents and words", truth, () -> clusterer
                .cluster(points, encoded.words(), () -> {})
                .assign(points));
    }

    private static void measure(
            DivisionTable table, LearnedDraw draw, String method, int[] truth, Supplier<int[]> clusters) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        int[] found = clusters.get();
        table.add(draw.name(), method, truth, found, (threads.getCurrentThreadCpuTime() - before) / 1e9);
    }
}
