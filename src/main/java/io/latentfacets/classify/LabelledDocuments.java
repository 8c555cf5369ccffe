/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.classify.regression.DocumentFeatures;
import io.latentfacets.classify.regression.Examples;
import io.latentfacets.classify.regression.FeatureRow;
import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.evaluation.LatentFields;
import io.latentfacets.model.Generation;
import io.latentfacets.model.definition.ClassifierDefinition;
import io.latentfacets.text.Bow;
import io.latentfacets.vae.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Collects the labelled documents of a training while they are read: their features and labels. It takes stored latents
 * of the generation's encoder, and encodes documents without one. Not thread-safe.
 */
final class LabelledDocuments {

    private static final int BATCH = 256;
    /** Bytes for each feature of a document: id and value here, and one of LIBLINEAR's nodes with its reference. */
    private static final long PER_FEATURE = 8 + 28;
    /** Bytes for each document: the arrays' headers, their entries in lists, labels. */
    private static final long PER_DOCUMENT = 160;

    private record Pending(SourceDocument content, byte[] stored, int[] labels) {}

    private final Generation generation;
    private final ClassifierDefinition definition;
    private final EncoderService encoders;
    private final LatentFields fields;
    private final LongConsumer charge;
    private final Runnable check;
    private final DocumentFeatures features;
    private final LabelReader labels;
    private final List<Pending> pending = new ArrayList<>(BATCH);
    private final List<FeatureRow> rows = new ArrayList<>();
    private final List<int[]> labelsOf = new ArrayList<>();
    private int several;

    /**
     * @param charge called with the bytes of each batch before they are kept; may throw to refuse
     * @param check called before every batch; throws to stop
     */
    LabelledDocuments(
            Generation generation,
            ClassifierDefinition definition,
            EncoderService encoders,
            LatentFields fields,
            LongConsumer charge,
            Runnable check) {
        this.generation = generation;
        this.definition = definition;
        this.encoders = encoders;
        this.fields = fields;
        this.charge = charge;
        this.check = check;
        this.features =
                new DocumentFeatures(definition.features(), generation.weights().latentDims(), generation.vocabulary());
        this.labels = new LabelReader(definition.labelField());
    }

    void add(CorpusReader.Document document) {
        int[] own = labels.of(document.source());
        if (own.length > 1 && !definition.multiLabel()) {
            several++;
            return;
        }
        if (own.length == 0) {
            return;
        }
        byte[] stored = fields.stored(
                document.index(),
                document.source(),
                generation.encoder(),
                generation.weights().latentDims());
        pending.add(new Pending(SourceDocument.leniently(document.source(), generation), stored, own));
        if (pending.size() == BATCH) {
            flush();
        }
    }

    /** Keeps the documents of an incomplete batch. Call after the last document. */
    void flush() {
        check.run();
        boolean words = definition.features() == DocumentFeatures.Kind.LATENT_WORDS;
        List<Pending> read = pending.stream()
                .filter(document -> words || document.stored() == null)
                .toList();
        List<Input> inputs = read.isEmpty()
                ? List.of()
                : encoders.inputs(
                        generation, read.stream().map(Pending::content).toList());
        List<Input> missing = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (read.get(i).stored() == null) {
                missing.add(inputs.get(i));
            }
        }
        List<byte[]> made = missing.isEmpty() ? List.of() : encoders.encodeInputs(generation, missing);
        int nextRead = 0;
        int nextMade = 0;
        for (Pending document : pending) {
            boolean wasRead = words || document.stored() == null;
            Bow bow = wasRead ? inputs.get(nextRead++).words() : Bow.EMPTY;
            byte[] latent = document.stored() == null ? made.get(nextMade++) : document.stored();
            if (latent != null) {
                keep(features.row(latent, bow), document.labels());
            }
        }
        pending.clear();
    }

    private void keep(FeatureRow row, int[] own) {
        charge.accept(PER_DOCUMENT + row.ids().length * PER_FEATURE);
        rows.add(row);
        labelsOf.add(own);
    }

    /** The number of documents that were left out because they have several labels. */
    int several() {
        return several;
    }

    /** The labels, by number. */
    List<String> names() {
        return labels.names();
    }

    /** The number of documents. */
    int size() {
        return rows.size();
    }

    /** The number of features. */
    int columns() {
        return features.columns();
    }

    Examples examples() {
        return new Examples(
                rows,
                features.columns(),
                labelsOf.toArray(int[][]::new),
                labels.names().size(),
                definition.multiLabel());
    }
}
