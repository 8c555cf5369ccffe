/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.arithmetic.Workers;
import io.latentfacets.cluster.Points;
import io.latentfacets.cluster.Shuffle;
import io.latentfacets.vae.DirectBuffer;
import io.latentfacets.vae.network.Scalars;
import io.latentfacets.vae.training.NearestDocuments;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Trains a map. A pair of near documents is to be nearer on the map than a document and the others of its batch: the
 * loss of a pair is −log q<sub>ij</sub> / Σ<sub>k</sub> q<sub>ik</sub>, where q = 1 / (1 + d²) is the kernel of t-SNE
 * and d the distance on the map. This is InfoNC-t-SNE (Damrich, Böhm, Hamprecht and Kobak, 2023: From t-SNE to UMAP
 * with contrastive learning) with a network in the place of free coordinates. The map starts from the two principal
 * components, which gives it its rough layout.
 *
 * <p>A map that follows a former one first learns the former places; then each document that has one is drawn to it by
 * a weak spring. So the map stays recognisable even though the latents are those of another encoder.
 *
 * <p>Equal latents, options and seeds give equal maps, bit for bit, on one kind of machine. Not thread-safe.
 */
public final class ProjectionTrainer {
    /** The largest number of documents that a map learns from. */
    public static final int MAX_DOCUMENTS = 20_000;

    static final int NEIGHBORS = 15;

    private static final int BATCH = 256;
    private static final int MOST_STEPS = 1500;
    private static final int LEAST_STEPS = 300;
    private static final int DOCUMENTS_PER_STEP = 4;
    private static final int STEPS_TO_FORMER = 400;
    private static final int WARM_UP = 50;
    private static final double RATE = 0.02;
    private static final double SPRING = 0.01;

    /** The least number of documents that make a map; fewer lie in its middle. */
    private static final int FEWEST = 4;

    private final Device device;
    private final long seed;
    private final Runnable checkCancelled;
    private final DirectBuffer buffer = new DirectBuffer();

    /**
     * @param device the engine's device
     * @param checkCancelled a callback, called at every step, that throws to stop
     */
    public ProjectionTrainer(Device device, long seed, Runnable checkCancelled) {
        this.device = device;
        this.seed = seed;
        this.checkCancelled = checkCancelled;
    }

    /** Returns a trainer that also calls {@code more} at every step, which may throw to stop. */
    public ProjectionTrainer checking(Runnable more) {
        return new ProjectionTrainer(device, seed, () -> {
            checkCancelled.run();
            more.run();
        });
    }

    /** The heap that a training takes at most beside the latents, in bytes. */
    public static long bytes(long documents, long dims) {
        return NearestDocuments.bytes(Math.min(documents, MAX_DOCUMENTS), dims);
    }

