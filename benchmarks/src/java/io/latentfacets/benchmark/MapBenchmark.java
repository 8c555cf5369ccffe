/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.vae.projection.FormerMap;
import io.latentfacets.vae.projection.MapMeasures;
import io.latentfacets.vae.projection.Projection;
import io.latentfacets.vae.projection.ProjectionTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How well maps keep neighbours together, and whether they stay recognisable. Of each collection, {@value #HELD_OUT}
 * documents are kept from the map and judge it. Then another encoder of the same documents gets a map that follows the
 * first one. Trains the encoders in the first run.
 */
public final class MapBenchmark {
    private static final int HELD_OUT = 2000;
    private static final int NEIGHBORS = 15;
    private static final int SEED = 42;

    private final InferenceEngine engine;

    private MapBenchmark(InferenceEngine engine) {
        this.engine = engine;
    }

    /**
     * Arguments: the engine's cache; the files of 20 newsgroups and Reuters; a directory that keeps what was learned.
     */
    public static void main(String[] args) throws Exception {
        LearnedDraws learned =
                new LearnedDraws(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), 1);
        List<LearnedDraw> firsts = learned.wholes();
        List<LearnedDraw> seconds = learned.wholes(SEED + 1);
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        System.out.println("| collection | map | trustworthiness | continuity | hit | shift | s |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int i = 0; i < firsts.size(); i++) {
            new MapBenchmark(engine).compare(firsts.get(i), seconds.get(i));
        }
    }

    private void compare(LearnedDraw first, LearnedDraw second) {
        float[][] latents = first.latents();
        float[][] others = second.latents();
        int[] order = order(latents.length);
        int[] judging = Arrays.stream(order)
                .filter(row ->
                        first.stored().get(row) != null && second.stored().get(row) != null)
                .limit(HELD_OUT)
                .toArray();
        int[] learning = Arrays.stream(order)
                .filter(row -> Arrays.stream(judging).noneMatch(each -> each == row))
                .toArray();
        String name = first.name();
        print(name, "none: the latents themselves", pick(latents, judging), null, first, judging, Double.NaN, 0);
        print(name, "principal components", pick(latents, judging), linear(latents, judging), first, judging, 0, 0);
        long start = System.nanoTime();
        Projection map = train(pick(latents, learning), null);
        double seconds = (System.nanoTime() - start) / 1e9;
        print(
                name,
                "**network**, documents that it has not seen",
                pick(latents, judging),
                places(map, pick(latents, judging)),
                first,
                judging,
                Double.NaN,
                seconds);
        Projection whole = train(latents, null);
        print(
                name,
                "network, documents that it has seen",
                pick(latents, judging),
                places(whole, pick(latents, judging)),
                first,
                judging,
                Double.NaN,
                0);
        start = System.nanoTime();
        Projection following = train(others, new FormerMap(whole, latents));
        seconds = (System.nanoTime() - start) / 1e9;
        follow(name, "**follows** the map of another encoder", whole, following, first, second, judging, seconds);
        follow(name, "another encoder, anew", whole, train(others, null), first, second, judging, 0);
    }

    private void follow(
            String name,
            String what,
            Projection before,
            Projection after,
            LearnedDraw first,
            LearnedDraw second,
            int[] judging,
            double seconds) {
        float[][] was = places(before, pick(first.latents(), judging));
        float[][] is = places(after, pick(second.latents(), judging));
        double shift = IntStream.range(0, judging.length)
                .mapToDouble(i -> Math.hypot(was[i][0] - is[i][0], was[i][1] - is[i][1]) / 2)
                .average()
                .orElseThrow();
        print(name, what, pick(second.latents(), judging), is, second, judging, shift, seconds);
    }

    private Projection train(float[][] latents, FormerMap former) {
        return new ProjectionTrainer(engine.djlDevice(), SEED, () -> {}).train(latents, former);
    }

    private static int[] order(int length) {
        int[] order = IntStream.range(0, length).toArray();
        Random random = new Random(SEED);
        for (int i = length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    private static float[][] pick(float[][] latents, int[] rows) {
        return Arrays.stream(rows).mapToObj(row -> latents[row]).toArray(float[][]::new);
    }

    private static float[][] places(Projection map, float[][] latents) {
        return Arrays.stream(latents).map(map::place).toArray(float[][]::new);
    }

    /** The places by the two principal components of all latents. */
    private static float[][] linear(float[][] latents, int[] rows) {
        int dims = latents[0].length;
        float[] mean = new float[dims];
        for (float[] latent : latents) {
            for (int j = 0; j < dims; j++) {
                mean[j] += latent[j] / latents.length;
            }
        }
        int[][] ids = new int[latents.length][];
        float[][] centered = new float[latents.length][dims];
        for (int i = 0; i < latents.length; i++) {
            ids[i] = IntStream.range(0, dims).toArray();
            for (int j = 0; j < dims; j++) {
                centered[i][j] = latents[i][j] - mean[j];
            }
        }
        TruncatedSvd axes = TruncatedSvd.of(new SparseMatrix(ids, centered, dims), Projection.AXES, SEED);
        float[][] places = new float[rows.length][Projection.AXES];
        for (int i = 0; i < rows.length; i++) {
            for (int axis = 0; axis < Projection.AXES; axis++) {
                for (int j = 0; j < dims; j++) {
                    places[i][axis] +=
                            centered[rows[i]][j] * (float) axes.columns().get(j, axis);
                }
            }
        }
        return places;
    }

    /** @param places null to take the latents themselves for places */
    private static void print(
            String name,
            String what,
            float[][] latents,
            float[][] places,
            LearnedDraw draw,
            int[] rows,
            double shift,
            double seconds) {
        MapMeasures measures = new MapMeasures(latents, places == null ? latents : places, NEIGHBORS);
        int[] truth = Arrays.stream(rows).map(row -> draw.truth()[row]).toArray();
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f | %.3f | %.3f | %s | %s |%n",
                name,
                what,
                measures.trustworthiness(),
                measures.continuity(),
                measures.neighborhoodHit(truth),
                shift > 0 ? String.format(Locale.ROOT, "%.1f %%", 100 * shift) : "",
                seconds > 0 ? String.format(Locale.ROOT, "%.1f", seconds) : "");
    }
}
