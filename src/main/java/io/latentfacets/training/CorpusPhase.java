/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.ingest.EncoderService;
import io.latentfacets.ingest.SourceText;
import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelDefinition;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.RowBuilder;
import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.ArrayUtil;

/** Reads the documents of a model and turns them into rows of words. */
final class CorpusPhase {

    /** Fewest documents with usable text that a model can learn from. */
    static final int MIN_DOCUMENTS = 50;
    /** Fewest words that documents can be told apart by. */
    static final int MIN_TERMS = 10;

    private static final int ENCODE_BATCH = 256;

    private final ModelDefinition definition;
    private final Generation previous;
    private final EncoderService encoders;
    private final TrainingTask task;
    private final List<String> ids = new ArrayList<>();
    private final List<byte[]> previousLatents = new ArrayList<>();
    private final List<List<FieldText>> pending = new ArrayList<>();
    private long[] hashes = new long[1024];
    private long withText;

    /**
     * @param previous the active generation, which encodes the documents too so that the two can be compared; null for
     *     none
     */
    CorpusPhase(ModelDefinition definition, Generation previous, EncoderService encoders, TrainingTask task) {
        this.definition = definition;
        this.previous = previous;
        this.encoders = encoders;
        this.task = task;
    }

    /**
     * Fails with IllegalArgumentException when there is too little to learn from, saying how much and what the bound
     * is.
     *
     * @param fields what to read: those of the definition and of the previous generation
     * @param rows takes the documents; stays the caller's
     */
    TrainingCorpus run(CorpusReader reader, List<SourceField> fields, RowBuilder rows) throws IOException {
        requireDocuments(reader.total(), "documents");
        long expected = Math.min(reader.total(), definition.source().maxDocuments());
        reader.read(fields, definition.source().maxDocuments(), document -> {
            add(rows, document);
            if (ids.size() % 100 == 0) {
                task.documentsRead(ids.size());
                task.progress(TrainingPhase.READING, (double) ids.size() / expected);
            }
        });
        encodePending();
        task.documentsRead(ids.size());
        requireDocuments(
                withText, "documents with text in " + definition.source().fields());
        task.progress(TrainingPhase.VOCABULARY, 0);
        return corpus(rows.build());
    }

    private void add(RowBuilder rows, CorpusReader.Document document) throws IOException {
        List<FieldText> text =
                SourceText.of(document.source(), definition.source().fields());
        rows.add(text);
        hashes = ArrayUtil.grow(hashes, ids.size() + 1);
        hashes[ids.size()] = document.hash();
        ids.add(document.id());
        withText += text.isEmpty() ? 0 : 1;
        if (previous != null) {
            // the generation's own fields: the definition may have changed since
            pending.add(SourceText.of(document.source(), previous.fields()));
            if (pending.size() == ENCODE_BATCH) {
                encodePending();
            }
        }
    }

    private void encodePending() {
        if (pending.isEmpty() == false) {
            task.checkCancelled();
            previousLatents.addAll(encoders.encode(previous, pending));
            pending.clear();
        }
    }

    private TrainingCorpus corpus(Corpus corpus) throws IOException {
        TrainingCorpus rows = null;
        try {
            int terms = corpus.vocabulary().size();
            if (terms < MIN_TERMS) {
                throw new IllegalArgumentException("model [" + definition.name() + "] finds [" + terms
                        + "] words to learn in " + definition.source().indices() + ", it needs at least [" + MIN_TERMS
                        + "]; see [text.min_doc_freq] = [" + definition.text().minDocFreq()
                        + "] and [text.max_doc_ratio] = [" + definition.text().maxDocRatio() + "]");
            }
            TrainingCorpus all = TrainingCorpus.of(
                    corpus, ids, Arrays.copyOf(hashes, ids.size()), previous == null ? null : previousLatents);
            requireDocuments(all.size(), "documents with words of the vocabulary");
            rows = all;
            return all;
        } finally {
            if (rows == null) {
                corpus.close();
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
