/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/** Turns documents into bags of an already learned vocabulary, as a {@link BowFactory} does. Not thread-safe. */
public final class KnownWordsBuilder implements RowBuilder {
    private final Vocabulary vocabulary;
    private final BowFactory bows;
    private final Directory directory;
    private final Corpus.Writer rows;
    private boolean handedOver;

    /**
     * @param analyzer the analyzer that {@code options} names; the caller closes it
     * @param vocabulary a vocabulary that was learned with the same options
     * @param options the text options
     * @param spillDir the directory for the rows, created if missing; several builders may share it
     */
    public KnownWordsBuilder(Analyzer analyzer, Vocabulary vocabulary, TextOptions options, Path spillDir)
            throws IOException {
        this.vocabulary = vocabulary;
        this.bows = new BowFactory(analyzer, vocabulary, options);
        this.directory = new MMapDirectory(spillDir);
        try {
            this.rows = new Corpus.Writer(directory);
        } catch (IOException | RuntimeException e) {
            IOUtils.closeWhileHandlingException(directory);
            throw e;
        }
    }

    @Override
    public void add(List<FieldText> doc) throws IOException {
        rows.add(bows.bow(doc));
    }

    /** Returns 0: the vocabulary, which somebody else holds, has all words that count. */
    @Override
    public long ramBytes() {
        return 0;
    }

    @Override
    public Corpus build() throws IOException {
        Corpus corpus = rows.finish(vocabulary, new float[0]);
        handedOver = true;
        return corpus;
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(rows, handedOver ? null : directory);
    }
}
