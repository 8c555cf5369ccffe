/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Reads a corpus once, learns its vocabulary and turns it into bags. Text is analyzed a single time; the words go to a
 * file and everything else is done from there, so the heap holds the distinct words but never the documents. Not
 * thread-safe.
 *
 * <p>The order of documents decides the order of rows and nothing else. {@link #close} deletes what was spilled; a
 * corpus that was built lives on by itself.
 */
public final class CorpusBuilder implements RowBuilder {
    private final TextOptions options;
    private final WordReader reader;
    private final Directory directory;
    private final Spill spill;
    private final Lexicon lexicon = new Lexicon(Lexicon.MAX_FORMS);
    private int documents;
    private boolean built;
    private boolean handedOver;
    private boolean closed;

    /**
     * @param analyzer the analyzer named by {@code options}; stays the caller's
     * @param spillDir directory for temporary files, created if missing; may be shared
     */
    public CorpusBuilder(Analyzer analyzer, TextOptions options, Path spillDir) throws IOException {
        this.options = options;
        this.reader = new WordReader(analyzer, options);
        this.directory = new MMapDirectory(spillDir);
        try {
            this.spill = new Spill(directory);
        } catch (IOException | RuntimeException e) {
            IOUtils.closeWhileHandlingException(directory);
            throw e;
        }
    }

    @Override
    public void add(List<FieldText> doc) throws IOException {
        if (built || closed) {
            throw new IllegalStateException("the corpus is already " + (closed ? "closed" : "built"));
        }
        reader.read(doc, new WordReader.Sink() {
            private boolean dropped;

            @Override
            public void field(float weight, Language language) throws IOException {
                spill.field(weight, language);
            }

            @Override
            public void word(String term, String surface, boolean adjacent) throws IOException {
                int form = lexicon.add(term, surface, documents);
                if (form >= 0) {
                    spill.word(form, adjacent && !dropped);
                }
                dropped = form < 0;
            }

            @Override
            public void gap(Gap gap) throws IOException {
                spill.gap(gap);
            }
        });
        spill.endDocument();
        documents++;
    }

    /** Number of documents added so far. */
    public int documents() {
        return documents;
    }

    /**
     * Learns the vocabulary and writes the rows.
     *
     * @throws IllegalArgumentException if no word is within the bounds of the options; the message says which to move
     */
    @Override
    public Corpus build() throws IOException {
        if (built || closed) {
            throw new IllegalStateException("the corpus is already " + (closed ? "closed" : "built"));
        }
        built = true;
        spill.finish();
        VocabularyBuilder learned = new VocabularyBuilder(options, lexicon, spill, documents);
        try (Corpus.Writer rows = new Corpus.Writer(directory)) {
            Corpus corpus = rows.finish(learned.build(rows::add));
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
        IOUtils.close(spill, handedOver ? null : directory);
    }
}
