/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Measures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Computes the measures of a sample. Not thread-safe. */
final class Scores {

    private final Generation generation;
    private final ClusterEdits edits;
    private final Sample sample;
    private final Runnable checkCancelled;

    Scores(Generation generation, ClusterEdits edits, Sample sample, Runnable checkCancelled) {
        this.generation = generation;
        this.edits = edits;
        this.sample = sample;
        this.checkCancelled = checkCancelled;
    }

    /**
     * @param matched the number of documents that match the query, whether read or not
     * @param took the milliseconds since the start, called at the end
     * @throws IllegalArgumentException if no document has a latent, or the labelled latents do not have two labels or
     *     more
     */
    EvaluateAction.Response response(long matched, LongSupplier took) {
        EvaluateAction.Documents documents = sample.documents(matched);
        int[] clusters = sample.clusters();
        if (clusters.length == 0) {
            throw new IllegalArgumentException("none of the [" + documents.documents()
                    + "] documents has a latent, nor words that generation [" + generation.number() + "] of model ["
                    + generation.model() + "] knows");
        }
        int[] labels = sample.labels();
        EvaluateAction.Agreement agreement = null;
        if (sample.names() != null) {
            requireLabels(documents, labels);
            agreement = new EvaluateAction.Agreement(
                    Measures.nmi(labels, clusters),
                    Measures.adjustedRandIndex(labels, clusters),
                    Measures.purity(labels, clusters),
                    Measures.accuracy(labels, clusters));
            checkCancelled.run();
        }
        double[] silhouettes = Measures.silhouettes(sample.latents(), clusters, checkCancelled);
        return new EvaluateAction.Response(
                generation.model(),
                generation.number(),
                documents,
                agreement,
                new EvaluateAction.Quality(
                        Arrays.stream(silhouettes).average().orElse(0),
                        sample.words().coherence(),
                        sample.words().diversity()),
                perCluster(clusters, labels, silhouettes),
                took.getAsLong());
    }

    private void requireLabels(EvaluateAction.Documents documents, int[] labels) {
        String field = "[label_field] [" + sample.names().field() + "]";
        if (documents.labelled() == 0) {
            throw new IllegalArgumentException(field + " has one value in none of the [" + documents.documents()
                    + "] documents, and several in [" + documents.several() + "]");
        }
        int[] distinct = Arrays.stream(labels).filter(l -> l >= 0).distinct().toArray();
        if (distinct.length == 0) {
            throw new IllegalArgumentException(
                    field + ": none of the [" + documents.labelled() + "] documents with a label has a latent");
        }
        if (distinct.length == 1) {
            throw new IllegalArgumentException(field + " must tell documents apart, it is ["
                    + sample.names().names().get(distinct[0]) + "] in all that have one value");
        }
    }

    private List<EvaluatedCluster> perCluster(int[] clusters, int[] labels, double[] silhouettes) {
        List<ClusterInfo> infos = generation.clusters().infos();
        List<String> names = sample.names() == null ? List.of() : sample.names().names();
        long[] sizes = new long[infos.size()];
        double[] sums = new double[infos.size()];
        long[][] counts = new long[infos.size()][names.size()];
        for (int i = 0; i < clusters.length; i++) {
            sizes[clusters[i]]++;
            sums[clusters[i]] += silhouettes[i];
            if (labels[i] >= 0) {
                counts[clusters[i]][labels[i]]++;
            }
        }
        List<EvaluatedCluster> found = new ArrayList<>(infos.size());
        for (int c = 0; c < infos.size(); c++) {
            ClusterInfo info = infos.get(c);
            long labelled = Arrays.stream(counts[c]).sum();
            int majority = labelled == 0 ? Labels.NONE : majority(counts[c], names);
            found.add(new EvaluatedCluster(
                    info.key(),
                    edits.label(info.key(), info.label()),
                    sizes[c],
                    labelled,
                    labelled == 0 ? null : names.get(majority),
                    labelled == 0 ? Double.NaN : (double) counts[c][majority] / labelled,
                    sizes[c] == 0 ? Double.NaN : sums[c] / sizes[c],
                    sample.words().coherence(c)));
        }
        return found;
    }

    private static int majority(long[] counts, List<String> names) {
        int best = 0;
        for (int l = 1; l < counts.length; l++) {
            boolean same = counts[l] == counts[best];
            boolean before = names.get(l).compareTo(names.get(best)) < 0;
            if (counts[l] > counts[best] || (same && before)) {
                best = l;
            }
        }
        return best;
    }
}
