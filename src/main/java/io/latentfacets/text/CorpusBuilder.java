/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import io.latentfacets.text.tokens.Gap;
import java.io.IOException;
import java.nio.file.Path;
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
     * @param analyzer the analyzer that {@code options} names; the caller closes it
     * @param options the text options
     * @param spillDir the directory for temporary files, created if missing; several builders may share it
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
            public void introduced() throws IOException {
                introduced = true;
            }
        });
        spill.endDocument();
        documents++;
    }

    @Override
    public long ramBytes() {
        return lexicon.ramBytes();
    }

    /** Number of documents added so far. */
    public int documents() {
        return documents;
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
        built = true;
        spill.finish();
        VocabularyBuilder learned = new VocabularyBuilder(options, lexicon, spill, documents);
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
        IOUtils.close(spill, handedOver ? null : directory);
    }
}
