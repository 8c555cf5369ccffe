/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.arithmetic.Workers;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.ClusterTree;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import io.latentfacets.cluster.CurationTransfer;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.Seed;
import io.latentfacets.cluster.StableKeys;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.fit.ExpectedClusters;
import io.latentfacets.cluster.fit.TreeBuilder;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.cluster.label.Labeler;
import io.latentfacets.drift.CharacteristicWords;
import io.latentfacets.drift.DriftReference;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.SeedSupport;
import io.latentfacets.text.BowFactory;
import io.latentfacets.training.progress.TrainingPhase;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.training.seeds.Guide;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.projection.FormerMap;
import io.latentfacets.vae.projection.Projection;
import io.latentfacets.vae.projection.ProjectionTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.util.VectorUtil;

/**
 * Encodes the documents, then finds the clusters of their latents and gives them labels and keys. Draws their map
 * meanwhile.
 */
final class ClusterPhase {

    /** The cluster number of a document without a latent. */
    static final int UNASSIGNED = -1;

    private static final int ENCODE_BATCH = 1024;

    /** A subject that fewer documents show is not known well enough. */
    private static final int LEAST_SHOWN = 3;

    /** The least cosine of two encodings of one document. */
    private static final float SAME = 0.999f;

    /**
     * The clusters of a training.
     *
     * @param clusters the clusters with labels, keys and parents
     * @param latents the latents, {@code [documents][dims]}, unit length; a row of zeros for a document without one
     * @param assigned the cluster of each document, or {@link #UNASSIGNED}
     * @param before what the active generation made of the documents; null without one
     * @param lineage what became of the clusters, then of the parents, of the active generation; empty without one
     * @param projection the map of the latents
     * @param seeds what became of each seed of the definition
     */
    record Result(
            Clusters clusters,
            float[][] latents,
            int[] assigned,
            Before before,
            List<Lineage.Transition> lineage,
            Projection projection,
            List<SeedSupport> seeds) {

        /**
         * What people have made of the clusters, carried over to the new ones.
         *
         * @param edits what they have made of the former ones
         * @param former the encoder of the former ones; null if there is no such generation
         * @param present the encoder of the new ones
         */
        CurationTransfer.Result carried(ClusterEdits edits, EncoderId former, EncoderId present) {
            Curation curation = edits.curation();
            if (curation.isNone() && edits.pinned().isEmpty()) {
                return new CurationTransfer.Result(curation, List.of());
            }
            if (before == null || former == null) {
                return new CurationTransfer.Result(
                        curation,
                        List.of("nothing that was pinned or split: no document has a latent of the former generation"));
            }
            return new CurationTransfer(
                            curation,
                            edits.pinned(),
                            new CurationTransfer.Side(
                                    before.clusters(), former.toString(), before.latents(), before.assigned()),
                            new CurationTransfer.Side(clusters, present.toString(), latents, assigned))
                    .transfer();
        }

        /**
         * What the documents are like without drift.
         *
         * @param former the reference of the generation whose encoder is kept; null for none
         */
        DriftReference drift(TrainingCorpus corpus, DriftReference former) {
            return DriftReference.learn(
                    clusters,
                    latents,
                    assigned,
                    corpus.unseenShares(),
                    row -> CharacteristicWords.of(corpus.get(row), corpus.vocabulary()),
                    former);
        }
    }

    /**
     * The same documents in the active generation.
     *
     * @param latents its latents, {@code [documents][dims]}, unit length; a row of zeros for a document without one
     * @param assigned its cluster of each document, or {@link #UNASSIGNED}
     */
    record Before(Clusters clusters, float[][] latents, int[] assigned) {}

    /**
     * Makes the map of a generation.
     *
     * @param trainer trains it
     * @param former the map of the active generation; null for none
     * @param kept whether the latents are those of the active generation, so that its map holds
     */
    record Mapping(ProjectionTrainer trainer, Projection former, boolean kept) {

        /**
         * @param seed the seed of a new map
         * @param previous the active generation; null for none
         * @param kept whether its encoder is kept
         */
        static Mapping of(TrainingContext services, long seed, Generation previous, boolean kept, WorkerTask task) {
            return new Mapping(
                    new ProjectionTrainer(services.engine().djlDevice(), seed, task::checkCancelled),
                    previous == null ? null : previous.projection(),
                    kept);
        }

