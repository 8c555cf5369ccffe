/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.encode.SourceText;
import io.latentfacets.model.Generation;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.RowBuilder;
import io.latentfacets.training.memory.TrainingMemory;
import io.latentfacets.training.memory.TrainingReservation;
import io.latentfacets.training.progress.TrainingPhase;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.VectorFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.IOUtils;

/**
 * Reads the documents of a model and turns them into rows of words and, if the model has a vector field, vectors. For a
 * single use on one thread.
 */
final class CorpusPhase {

    /** The least number of documents with usable text or a vector that a training needs. */
    static final int MIN_DOCUMENTS = 50;
    /** The least number of words of a vocabulary. */
    static final int MIN_TERMS = 10;

    private static final int ENCODE_BATCH = 256;

    private final ModelDefinition definition;
    private final Generation previous;
    private final EncoderService encoders;
    private final TrainingReservation memory;
    private final WorkerTask task;
    private final List<String> ids = new ArrayList<>();
    private final boolean hasExamples;
    private final List<String> indices = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private final List<byte[]> previousLatents = new ArrayList<>();
    private final List<SourceDocument> pending = new ArrayList<>();
    private final VectorCollector vectors;
    private long[] hashes = new long[1024];
    private int[] textRows = new int[1024];
    private int texts;
    private long usable;

    /**
     * @param previous the active generation, which also encodes the documents so that the two generations can be
     *     compared; null for none
     * @param vectors the collector of the vectors, owned by the caller; null for a model of text alone
     * @param memory the reservation of the training, which grows with the number of distinct words
     */
    CorpusPhase(
            ModelDefinition definition,
            Generation previous,
            VectorCollector vectors,
            EncoderService encoders,
            TrainingReservation memory,
            WorkerTask task) {
        this.definition = definition;
        this.hasExamples = definition.clusters().seeds().stream()
                .anyMatch(seed -> !seed.ids().isEmpty());
        this.previous = previous;
        this.vectors = vectors;
        this.encoders = encoders;
        this.memory = memory;
        this.task = task;
    }

    /**
     * Reads the corpus. Blocks.
     *
     * @param fields the paths to read: those of the definition and of the previous generation
     * @param rows the builder that takes the text, owned by the caller
     * @return the corpus, owned by the caller
     * @throws IllegalArgumentException if there are too few documents or words; names the number and the bound
     */
    TrainingCorpus run(CorpusReader reader, Collection<String> fields, RowBuilder rows) throws IOException {
        requireDocuments(reader.total(), "documents");
        long expected = Math.min(reader.total(), definition.source().maxDocuments());
        reader.read(fields, definition.source().maxDocuments(), document -> {
            add(rows, document);
            if (ids.size() % 100 == 0) {
                memory.raise(TrainingMemory.reading(ids.size(), rows.ramBytes()));
                task.documentsRead(ids.size());
                task.progress(TrainingPhase.READING, (double) ids.size() / expected);
            }
        });
        encodePending();
        task.documentsRead(ids.size());
        requireDocuments(
                usable,
                "documents with text in " + definition.source().fields()
                        + (vectors == null
                                ? ""
                                : " or a vector in [" + definition.source().vectorField() + "]"));
        task.progress(TrainingPhase.VOCABULARY, 0);
        return corpus(rows.build());
    }

    private void add(RowBuilder rows, CorpusReader.Document document) throws IOException {
        List<FieldText> text =
                SourceText.of(document.source(), definition.source().fields());
        boolean hasVector = vectors != null && vectors.add(document);
        textRows = ArrayUtil.grow(textRows, ids.size() + 1);
        if (vectors != null && text.isEmpty()) {
            // the document frequencies of words count only documents with text, which may be a part of all
            textRows[ids.size()] = TrainingCorpus.NO_TEXT;
        } else {
            rows.add(text);
            textRows[ids.size()] = texts++;
        }
        hashes = ArrayUtil.grow(hashes, ids.size() + 1);
        hashes[ids.size()] = document.hash();
        ids.add(document.id());
        if (hasExamples) {
            indices.add(names.computeIfAbsent(document.index(), name -> name));
        }
        usable += text.isEmpty() && !hasVector ? 0 : 1;
        if (previous != null) {
            // read the generation's own fields: the definition may have changed since its training
            pending.add(SourceDocument.leniently(document.source(), previous));
            if (pending.size() == ENCODE_BATCH) {
                encodePending();
            }
        }
    }

    private void encodePending() {
        if (!pending.isEmpty()) {
            task.checkCancelled();
            previousLatents.addAll(encoders.encode(previous, pending));
            pending.clear();
        }
    }

    private TrainingCorpus corpus(Corpus corpus) throws IOException {
        VectorFile file = null;
        TrainingCorpus rows = null;
        try {
            file = vectors == null ? null : vectors.finish();
            int terms = corpus.vocabulary().size();
            if (terms < MIN_TERMS) {
                throw new IllegalArgumentException("model [" + definition.name() + "] finds [" + terms
                        + "] words to learn in " + definition.source().indices() + ", it needs at least [" + MIN_TERMS
                        + "]; see [text.min_doc_freq] = [" + definition.text().minDocFreq()
                        + "] and [text.max_doc_ratio] = [" + definition.text().maxDocRatio() + "]");
            }
            TrainingCorpus all = TrainingCorpus.of(
                    corpus,
                    Arrays.copyOf(textRows, ids.size()),
                    file,
                    ids,
                    Arrays.copyOf(hashes, ids.size()),
                    previous == null ? null : previousLatents);
            requireDocuments(
                    all.size(), "documents with words of the vocabulary" + (vectors == null ? "" : " or a vector"));
            rows = all;
            return hasExamples ? all.in(indices) : all;
        } finally {
            if (rows == null) {
                IOUtils.close(corpus, file);
            }
        }
    }

    private void requireDocuments(long count, String what) {
        int least = Math.max(MIN_DOCUMENTS, 2 * definition.clusters().count());
        if (count < least) {
            throw new IllegalArgumentException("model [" + definition.name() + "] finds [" + count + "] " + what
                    + " in " + definition.source().indices() + ", it needs at least [" + least + "]");
        }
    }
}
