/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.label.LabelMeasures;
import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.model.Generation;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.ArrayUtil;

/**
 * Collects the documents of an evaluation while they are read: their latents, clusters and labels. It encodes documents
 * without a stored latent. It counts the words of a batch of documents and then drops their text. Not thread-safe.
 */
final class Sample {

    private static final int BATCH = 256;

    private record Pending(SourceDocument content, byte[] stored, int label) {}

    private final Generation generation;
    private final EncoderService encoders;
    private final LatentFields fields;
    private final Labels labels;
    private final Runnable checkCancelled;
    private final LabelMeasures words;
    private final List<Pending> pending = new ArrayList<>(BATCH);
    private final List<float[]> latents = new ArrayList<>();
    private int[] clusterOf = new int[BATCH];
    private int[] labelOf = new int[BATCH];
    private long documents;
    private long stored;
    private long encoded;
    private long labelled;
    private long several;

    /**
     * @param labels the reader of labels; null for none
     * @param checkCancelled a callback, called before every batch, that throws to stop
     */
    Sample(
            Generation generation,
            EncoderService encoders,
            LatentFields fields,
            Labels labels,
            Runnable checkCancelled) {
        this.generation = generation;
        this.encoders = encoders;
        this.fields = fields;
        this.labels = labels;
        this.checkCancelled = checkCancelled;
        this.words = new LabelMeasures(generation.clusters(), generation.vocabulary());
    }

    void add(CorpusReader.Document document) {
        documents++;
        int label = labels == null ? Labels.NONE : labels.of(document.source());
        labelled += label >= 0 ? 1 : 0;
        several += label == Labels.SEVERAL ? 1 : 0;
        pending.add(new Pending(
                SourceDocument.leniently(document.source(), generation),
                fields.stored(
                        document.index(),
                        document.source(),
                        generation.encoder(),
                        generation.weights().latentDims()),
                label));
        if (pending.size() == BATCH) {
            encodePending();
        }
    }

    /** Encodes the documents of an incomplete batch. Call after the last document. */
    void encodePending() {
        if (pending.isEmpty()) {
            return;
        }
        checkCancelled.run();
        List<Input> inputs = encoders.inputs(
                generation, pending.stream().map(Pending::content).toList());
        List<Input> missing = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).words().isEmpty()) {
                words.add(inputs.get(i).words());
            }
            if (pending.get(i).stored() == null) {
                missing.add(inputs.get(i));
            }
        }
        List<byte[]> made = missing.isEmpty() ? List.of() : encoders.encodeInputs(generation, missing);
        int next = 0;
        for (Pending document : pending) {
            byte[] latent = document.stored();
            if (latent != null) {
                stored++;
            } else {
                latent = made.get(next++);
                encoded += latent == null ? 0 : 1;
            }
            if (latent != null) {
                keep(Latents.dequantize(latent), document.label());
            }
        }
        pending.clear();
    }

    private void keep(float[] unit, int label) {
        Partition partition = generation.clusters().partition();
        int at = latents.size();
        latents.add(unit);
        clusterOf = ArrayUtil.grow(clusterOf, at + 1);
        labelOf = ArrayUtil.grow(labelOf, at + 1);
        clusterOf[at] = partition.assign(unit);
        labelOf[at] = label >= 0 ? label : Labels.NONE;
    }

    /** The latents of the documents that have one, {@code [latents][dims]}, unit length. */
    float[][] latents() {
        return latents.toArray(float[][]::new);
    }

    /** The ordinal of the cluster of each latent, parallel to {@link #latents}. */
    int[] clusters() {
        return Arrays.copyOf(clusterOf, latents.size());
    }

    /** The label of each latent, or {@link Labels#NONE} for none or several, parallel to {@link #latents}. */
    int[] labels() {
        return Arrays.copyOf(labelOf, latents.size());
    }

    /** The labels by number; null without {@code label_field}. */
    Labels names() {
        return labels;
    }

    /** The measures of the clusters' terms over all documents with known words. */
    LabelMeasures words() {
        return words;
    }

    EvaluateAction.Documents documents(long matched) {
        return new EvaluateAction.Documents(
                matched,
                documents,
                stored,
                encoded,
                labelled,
                several,
                labels == null ? 0 : labels.names().size());
    }
}
