/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.Points;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.fit.ExpectedClusters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Measures the number of clusters that {@code auto} chooses against the number of classes, on {@link LearnedDraws}; and
 * how much it varies over samples of four fifths of the same documents, each with a seed of its own, and while a
 * collection grows.
 */
public final class CountBenchmark {
    private static final long SEED = 42;
    private static final int SAMPLES = 3;

    /** Every so many draws are measured for samples too. */
    private static final int SAMPLED = 4;

    private static final int SMALL = 500;
    private static final int STEPS = 13;

    /** Draws with a number that this divides are held out: nothing is chosen on them. */
    private static final int HELD_OUT = 3;

    private final List<Row> rows = new ArrayList<>();

    /**
     * One draw.
     *
     * @param number the number of the draw; 0 for a whole corpus
     * @param chosen the number that was chosen
     * @param ofSamples the numbers that were chosen for the samples
     * @param worse by how much, for each sample, the score of the number for all documents is below that of the choice
     * @param seconds the CPU time of the choice and the division
     */
    private record Row(
            int number,
            LearnedDraw draw,
            int documents,
            int chosen,
            int[] ofSamples,
            double[] worse,
            double nmi,
            double seconds) {
        /** How far the number is from that of the classes, as a part of it. */
        double off() {
            return (double) Math.abs(chosen - draw.classes()) / draw.classes();
        }

        double ratio() {
            return Math.max((double) chosen / draw.classes(), (double) draw.classes() / chosen);
        }

        /** The largest of the numbers for the samples over the smallest. */
        double spread() {
            return (double) Arrays.stream(ofSamples).max().orElseThrow()
                    / Arrays.stream(ofSamples).min().orElseThrow();
        }
    }

    private CountBenchmark() {}

    /**
     * Arguments: the engine's cache; the file of 20 newsgroups; the file of Reuters; the directory that keeps what was
     * learned; the number of draws; their seed.
     */
    public static void main(String[] args) throws IOException {
        LearnedDraws learned = new LearnedDraws(
                Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Long.parseLong(args[5]));
        CountBenchmark benchmark = new CountBenchmark();
        System.out.println("| draw | documents | classes | chosen | of samples | worse by | NMI | CPU s |");
        for (int number = 1; number <= Integer.parseInt(args[4]); number++) {
            benchmark.measure(number, learned.get(number));
        }
        for (LearnedDraw whole : learned.wholes()) {
            benchmark.measure(0, whole);
        }
        System.out.println(
                "| draws | number | off, median | off by a fifth at most | half to twice | worst | spread | NMI | CPU s |");
        benchmark.print("chosen on", row -> row.number() % HELD_OUT != 0);
        benchmark.print("held out", row -> row.number() > 0 && row.number() % HELD_OUT == 0);
        benchmark.print("all", row -> row.number() > 0);
        benchmark.print("under " + SMALL + " documents", row -> row.number() > 0 && row.documents() < SMALL);
        benchmark.print("whole corpora", row -> row.number() == 0);
        List<LearnedDraw> wholes = learned.wholes();
        grow(wholes.get(wholes.size() - 1));
    }

    private void measure(int number, LearnedDraw draw) {
        LearnedDraw.Encoded encoded = draw.encoded();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        Partition partition = new Clusterer(new ClusterOptions(ClusterOptions.AUTO, SEED))
                .cluster(encoded.points(), encoded.words(), () -> {});
        double seconds = (threads.getCurrentThreadCpuTime() - before) / 1e9;
        int[] ofSamples = new int[number % SAMPLED == 1 ? SAMPLES : 0];
        double[] worse = new double[ofSamples.length];
        for (int i = 0; i < ofSamples.length; i++) {
            CountCurve curve = new Clusterer(new ClusterOptions(ClusterOptions.AUTO, i))
                    .cluster(Points.sample(encoded.points(), encoded.points().length * 4 / 5, i), () -> {})
                    .curve();
            ofSamples[i] = curve.chosen();
            worse[i] = score(curve, curve.chosen()) - score(curve, partition.count());
        }
        Row row = new Row(
                number,
                draw,
                encoded.points().length,
                partition.count(),
                ofSamples,
                worse,
                Measures.nmi(encoded.truth(), partition.assign(encoded.points())),
                seconds);
        rows.add(row);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %d | %s | %s | %.3f | %.1f |%n",
                draw.name(),
                row.documents(),
                draw.classes(),
                row.chosen(),
                Arrays.toString(ofSamples),
                Arrays.stream(worse).mapToObj("%.3f"::formatted).toList(),
                row.nmi(),
                seconds);
    }

    /**
     * A collection that grows: {@link #STEPS} steps, each with more documents of each group; eight groups at first, and
     * another one at each third step. Prints the number that is chosen at each step anew, and the one that is chosen
     * where the number of the step before is given.
     */
    private static void grow(LearnedDraw draw) {
        LearnedDraw.Encoded encoded = draw.encoded();
        System.out.println("| step | groups | documents | anew | kept |");
        int kept = 0;
        for (int step = 0; step < STEPS; step++) {
            int groups = 8 + step / 3;
            int most = 150 + 20 * step;
            int[] of = new int[draw.classes()];
            float[][] points = IntStream.range(0, encoded.truth().length)
                    .filter(doc -> encoded.truth()[doc] < groups && of[encoded.truth()[doc]]++ < most)
                    .mapToObj(doc -> encoded.points()[doc])
                    .toArray(float[][]::new);
            Clusterer clusterer = new Clusterer(new ClusterOptions(ClusterOptions.AUTO, SEED + step));
            int anew = clusterer.cluster(points, () -> {}).count();
            kept = clusterer
                    .cluster(points, null, ExpectedClusters.count(kept), () -> {})
                    .count();
            System.out.printf(Locale.ROOT, "| %d | %d | %d | %d | %d |%n", step, groups, points.length, anew, kept);
        }
    }

    /** NaN for a number that was not tried. */
    private static double score(CountCurve curve, int count) {
        return curve.points().stream()
                .filter(point -> point.count() == count)
                .mapToDouble(CountCurve.Point::score)
                .findFirst()
                .orElse(Double.NaN);
    }

    private void print(String kind, Predicate<Row> selected) {
        List<Row> of = rows.stream().filter(selected).toList();
        if (of.isEmpty()) {
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.0f %% | %d | %d | %.2f | %.2f | %.3f | %.1f |%n",
                kind,
                of.size(),
                100 * median(of.stream().mapToDouble(Row::off).toArray()),
                of.stream().filter(row -> row.off() <= 0.2 + 1e-9).count(),
                of.stream().filter(row -> row.ratio() <= 2).count(),
                of.stream().mapToDouble(Row::ratio).max().orElseThrow(),
                median(of.stream()
                        .filter(row -> row.ofSamples().length > 0)
                        .mapToDouble(Row::spread)
                        .toArray()),
                of.stream().mapToDouble(Row::nmi).average().orElseThrow(),
                of.stream().mapToDouble(Row::seconds).average().orElseThrow());
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