        /** @param checkOthers throws if the map is not needed any more */
        private Projection of(float[][] latents, Before before, Runnable checkOthers) {
            if (kept && former != null) {
                return former;
            }
            return trainer.checking(checkOthers)
                    .train(latents, former == null || before == null ? null : new FormerMap(former, before.latents()));
        }
    }

    private final TrainingCorpus corpus;
    private final Clusters previous;
    private final long firstKey;
    private final Beginning.Continuity continuity;
    private final Mapping mapping;
    private final WorkerTask task;
    private Guide guide = Guide.NONE;
    private int threads = 1;
    private boolean continued;

    /**
     * @param previous the clusters of the active generation, whose keys the new clusters continue; null for none
     * @param firstKey the number in the key of the first cluster, and of the first parent, if there is no such
     *     generation
     * @param continuity what to keep of the clusters of that generation
     * @param mapping makes the map
     */
    ClusterPhase(
            TrainingCorpus corpus,
            Clusters previous,
            long firstKey,
            Beginning.Continuity continuity,
            Mapping mapping,
            WorkerTask task) {
        this.corpus = corpus;
        this.previous = previous;
        this.firstKey = firstKey;
        this.continuity = continuity;
        this.mapping = mapping;
        this.task = task;
    }

    /** Makes {@link #run} continue the clusters of the active generation, instead of looking for all of them anew. */
    ClusterPhase continued() {
        continued = true;
        return this;
    }

    /**
     * Makes {@link #run} give each of some subjects a cluster of its own.
     *
     * @param words reads text as the training reads documents
     * @param active the active generation; null for none
     */
    ClusterPhase guidedBy(List<Seed> seeds, BowFactory words, Generation active) {
        List<Seed.Example> examples =
                seeds.stream().flatMap(seed -> seed.ids().stream()).toList();
        guide = Guide.of(seeds, corpus.rows(examples, task::checkCancelled), words, active);
        return this;
    }

    /** Shares the work among so many threads; the result is the same. */
    ClusterPhase on(int count) {
        threads = count;
        return this;
    }

    /** Encodes the documents and clusters the latents. */
    Result run(LatentEncoder encoder, Decoder decoder, ClusterOptions options, LabelOptions labels) {
        task.progress(TrainingPhase.CLUSTERING, 0);
        return run(encode(encoder), decoder, options, labels);
    }

