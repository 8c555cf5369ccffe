/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.arithmetic.Workers;
import io.latentfacets.text.language.Language;
import io.latentfacets.text.tokens.Gap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Reads a corpus once, learns its vocabulary and turns its documents into bags. The builder analyzes the text only once
 * and writes the words to a file. All later steps read that file, so the heap holds the distinct words but never the
 * documents. Not thread-safe.
 *
 * <p>The order of documents decides only the order of rows, unless the corpus has more than four million distinct
 * forms. The builder then ignores words that it first meets later. {@link #close} deletes the temporary files; a corpus
 * that {@link #build} returned stays usable, and its owner closes it.
 */
public final class CorpusBuilder implements RowBuilder {
    /** The most documents that wait for the threads that read them. */
    private static final int BATCH = 256;

    /** The number of documents that a thread reads at once. */
    private static final int STEP = 4;

    /** The most characters and values that wait; a longer document is read as it is passed on. */
    private static final int MOST_CHARACTERS = 1 << 16;

    /** About the most that waiting documents and their words take, in bytes: each character may be two words. */
    private static final int WAITING = 8 << 20;

    private final TextOptions options;
    private final WordReader reader;
    private final Workers workers;
    private final Directory directory;
    private final Spill spill;
    private final Lexicon lexicon = new Lexicon(Lexicon.MAX_FORMS);
    private final Taker taker = new Taker();
    private final List<List<FieldText>> waiting = new ArrayList<>();
    private int characters; // of those that wait
    private int documents;
    private boolean built;
    private boolean handedOver;
    private boolean closed;

    /**
     * A builder that works on the calling thread.
     *
     * @param analyzer the analyzer that {@code options} names; the caller closes it
     * @param options the text options
     * @param spillDir the directory for temporary files, created if missing; several builders may share it
     */
    public CorpusBuilder(Analyzer analyzer, TextOptions options, Path spillDir) throws IOException {
        this(analyzer, options, spillDir, 1);
    }

    /**
     * A builder that shares its work among threads, which end with {@link #close}.
     *
     * @param threads how many, the caller's among them; the result does not depend on it
     */
    public CorpusBuilder(Analyzer analyzer, TextOptions options, Path spillDir, int threads) throws IOException {
        this.options = options;
        this.reader = new WordReader(analyzer, options);
        this.directory = new MMapDirectory(spillDir);
        try {
            this.spill = new Spill(directory);
        } catch (IOException | RuntimeException e) {
            IOUtils.closeWhileHandlingException(directory);
            throw e;
        }
        this.workers = new Workers(threads);
    }

    /** {@inheritDoc} With several threads, a call may read documents of former calls, and fail with them. */
    @Override
    public void add(List<FieldText> doc) throws IOException {
        if (built || closed) {
            throw new IllegalStateException("the corpus is already " + (closed ? "closed" : "built"));
        }
        long length = QuickReader.size(doc);
        if (workers.count() == 1 || characters + length > MOST_CHARACTERS) {
            readWaiting();
        }
        if (workers.count() == 1 || length > MOST_CHARACTERS) {
            reader.read(doc, taker);
            endDocument();
            return;
        }
        waiting.add(doc);
        characters += (int) length;
        if (waiting.size() == BATCH) {
            readWaiting();
        }
    }

    /** What a reader has said, to be said again. */
    private interface Event {
        void to(WordReader.Sink sink) throws IOException;
    }

    /** Reads the documents that wait on all threads, and takes their words in order. */
    private void readWaiting() throws IOException {
        List<List<Event>> read = new ArrayList<>(Collections.nCopies(waiting.size(), List.of()));
        try {
            workers.runRanges(waiting.size(), STEP, (from, to) -> {
                for (int i = from; i < to; i++) {
                    read.set(i, events(waiting.get(i)));
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        waiting.clear();
        characters = 0;
        for (List<Event> document : read) {
            for (Event event : document) {
                event.to(taker);
            }
            endDocument();
        }
    }

    private List<Event> events(List<FieldText> doc) {
        List<Event> events = new ArrayList<>();
        try {
            reader.read(doc, new WordReader.Sink() {
                @Override
                public void field(float weight, Language language) {
                    events.add(sink -> sink.field(weight, language));
                }

                @Override
                public void word(String term, String surface, boolean adjacent) {
                    events.add(sink -> sink.word(term, surface, adjacent));
                }

                @Override
                public void gap(Gap gap) {
                    events.add(sink -> sink.gap(gap));
                }

                @Override
                public void introduced() {
                    events.add(WordReader.Sink::introduced);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    private void endDocument() throws IOException {
        spill.endDocument();
        documents++;
    }

    /** Takes the words of a document into the lexicon and the file. */
    private final class Taker implements WordReader.Sink {
        private boolean dropped;
        private boolean introduced;

        @Override
        public void field(float weight, Language language) throws IOException {
            spill.field(weight, language);
        }

        @Override
        public void word(String term, String surface, boolean adjacent) throws IOException {
            int form = lexicon.add(term, surface, documents);
            if (form >= 0) {
                if (introduced) {
                    spill.introduced();
                }
                spill.word(form, adjacent && !dropped);
            }
            dropped = form < 0;
            introduced = false;
        }

        @Override
        public void gap(Gap gap) throws IOException {
            spill.gap(gap);
        }

        @Override
        public void introduced() {
            introduced = true;
        }
    }

    @Override
    public long ramBytes() {
        return lexicon.ramBytes() + (workers.count() == 1 ? 0 : WAITING);
    }

    /** Number of documents added so far. */
    public int documents() {
        return documents + waiting.size();
    }

    /**
     * Learns the vocabulary and writes the rows.
     *
     * @throws IllegalArgumentException if no word is within the bounds of the options; the message names the bound to
     *     change
     * @throws IllegalStateException if the builder is already built or closed
     */
    @Override
    public Corpus build() throws IOException {
        if (built || closed) {
            throw new IllegalStateException("the corpus is already " + (closed ? "closed" : "built"));
        }
        readWaiting();
        built = true;
        spill.finish();
        VocabularyBuilder learned = new VocabularyBuilder(options, lexicon, spill, documents, workers);
        try (Corpus.Writer rows = new Corpus.Writer(directory)) {
            Vocabulary vocabulary = learned.build(rows::add);
            Corpus corpus = rows.finish(vocabulary, learned.unseenShares());
            handedOver = true;
            return corpus;
        } finally {
            spill.close();
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        workers.close();
        IOUtils.close(spill, handedOver ? null : directory);
    }
}
