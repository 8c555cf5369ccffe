/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.seeds;

import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.Points;
import io.latentfacets.cluster.Seed;
import io.latentfacets.cluster.StableKeys;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.fit.Subject;
import io.latentfacets.cluster.fit.SubjectReader;
import io.latentfacets.model.Decision;
import io.latentfacets.model.Generation;
import io.latentfacets.model.SeedSupport;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The subjects that get clusters of their own.
 *
 * @param seeds the seeds of the definition
 * @param subjects what was read of each
 * @param former what the active generation made of its seeds
 */
public record Guide(List<Seed> seeds, List<SubjectReader.Read> subjects, List<SeedSupport> former) {
    private static final int UNASSIGNED = -1;

    /** No subjects. */
    public static final Guide NONE = new Guide(List.of(), List.of(), List.of());

    /**
     * Reads seeds.
     *
     * @param rows the rows of an example document, ascending; none if it was not learned from
     * @param words reads text as the training reads documents
     * @param previous the active generation; null for none
     */
    public static Guide of(
            List<Seed> seeds, Function<Seed.Example, int[]> rows, BowFactory words, Generation previous) {
        SubjectReader reader = new SubjectReader(words, rows);
        Decision before = previous == null ? null : previous.provenance().decision();
        return new Guide(seeds, seeds.stream().map(reader::read).toList(), before == null ? List.of() : before.seeds());
    }

    /**
     * The words of the documents.
     *
     * @param documents the documents, in the order of their latents
     * @param idf the inverse document frequency of each word
     */
    public record Words(BowSource documents, float[] idf) {}

    /**
     * The partition with a cluster for each subject that the documents support.
     *
     * @param before the clusters of the documents in the active generation; null for none
     */
    public Clusterer.Guided apply(
            Clusterer clusterer,
            Partition partition,
            float[][] latents,
            Words words,
            Lineage.Side before,
            Runnable check) {
        List<Subject> wanted =
                subjects.stream().map(SubjectReader.Read::subject).toList();
        return clusterer.guided(
                partition,
                latents,
                words.documents(),
                words.idf(),
                wanted,
                goingOn(partition, latents, before, check),
                check);
    }

    /**
     * By seed, the cluster of a division that goes on from its cluster of the active generation: more than half of the
     * documents of each are in the other. −1 for none.
     */
    private int[] goingOn(Partition partition, float[][] latents, Lineage.Side before, Runnable check) {
        int[] goingOn = new int[seeds.size()];
        Arrays.fill(goingOn, UNASSIGNED);
        if (before == null || seeds.isEmpty() || former.isEmpty()) {
            return goingOn;
        }
        int olds = before.keys().size();
        int[][] shared = new int[olds][partition.count()];
        int[] sizes = new int[partition.count()];
        for (int row = 0; row < latents.length; row++) {
            if (row % 1024 == 0) {
                check.run();
            }
            if (Points.usable(latents[row])) {
                int cluster = partition.assign(latents[row]);
                sizes[cluster]++;
                if (before.assigned()[row] != UNASSIGNED) {
                    shared[before.assigned()[row]][cluster]++;
                }
            }
        }
        for (SeedSupport old : former) {
            int was = old.key() == null ? -1 : before.keys().indexOf(old.key());
            for (int s = 0; s < goingOn.length && was >= 0; s++) {
                if (seeds.get(s).label().equals(old.label())) {
                    goingOn[s] = majority(shared[was], sizes);
                }
            }
        }
        return goingOn;
    }

    private static int majority(int[] shared, int[] sizes) {
        int all = Arrays.stream(shared).sum();
        for (int c = 0; c < shared.length; c++) {
            if (2L * shared[c] > all && 2L * shared[c] > sizes[c]) {
                return c;
            }
        }
        return UNASSIGNED;
    }

    /** The terms as they are, with the labels of the seeds. */
    public List<ClusterLabel> labelled(List<ClusterLabel> found, int[] clusters) {
        List<ClusterLabel> labels = new ArrayList<>(found);
        for (int s = 0; s < clusters.length; s++) {
            if (clusters[s] != UNASSIGNED) {
                labels.set(
                        clusters[s],
                        new ClusterLabel(
                                seeds.get(s).label(), found.get(clusters[s]).terms()));
            }
        }
        return labels;
    }

    /** By cluster, the key that the active generation has for its seed; null for none. */
    public List<String> heldKeys(int[] clusters, int count) {
        List<String> held = new ArrayList<>(Collections.nCopies(count, null));
        for (SeedSupport old : former) {
            for (int s = 0; s < clusters.length; s++) {
                if (clusters[s] != UNASSIGNED && seeds.get(s).label().equals(old.label())) {
                    held.set(clusters[s], old.key());
                }
            }
        }
        return held;
    }

    /** What became of each seed. */
    public List<SeedSupport> supports(Clusterer.Guided guided, StableKeys keys) {
        List<SeedSupport> supports = new ArrayList<>(seeds.size());
        for (int s = 0; s < seeds.size(); s++) {
            int cluster = guided.clusters()[s];
            int shown = guided.shown().get(s).length;
            supports.add(new SeedSupport(
                    seeds.get(s).label(),
                    cluster == UNASSIGNED ? null : keys.keys().get(cluster),
                    shown,
                    subjects.get(s).unknown(),
                    cluster == UNASSIGNED ? guided.why().get(s) : null));
        }
        return supports;
    }
}
