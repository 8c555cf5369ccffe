/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import io.latentfacets.text.tokens.TokenMemo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;

/**
 * Turns documents into bags of a known vocabulary, exactly as {@link CorpusBuilder} did when it learned the vocabulary.
 * Thread-safe. Takes at most {@value #MAX_REMEMBERED} bytes for what it remembers of tokens, little more than they need
 * while they are few, and three eighths of a MiB for each thread that reads at once. While it reads, a call takes more,
 * but has a bound that does not depend on the length of the document.
 */
public final class BowFactory {
    /** A bound of what is remembered of tokens, in bytes. */
    public static final int MAX_REMEMBERED = TokenMemo.MAX_BYTES;

    private final WordReader reader;
    private final Vocabulary vocabulary;
    /** Null for analyzers that do not work token by token. */
    private final QuickReader quick;

    /**
     * @param analyzer the analyzer that {@code options} names; the caller closes it
     * @param vocabulary a vocabulary that was learned with the same options
     * @param options the text options
     */
    public BowFactory(Analyzer analyzer, Vocabulary vocabulary, TextOptions options) {
        this.reader = new WordReader(analyzer, options);
        this.vocabulary = vocabulary;
        this.quick = QuickReader.of(analyzer, reader, this::readAll, vocabulary);
    }

    /** A bound of what it remembers of tokens, in bytes: 0 for analyzers that do not work token by token. */
    public int maxRemembered() {
        return quick == null ? 0 : MAX_REMEMBERED;
    }

    /** The bag of one document; empty if no word of it is known. */
    public Bow bow(List<FieldText> doc) {
        return read(doc).bow();
    }

    /** The bag of one document, and how much of the document the vocabulary does not know. */
    public ReadDocument read(List<FieldText> doc) {
        try {
            return quick == null ? readAll(doc) : quick.read(doc);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@link #read} by the analyzer alone. */
    ReadDocument readAll(List<FieldText> doc) {
        Counter counter = new Counter();
        try {
            reader.read(doc, counter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counter.document();
    }

    /** Counts known and unknown words while the reader passes over them. */
    private final class Counter implements WordReader.Sink {
        private final BagBuilder bag = new BagBuilder(vocabulary);
        private List<ReadDocument.Word> unknownWords = List.of();
        private int words;
        private int unknown;

        @Override
        public void field(float weight, Language language) {
            bag.field(weight);
        }

        @Override
        public void word(String term, String surface, boolean adjacent) {
            int id = vocabulary.id(term);
            bag.word(id, adjacent);
            words++;
            if (id < 0 && unknown++ < ReadDocument.MOST_UNKNOWN) {
                if (unknown == 1) {
                    unknownWords = new ArrayList<>();
                }
                unknownWords.add(new ReadDocument.Word(term, surface));
            }
        }

        ReadDocument document() {
            return new ReadDocument(bag.build(), words, unknown, unknownWords);
        }
    }
}
