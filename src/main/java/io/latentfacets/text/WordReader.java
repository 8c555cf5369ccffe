/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/**
 * Turns text into words: one pass of an analyzer, less what {@link Noise} and {@link WordFilter} keep out. Learning and
 * encoding both read through this class, which is why they agree. Thread-safe, as analyzers keep a stream per thread.
 */
final class WordReader {
    /** Receives the words of a text in order. */
    interface Sink {
        /** A field begins: what its words count. */
        void field(float weight) throws IOException;

        /**
         * A word.
         *
         * @param term as the analyzer gives it
         * @param surface as written; lower case in texts that are all capitals
         * @param adjacent whether the word before this one in the text was given too, with only a space or hyphen
         *     between
         */
        void word(String term, String surface, boolean adjacent) throws IOException;
    }

    private static final String SYNONYM = "SYNONYM";

    private final Analyzer analyzer;
    private final WordFilter filter;

    WordReader(Analyzer analyzer, List<String> exclude) {
        this.analyzer = analyzer;
        this.filter = new WordFilter(exclude);
    }

    void read(List<FieldText> doc, Sink sink) throws IOException {
        for (FieldText field : doc) {
            if (!field.text().isEmpty()) {
                sink.field(field.weight());
                read(field.text(), sink);
            }
        }
    }

    private void read(String text, Sink sink) throws IOException {
        Noise noise = new Noise(text);
        try (TokenStream stream = analyzer.tokenStream("text", text)) {
            CharTermAttribute termAttribute = stream.addAttribute(CharTermAttribute.class);
            OffsetAttribute offsets = stream.addAttribute(OffsetAttribute.class);
            PositionIncrementAttribute increment = stream.addAttribute(PositionIncrementAttribute.class);
            TypeAttribute type = stream.addAttribute(TypeAttribute.class);
            stream.reset();
            int previousEnd = -1; // of the word just given, -1 after anything else
            while (stream.incrementToken()) {
                int start = offsets.startOffset();
                int end = Math.min(offsets.endOffset(), text.length());
                String term = termAttribute.toString();
                boolean synonym = SYNONYM.equals(type.type());
                String surface = synonym ? term : Surfaces.clean(text, start, end, term);
                if (noise.covers(start, end) || !filter.accepts(term, surface)) {
                    previousEnd = -1;
                    continue;
                }
                boolean adjacent = previousEnd >= 0
                        && increment.getPositionIncrement() == 1
                        && !synonym
                        && joins(text, previousEnd, start);
                sink.word(term, noise.shouting() ? Surfaces.lower(surface) : surface, adjacent);
                previousEnd = synonym ? -1 : end;
            }
            stream.end();
        }
    }

    /** Whether nothing but white space, at most one line break of it, or a single hyphen lies between two words. */
    private static boolean joins(String text, int from, int to) {
        if (from > to
                || to >= text.length()
                || Surfaces.isEdge(text.charAt(from - 1))
                || Surfaces.isEdge(text.charAt(to))) {
            return false; // some analyzers leave punctuation on the word
        }
        if (to - from == 1 && text.charAt(from) == '-') {
            return true;
        }
        int breaks = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!Character.isWhitespace(c)) {
                return false;
            }
            if (c == '\n' && ++breaks > 1) {
                return false;
            }
        }
        return true;
    }
}
