/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.CjkBigrams;
import io.latentfacets.text.language.Language;
import io.latentfacets.text.language.LanguageGuesser;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/**
 * Turns text into words: one pass of an analyzer, less what {@link Noise}, {@link WordFilter} and the function words of
 * the text's own {@link Language} keep out. Learning and encoding both read through this class, which is why they
 * agree. Thread-safe, as analyzers keep a stream per thread.
 *
 * <p>The language is guessed for each value of a field; one too short to tell is in the language of the document's
 * longest value that is not, or else in the analyzer's.
 */
final class WordReader {
    /** Receives the words of a text in order. */
    interface Sink {
        /**
         * A value of a field begins.
         *
         * @param weight what its words count
         * @param language of the value, {@code null} if not known
         */
        void field(float weight, Language language) throws IOException;

        /**
         * A word.
         *
         * @param term as the analyzer gives it
         * @param surface as written; lower case in texts that are all capitals, and where only the first letter is a
         *     capital, except in languages that write nouns so
         * @param adjacent whether the word before this one in the text was given too, with only a space or hyphen
         *     between
         */
        void word(String term, String surface, boolean adjacent) throws IOException;

        /** Something stands here that is no word; a run of the same kind is told once. */
        default void gap(Gap gap) throws IOException {}
    }

    private static final String SYNONYM = "SYNONYM";

    /** Token type of analyzers that know a character for an ideograph and nothing about words made of them. */
    private static final String IDEOGRAPH = StandardTokenizer.TOKEN_TYPES[StandardTokenizer.IDEOGRAPHIC];

    private final Analyzer analyzer;
    private final WordFilter filter;
    private final Language ofAnalyzer;

    /** @param analyzer the one that the options name */
    WordReader(Analyzer analyzer, TextOptions options) {
        this.analyzer = analyzer;
        this.filter = new WordFilter(options.exclude());
        Language language = Language.ofAnalyzer(options.analyzer());
        this.ofAnalyzer = language == Language.ENGLISH ? null : language; // the default is no statement
    }

    void read(List<FieldText> doc, Sink sink) throws IOException {
        Language[] languages = new Language[doc.size()];
        Language ofDocument = ofAnalyzer;
        int longest = 0;
        for (int i = 0; i < languages.length; i++) {
            String text = doc.get(i).text();
            languages[i] = LanguageGuesser.guess(text);
            if (languages[i] != null && text.length() > longest) {
                longest = text.length();
                ofDocument = languages[i];
            }
        }
        for (int i = 0; i < languages.length; i++) {
            FieldText field = doc.get(i);
            if (!field.text().isEmpty()) {
                Language language = languages[i] == null ? ofDocument : languages[i];
                sink.field(field.weight(), language);
                new Text(field.text(), language, sink).read();
            }
        }
    }

    /** One value of a field while it is read. */
    private final class Text {
        private final String text;
        private final Language language;
        private final boolean foreign; // in a language other than English, which the filter knows
        private final Sink sink;
        private final Noise noise;
        private int previousEnd = -1; // of the word just given, -1 after anything else
        private String ideograph; // the last token if that was one ideograph alone
        private int ideographStart;
        private boolean ideographGiven;
        private Gap gap; // what the last token was, null if it was a word

        Text(String text, Language language, Sink sink) {
            this.text = text;
            this.language = language;
            this.foreign = language != null && language != Language.ENGLISH;
            this.sink = sink;
            this.noise = new Noise(text);
        }

        void read() throws IOException {
            try (TokenStream stream = analyzer.tokenStream("text", text)) {
                CharTermAttribute termAttribute = stream.addAttribute(CharTermAttribute.class);
                OffsetAttribute offsets = stream.addAttribute(OffsetAttribute.class);
                PositionIncrementAttribute increment = stream.addAttribute(PositionIncrementAttribute.class);
                TypeAttribute type = stream.addAttribute(TypeAttribute.class);
                stream.reset();
                while (stream.incrementToken()) {
                    int start = offsets.startOffset();
                    int end = Math.min(offsets.endOffset(), text.length());
                    String term = termAttribute.toString();
                    boolean next = increment.getPositionIncrement() == 1;
                    if (isIdeograph(term) && IDEOGRAPH.equals(type.type())) {
                        ideograph(term, start, end, next);
                    } else {
                        endIdeographs();
                        token(term, start, end, type.type(), next);
                    }
                }
                endIdeographs();
                stream.end();
            }
        }

        private static boolean isIdeograph(String term) {
            return term.length() == 1 && term.charAt(0) > 127 && Character.isIdeographic(term.charAt(0));
        }

        /** Analyzers made for other languages leave ideographs alone; words have two, as the CJK analyzer says. */
        private void ideograph(String term, int start, int end, boolean next) throws IOException {
            boolean continues = next && ideograph != null && ideographStart + 1 == start;
            if (!continues) {
                endIdeographs();
            } else {
                token(ideograph + term, ideographStart, end, CJKBigramFilter.DOUBLE_TYPE, true);
            }
            ideograph = term;
            ideographStart = start;
            ideographGiven = continues;
        }

        private void endIdeographs() throws IOException {
            if (ideograph != null && !ideographGiven) {
                token(ideograph, ideographStart, ideographStart + 1, CJKBigramFilter.SINGLE_TYPE, true);
            }
            ideograph = null;
        }

        private void token(String analyzed, int start, int end, String type, boolean next) throws IOException {
            boolean synonym = SYNONYM.equals(type);
            String term = analyzed;
            String surface = synonym ? term : Surfaces.clean(text, start, end, term);
            if (foreign) {
                surface = surface.substring(language.elided(surface));
                term = term.substring(language.elided(term));
            }
            if (term.isEmpty()) {
                // of a token that is nothing but Arabic tatweel, for one
                previousEnd = -1;
                gap(null);
                return;
            }
            boolean noisy = noise.covers(start, end);
            if (noisy || !accepts(term, surface, type)) {
                previousEnd = -1;
                gap(noisy ? Gap.ADDRESS : Character.isDigit(term.codePointAt(0)) ? Gap.NUMBER : null);
                return;
            }
            gap = null;
            if (CjkBigrams.isBigram(term) && CjkBigrams.isKatakana(term)) {
                surface = CjkBigrams.katakanaWord(text, start, end);
            }
            boolean adjacent = previousEnd >= 0 && next && !synonym && joins(text, previousEnd, start);
            sink.word(term, lowersCase(surface) ? Surfaces.lower(surface) : surface, adjacent);
            previousEnd = synonym ? -1 : end;
        }

        private void gap(Gap found) throws IOException {
            if (found != null && found != gap) {
                sink.gap(found);
            }
            gap = found;
        }

        private boolean accepts(String term, String surface, String type) {
            boolean piece = CJKBigramFilter.DOUBLE_TYPE.equals(type);
            return filter.accepts(term, surface)
                    && !CJKBigramFilter.SINGLE_TYPE.equals(type)
                    && !(piece && CjkBigrams.isFragment(term))
                    && (!foreign || !language.isFunctionWord(surface));
        }

        private boolean lowersCase(String surface) {
            boolean noun = foreign && language.capitalizesNouns();
            return noise.shouting() || (!noun && Surfaces.isCapitalized(surface));
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