    /**
     * Trains a map of documents.
     *
     * @param unitLatents the latents, {@code [documents][dims]}, unit length, not changed; rows without a direction are
     *     ignored
     * @param former where the documents were before; null for a map without a past
     */
    public Projection train(float[][] unitLatents, FormerMap former) {
        int[] rows = Points.sampleRows(unitLatents, MAX_DOCUMENTS, seed);
        float[][] latents =
                Arrays.stream(rows).mapToObj(row -> unitLatents[row]).toArray(float[][]::new);
        int dims = unitLatents.length == 0 ? 1 : unitLatents[0].length;
        PrincipalAxes axes = latents.length < FEWEST ? null : PrincipalAxes.of(latents);
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device)) {
            MapNetwork network = new MapNetwork(manager, dims, axes, new SplittableRandom(seed));
            if (axes == null) {
                return network.projection(1, new float[Projection.AXES]);
            }
            float[] targets = former == null ? null : targets(former, rows);
            learn(network, latents, targets, manager);
            if (!network.isFinite()) {
                // a map is not worth a training: it keeps the layout that it began with
                return scaled(new MapNetwork(manager, dims, axes, new SplittableRandom(seed)), latents);
            }
            return targets == null
                    ? scaled(network, latents)
                    : network.projection(
                            former.projection().scale(), former.projection().middle());
        }
    }

    /**
     * The former places in the units of the network, {@code [rows][2]}; NaN for a document without one. Null if they
     * tell nothing: no document has one, or all are in one place.
     */
    private static float[] targets(FormerMap former, int[] rows) {
        Projection.Placer placer = former.projection().placer();
        float[] targets = new float[rows.length * Projection.AXES];
        for (int i = 0; i < rows.length; i++) {
            if (Points.usable(former.latents()[rows[i]])) {
                placer.raw(former.latents()[rows[i]], targets, i * Projection.AXES);
            } else {
                Arrays.fill(targets, i * Projection.AXES, (i + 1) * Projection.AXES, Float.NaN);
            }
        }
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < targets.length; i += Projection.AXES) {
            // a comparison with NaN is false
            least = targets[i] < least ? targets[i] : least;
            greatest = targets[i] > greatest ? targets[i] : greatest;
        }
        return greatest > least ? targets : null;
    }

    private void learn(MapNetwork network, float[][] latents, float[] targets, NDManager manager) {
        int[] all = new int[latents.length];
        Arrays.setAll(all, i -> i);
        int[][] near = NearestDocuments.nearest(latents, all, NEIGHBORS, Workers.NONE, checkCancelled);
        Pairs pairs = new Pairs(near, all, Math.min(BATCH, latents.length), new SplittableRandom(seed));
        int steps = Math.min(MOST_STEPS, LEAST_STEPS + latents.length / DOCUMENTS_PER_STEP);
        if (targets == null) {
            Loss contrast = (places, wanted, count) -> contrast(places, count);
            steps(network, latents, pairs, null, steps, 1, contrast, manager);
            return;
        }
        Loss distance = (places, wanted, count) -> wanted.distance(places);
        steps(network, latents, pairs, targets, Math.min(STEPS_TO_FORMER, steps), .5, distance, manager);
        network.reset();
        Loss both =
                (places, wanted, count) -> contrast(places, count).add(Scalars.times(wanted.distance(places), SPRING));
        steps(network, latents, pairs, targets, steps, 1, both, manager);
    }

    /** A loss of the places of a batch. */
    private interface Loss {
        /**
         * @param places the places of documents, then of a neighbour of each, {@code [2 · count][2]}
         * @param wanted the former places of those that have one; null without a former map
         */
        NDArray of(NDArray places, Targets wanted, int count);
    }

    /**
     * Takes steps of the optimizer.
     *
     * @param targets the former places; null for none
     * @param rate a factor of the learning rate
     */
    private void steps(
            MapNetwork network,
            float[][] latents,
            Pairs pairs,
            float[] targets,
            int count,
            double rate,
            Loss loss,
            NDManager manager) {
        for (int step = 0; step < count; step++) {
            checkCancelled.run();
            int[] batch = pairs.next();
            try (NDManager memory = manager.newSubManager()) {
                Targets wanted = targets == null ? null : Targets.of(batch, targets, memory);
                network.step(
                        memory,
                        inputs(memory, latents, batch),
                        places -> loss.of(places, wanted, batch.length / 2),
                        (float) (rate * rate(step, count)),
                        step + 1);
            }
        }
    }

    /** The learning rate of a step: it rises for some steps, then falls like a cosine. */
    private static double rate(int step, int steps) {
        double rising = Math.min(1, (step + 1.0) / WARM_UP);
        double falling = (1 + Math.cos(Math.PI * step / steps)) / 2;
        return RATE * rising * falling;
    }

    /**
     * Draws batches of documents, each with one of its neighbours. A document comes again when all others have come.
     */
    private static final class Pairs {
        private final int[][] near;
        private final int[] all;
        private final int batch;
        private final SplittableRandom random;
        private int[] order;
        private int at;

        Pairs(int[][] near, int[] all, int batch, SplittableRandom random) {
            this.near = near;
            this.all = all;
            this.batch = batch;
            this.random = random;
            this.at = all.length;
        }

        /** The documents of a batch, then a neighbour of each. */
        int[] next() {
            if (at + batch > all.length) {
                order = Shuffle.of(all, random.split());
                at = 0;
            }
            int[] pairs = new int[2 * batch];
            for (int i = 0; i < batch; i++) {
                pairs[i] = order[at + i];
                int[] of = near[pairs[i]];
                pairs[batch + i] = of[random.nextInt(of.length)];
            }
            at += batch;
            return pairs;
        }
    }

    private NDArray inputs(NDManager memory, float[][] latents, int[] rows) {
        int dims = latents[0].length;
        float[] flat = new float[rows.length * dims];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(latents[rows[i]], 0, flat, i * dims, dims);
        }
        return buffer.floats(memory, flat, new Shape(rows.length, dims));
    }

    /** The mean loss of the pairs. */
    private static NDArray contrast(NDArray places, int pairs) {
        NDArray left = places.get("0:" + pairs);
        NDArray right = places.get(pairs + ":" + 2 * pairs);
        int[] sum = {1};
        NDArray one = places.getManager().create(1f);
        NDArray squares = left.square()
                .sum(sum, true)
                .add(right.square().sum(sum, true).transpose())
                .sub(Scalars.times(left.matMul(right.transpose()), 2))
                .maximum(places.getManager().create(0f));
        NDArray others = one.div(squares.add(one)).sum(sum).log();
        NDArray pair = left.sub(right).square().sum(sum).add(one).log();
        return others.add(pair).mean();
    }

    /** The places to which documents of a batch are drawn. */
    private record Targets(NDArray places, NDArray has, NDArray count) {

        static Targets of(int[] rows, float[] targets, NDManager memory) {
            float[] places = new float[rows.length * Projection.AXES];
            float[] has = new float[places.length];
            int count = 0;
            for (int i = 0; i < places.length; i++) {
                float target = targets[rows[i / Projection.AXES] * Projection.AXES + i % Projection.AXES];
                if (!Float.isNaN(target)) {
                    places[i] = target;
                    has[i] = 1;
                    count++;
                }
            }
            Shape shape = new Shape(rows.length, Projection.AXES);
            return new Targets(memory.create(places, shape), memory.create(has, shape), memory.create((float)
                    Math.max(1, count / Projection.AXES)));
        }

        /** The mean squared distance from the targets; 0 if no document of the batch has one. */
        NDArray distance(NDArray found) {
            return found.sub(places).square().mul(has).sum().div(count);
        }
    }

    /** The projection whose map nearly all documents fill. */
    private static Projection scaled(MapNetwork network, float[][] latents) {
        Projection raw = network.projection(1, new float[Projection.AXES]);
        Projection.Placer placer = raw.placer();
        float[][] coordinates = new float[Projection.AXES][latents.length];
        float[] place = new float[Projection.AXES];
        for (int i = 0; i < latents.length; i++) {
            placer.raw(latents[i], place, 0);
            for (int axis = 0; axis < Projection.AXES; axis++) {
                coordinates[axis][i] = place[axis];
            }
        }
        float[] middle = new float[Projection.AXES];
        float half = 0;
        int beyond = latents.length / 200;
        for (int axis = 0; axis < Projection.AXES; axis++) {
            Arrays.sort(coordinates[axis]);
            float least = coordinates[axis][beyond];
            float greatest = coordinates[axis][latents.length - 1 - beyond];
            middle[axis] = (least + greatest) / 2;
            half = Math.max(half, (greatest - least) / 2);
        }
        return network.projection(half > 0 ? 0.9f / half : 1, middle);
    }
}
