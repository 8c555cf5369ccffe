/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;

/**
 * Turns documents into bags of a known vocabulary, exactly as {@link CorpusBuilder} did when it learned the vocabulary.
 * Thread-safe.
 */
public final class BowFactory {
    private final WordReader reader;
    private final Vocabulary vocabulary;

    /**
     * @param analyzer the analyzer that {@code options} names; the caller closes it
     * @param vocabulary a vocabulary that was learned with the same options
     * @param options the text options
     */
    public BowFactory(Analyzer analyzer, Vocabulary vocabulary, TextOptions options) {
        this.reader = new WordReader(analyzer, options);
        this.vocabulary = vocabulary;
    }

    /** The bag of one document; empty if no word of it is known. */
    public Bow bow(List<FieldText> doc) {
        BagBuilder bag = new BagBuilder(vocabulary);
        try {
            reader.read(doc, new WordReader.Sink() {
                @Override
                public void field(float weight, Language language) {
                    bag.field(weight);
                }

                @Override
                public void word(String term, String surface, boolean adjacent) {
                    bag.word(vocabulary.id(term), adjacent);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bag.build();
    }
}