    /**
     * Clusters latents that exist already.
     *
     * @param quantised the quantised latent of each document, int8 {@code [dims]}; null for none
     */
    Result run(List<byte[]> quantised, Decoder decoder, ClusterOptions options, LabelOptions labels) {
        task.progress(TrainingPhase.CLUSTERING, 0.4);
        int dims = quantised.stream()
                .filter(latent -> latent != null)
                .mapToInt(latent -> latent.length)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("training gave no document a latent"));
        float[][] latents = dequantised(quantised, dims);
        Before before = before();
        AtomicReference<Clusterer.Guided> division = new AtomicReference<>();
        AtomicReference<Projection> place = new AtomicReference<>();
        // neither needs the other, but one that fails ends both
        try (Workers workers = new Workers(Math.min(2, threads))) {
            workers.run(2, part -> {
                if (part == 0) {
                    division.set(divide(latents, before, options, () -> {
                        task.checkCancelled();
                        workers.checkOthers();
                    }));
                } else {
                    place.set(mapping.of(latents, before, workers::checkOthers));
                }
            });
        }
        Clusterer.Guided guided = division.get();
        Projection map = place.get();
        Partition partition = guided.partition();
        int[] assigned = assign(partition, latents, quantised);
        task.progress(TrainingPhase.CLUSTERING, 0.8);
        float[][] logProbabilities = new float[partition.count()][];
        for (int c = 0; c < partition.count(); c++) {
            logProbabilities[c] = decoder.logProbabilities(partition.centroids()[c]);
        }
        Labeler labeler = new Labeler(labels);
        List<ClusterLabel> names = guide.labelled(
                labeler.label(
                        logProbabilities,
                        shares(assigned, partition.count()),
                        corpus.vocabulary(),
                        guide.seeds().stream().map(Seed::label).toList()),
                guided.clusters());
        int[] old = before == null ? null : before.assigned();
        task.progress(TrainingPhase.CLUSTERING, 0.9);
        StableKeys keys = keys(old, assigned, guide.heldKeys(guided.clusters(), partition.count()));
        Clusters leaves = Clusters.describe(partition, names, keys, latents, corpus.ids())
                .at(places(map, partition, latents, assigned));
        TreeBuilder parents = new TreeBuilder(leaves);
        ClusterTree tree = parents.build(
                parents.label(labeler, logProbabilities, corpus.vocabulary()),
                parentKeys(old, parents.lift(assigned), parents.count()),
                assigned,
                latents,
                corpus.ids());
        return new Result(
                leaves.with(tree),
                latents,
                assigned,
                before,
                lineage(before, leaves.with(tree), assigned),
                map,
                guide.supports(guided, keys));
    }

    private Clusterer.Guided divide(float[][] latents, Before before, ClusterOptions options, Runnable check) {
        Clusterer clusterer = new Clusterer(options, added());
        Partition found = continued && before != null
                ? clusterer.cluster(latents, before.assigned(), shares(before.clusters()), check)
                : clusterer.cluster(latents, corpus, expected(before), check);
        return guide.apply(
                clusterer,
                found,
                latents,
                new Guide.Words(corpus, corpus.vocabulary().inverseFrequencies()),
                before == null ? null : new Lineage.Side(before.clusters().keys(), before.assigned()),
                check);
    }

    /** The mean place of the documents of each cluster, or that of its centroid if it has none. */
    private static float[][] places(Projection map, Partition partition, float[][] latents, int[] assigned) {
        double[][] sums = new double[partition.count()][Projection.AXES];
        int[] sizes = new int[sums.length];
        float[] place = new float[Projection.AXES];
        Projection.Placer placer = map.placer();
        for (int row = 0; row < assigned.length; row++) {
            if (assigned[row] != UNASSIGNED) {
                placer.place(latents[row], place, 0);
                sizes[assigned[row]]++;
                for (int axis = 0; axis < Projection.AXES; axis++) {
                    sums[assigned[row]][axis] += place[axis];
                }
            }
        }
        float[][] places = new float[sums.length][Projection.AXES];
        for (int c = 0; c < places.length; c++) {
            if (sizes[c] == 0) {
                placer.place(partition.centroids()[c], places[c], 0);
            }
            for (int axis = 0; axis < Projection.AXES && sizes[c] > 0; axis++) {
                places[c][axis] = (float) (sums[c][axis] / sizes[c]);
            }
        }
        return places;
    }

    private static List<Lineage.Transition> lineage(Before before, Clusters after, int[] assigned) {
        if (before == null) {
            return List.of();
        }
        Clusters old = before.clusters();
        int[] members = old.floors().members(old.partition(), before.assigned(), before.latents());
        List<Lineage.Transition> lineage = new ArrayList<>(Lineage.of(
                new Lineage.Side(old.keys(), before.assigned()), new Lineage.Side(after.keys(), assigned), members));
        lineage.addAll(Lineage.of(
                new Lineage.Side(old.tree().keys(), old.tree().lift(before.assigned())),
                new Lineage.Side(after.tree().keys(), after.tree().lift(assigned)),
                old.tree().lift(members)));
        return lineage;
    }

    /** Encodes and quantises the latents, because the clusters will apply to the quantised latents of documents. */
    private List<byte[]> encode(LatentEncoder encoder) {
        List<byte[]> latents = new ArrayList<>(corpus.size());
        List<Input> batch = new ArrayList<>(ENCODE_BATCH);
        for (int row = 0; row < corpus.size(); row++) {
            batch.add(corpus.input(row));
            if (batch.size() == ENCODE_BATCH || row == corpus.size() - 1) {
                task.progress(TrainingPhase.CLUSTERING, 0.4 * row / corpus.size());
                for (float[] mean : encoder.encode(batch)) {
                    latents.add(Latents.quantize(mean));
                }
                batch.clear();
            }
        }
        return latents;
    }

    /** Null if there is no active generation or no latents of it. */
    private Before before() {
        if (previous == null || !corpus.hasPrevious()) {
            return null;
        }
        float[][] latents = dequantised(corpus.previous(), previous.partition().dims());
        return new Before(previous, latents, assign(previous.partition(), latents, corpus.previous()));
    }

    /** How many clusters the active generation has for its seeds beside those whose number the data chose. */
    private int added() {
        if (previous == null
                || guide.former().isEmpty()
                || previous.partition().curve().chosen() == 0) {
            return 0;
        }
        return previous.partition().count() - previous.partition().curve().chosen();
    }

    /** What the active generation says about the clusters to find, if the data chose their number there. */
    private ExpectedClusters expected(Before before) {
        if (previous == null || previous.partition().curve().chosen() == 0) {
            return ExpectedClusters.NONE;
        }
        int former = previous.partition().count() - added();
        int[] counts = {former + continuity.newSubjects().size(), former};
        if (!continuity.kept() || before == null) {
            return ExpectedClusters.count(counts);
        }
        List<int[]> subjects = continuity.newSubjects().stream()
                .map(shown -> rows(shown, before.latents(), previous.partition().dims()))
                .filter(rows -> rows.length >= LEAST_SHOWN)
                .toList();
        // where none of the subjects is known, a division anew with one cluster more may still find one
        return subjects.isEmpty() && !continuity.newSubjects().isEmpty()
                ? ExpectedClusters.count(counts)
                : new ExpectedClusters(counts, before.assigned(), subjects);
    }

    /**
     * The documents whose latents are shown; equal ones are one row, as often as they are shown. Those that were left
     * out of the sample have no row, and nobody has one if another generation has become active since.
     */
    private static int[] rows(List<String> shown, float[][] latents, int dims) {
        return shown.stream()
                .map(latent -> Base64.getDecoder().decode(latent))
                .filter(latent -> latent.length == dims)
                .map(Latents::dequantize)
                .mapToInt(latent -> nearest(latent, latents))
                .filter(row -> row >= 0)
                .toArray();
    }

    /** The row with a latent; −1 for none. */
    private static int nearest(float[] latent, float[][] latents) {
        int best = -1;
        float highest = SAME;
        for (int row = 0; row < latents.length; row++) {
            float similarity = VectorUtil.dotProduct(latent, latents[row]);
            if (similarity > highest) {
                highest = similarity;
                best = row;
            }
        }
        return best;
    }

    /** @param held the key of each cluster that keeps one whatever its documents are; null for the others */
    private StableKeys keys(int[] before, int[] assigned, List<String> held) {
        if (before == null) {
            long next = previous == null ? firstKey : previous.nextKey();
            return StableKeys.renew(List.of(), next, new int[0], new int[0], held.size());
        }
        return StableKeys.renew(previous.keys(), previous.nextKey(), before, assigned, held);
    }

    /** @param assigned the new parent of each document, −1 for none */
    private StableKeys parentKeys(int[] before, int[] assigned, int count) {
        if (before == null) {
            long next = previous == null ? firstKey : previous.tree().nextKey();
            return StableKeys.renewParents(List.of(), next, new int[0], new int[0], count);
        }
        ClusterTree tree = previous.tree();
        return StableKeys.renewParents(tree.keys(), tree.nextKey(), tree.lift(before), assigned, count);
    }

    /** The latents as vectors of unit length, {@code [documents][dims]}; a row of zeros for null. */
    private static float[][] dequantised(List<byte[]> latents, int dims) {
        float[][] rows = new float[latents.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = latents.get(i) == null ? new float[dims] : Latents.dequantize(latents.get(i));
        }
        return rows;
    }

    /** The cluster of each row; {@link #UNASSIGNED} if its latent is null. */
    private static int[] assign(Partition partition, float[][] rows, List<byte[]> latents) {
        int[] assigned = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            assigned[i] = latents.get(i) == null ? UNASSIGNED : partition.assign(rows[i]);
        }
        return assigned;
    }

    private static double[] shares(Clusters clusters) {
        return clusters.infos().stream().mapToDouble(ClusterInfo::share).toArray();
    }

    private static double[] shares(int[] assigned, int count) {
        double[] shares = new double[count];
        long all =
                Math.max(1, Arrays.stream(assigned).filter(c -> c != UNASSIGNED).count());
        for (int c : assigned) {
            if (c != UNASSIGNED) {
                shares[c] += 1.0 / all;
            }
        }
        return shares;
    }
}
