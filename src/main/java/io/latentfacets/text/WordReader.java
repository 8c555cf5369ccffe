/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.CjkBigrams;
import io.latentfacets.text.language.Introducers;
import io.latentfacets.text.language.Language;
import io.latentfacets.text.language.LanguageGuesser;
import io.latentfacets.text.tokens.Gap;
import io.latentfacets.text.tokens.Noise;
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
 * Turns text into words in one pass of an analyzer. The reader drops what {@link Noise} and {@link WordFilter} reject,
 * and the function words of the text's own {@link Language}. Learning and encoding both read through this class, so
 * they agree. Thread-safe, because analyzers keep a stream per thread.
 *
 * <p>The reader guesses the language of each value of a field. A value too short for a guess takes the language of the
 * document's longest value with a guess, or else that of the analyzer unless this is English.
 */
final class WordReader {
    /** Receives the words of a text in order. */
    interface Sink {
        /**
         * Starts a value of a field.
         *
         * @param weight the count of one occurrence of a word in the value
         * @param language the language of the value, {@code null} if not known
         */
        void field(float weight, Language language) throws IOException;

        /**
         * Receives a word.
         *
         * @param term the word as the analyzer emits it, without an elided article
         * @param surface the word as written, without an elided article. It is in lower case if most of the text is in
         *     capitals, or if only its first letter is a capital in a language that does not capitalize nouns
         * @param adjacent whether the sink also received the previous word of the text, and only white space or one
         *     hyphen lies between
         */
        void word(String term, String surface, boolean adjacent) throws IOException;

        /** Receives a gap between words. The reader reports a run of gaps of the same kind once. */
        default void gap(Gap gap) throws IOException {}

        /**
         * Announces that a word that introduces a noun stands directly before the next word, see {@link Introducers}.
         */
        default void introduced() throws IOException {}
    }

    /** Gets the tokens that the analyzer emits. */
    @FunctionalInterface
    interface Tokens {
        /**
         * @param term what the analyzer makes of the token; valid during the call
         * @param next whether the token's position is the one after that of the token before
         */
        void token(CharTermAttribute term, int start, int end, String type, boolean next) throws IOException;
    }

    /** The field that the analyzer is asked for. */
    static final String FIELD = "text";

    private static final String SYNONYM = "SYNONYM";

    /** The token type of ideographs in analyzers that do not combine them into words. */
    private static final String IDEOGRAPH = StandardTokenizer.TOKEN_TYPES[StandardTokenizer.IDEOGRAPHIC];

    private final Analyzer analyzer;
    private final WordFilter filter;
    private final Language ofAnalyzer;

    /**
     * @param analyzer the analyzer that {@code options} names; the caller closes it
     * @param options the text options
     */
    WordReader(Analyzer analyzer, TextOptions options) {
        this.analyzer = analyzer;
        this.filter = new WordFilter(options.exclude());
        Language language = Language.ofAnalyzer(options.analyzer());
        this.ofAnalyzer = language == Language.ENGLISH ? null : language; // the default says nothing of the text
    }

    void read(List<FieldText> doc, Sink sink) throws IOException {
        Language[] languages = new Language[doc.size()];
        for (int i = 0; i < languages.length; i++) {
            languages[i] = LanguageGuesser.guess(doc.get(i).text());
        }
        inherit(doc, languages);
        for (int i = 0; i < languages.length; i++) {
            read(doc.get(i), languages[i], sink);
        }
    }

    /** Gives each value without a guess the language that it takes from the others, or from the analyzer. */
    void inherit(List<FieldText> doc, Language[] languages) {
        Language ofDocument = ofAnalyzer;
        int longest = 0;
        for (int i = 0; i < languages.length; i++) {
            int length = doc.get(i).text().length();
            if (languages[i] != null && length > longest) {
                longest = length;
                ofDocument = languages[i];
            }
        }
        for (int i = 0; i < languages.length; i++) {
            languages[i] = languages[i] == null ? ofDocument : languages[i];
        }
    }

    /** Reads one value of a field, of a known language. */
    void read(FieldText field, Language language, Sink sink) throws IOException {
        if (!field.text().isEmpty()) {
            sink.field(field.weight(), language);
            new Text(field.text(), language, sink).read();
        }
    }

    /** Passes on what the analyzer makes of a text, whatever this class would make of that. */
    void analyze(String text, Tokens tokens) throws IOException {
        try (TokenStream stream = analyzer.tokenStream(FIELD, text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            OffsetAttribute offsets = stream.addAttribute(OffsetAttribute.class);
            PositionIncrementAttribute increment = stream.addAttribute(PositionIncrementAttribute.class);
            TypeAttribute type = stream.addAttribute(TypeAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                tokens.token(
                        term,
                        offsets.startOffset(),
                        Math.min(offsets.endOffset(), text.length()),
                        type.type(),
                        increment.getPositionIncrement() == 1);
            }
            stream.end();
        }
    }

    /**
     * The word that a token is, whatever stands beside it; {@code null} if it is none. Does not know of noise, nor of
     * tokens that this class makes of ideographs.
     *
     * @param analyzed what the analyzer makes of the token
     * @param text a text with the token
     * @param type the type of the token
     * @param shouting whether most of the token's own text is in capitals
     */
    ReadDocument.Word word(
            String analyzed, String text, int start, int end, String type, Language language, boolean shouting) {
        String term = analyzed;
        String surface = Surfaces.clean(text, start, end, term);
        if (isForeign(language)) {
            surface = surface.substring(language.elided(surface));
            term = term.substring(language.elided(term));
        }
        return !term.isEmpty() && accepts(term, surface, type, language)
                ? new ReadDocument.Word(term, written(surface, language, shouting))
                : null;
    }

    /**
     * Whether {@link #word} takes a token for a word, where the token is letters of ASCII alone; needs no objects.
     *
     * @param analyzed what the analyzer makes of the token
     * @param text characters with the token
     */
    boolean isWord(CharTermAttribute analyzed, char[] text, int start, int end, Language language) {
        return filter.acceptsLetters(analyzed, text, start, end)
                && (!isForeign(language) || !language.isFunctionWord(text, start, end));
    }

    /** A word as the sink gets it: small letters where capitals mean nothing. */
    private static String written(String surface, Language language, boolean shouting) {
        boolean noun = isForeign(language) && language.capitalizesNouns();
        return shouting || (!noun && Surfaces.isCapitalized(surface)) ? Surfaces.lower(surface) : surface;
    }

    /** Whether a language is a known one other than English, whose function words the filter knows. */
    static boolean isForeign(Language language) {
        return language != null && language != Language.ENGLISH;
    }

    private boolean accepts(String term, String surface, String type, Language language) {
        boolean piece = CJKBigramFilter.DOUBLE_TYPE.equals(type);
        return filter.accepts(term, surface)
                && !CJKBigramFilter.SINGLE_TYPE.equals(type)
                && !(piece && CjkBigrams.isFragment(term))
                && (!isForeign(language) || !language.isFunctionWord(surface));
    }

    /** Reads one value of a field. */
    private final class Text {
        private final String text;
        private final Language language;
        private final boolean foreign;
        private final Sink sink;
        private final Noise noise;
        private final boolean shouting;
        private int previousEnd = -1; // of the previous token if it became a word, else -1
        private String ideograph; // the last token if it was a single ideograph, else null
        private int ideographStart;
        private boolean ideographGiven;
        private Gap gap; // the kind of the last token, null if it was no gap

        Text(String text, Language language, Sink sink) {
            this.text = text;
            this.language = language;
            this.foreign = isForeign(language);
            this.sink = sink;
            this.noise = Noise.of(text);
            this.shouting = Noise.isShouting(text);
        }

        void read() throws IOException {
            analyze(text, (analyzed, start, end, type, next) -> {
                String term = analyzed.toString();
                if (isIdeograph(term) && IDEOGRAPH.equals(type)) {
                    ideograph(term, start, end, next);
                } else {
                    endIdeographs();
                    token(term, start, end, type, next);
                }
            });
            endIdeographs();
        }

        private static boolean isIdeograph(String term) {
            return term.length() == 1 && term.charAt(0) > 127 && Character.isIdeographic(term.charAt(0));
        }

        /** Combines adjacent ideographs into pairs, like the CJK analyzer. Analyzers for other languages do not. */
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
            boolean elided = false;
            if (foreign) {
                elided = language.elided(surface) > 0;
                surface = surface.substring(language.elided(surface));
                term = term.substring(language.elided(term));
            }
            if (term.isEmpty()) {
                // for example, the analyzer leaves nothing of a token of Arabic tatweel
                previousEnd = -1;
                gap(null);
                return;
            }
            boolean noisy = noise.covers(start, end);
            if (noisy || !accepts(term, surface, type, language)) {
                previousEnd = -1;
                gap(noisy ? Gap.ADDRESS : Character.isDigit(term.codePointAt(0)) ? Gap.NUMBER : null);
                return;
            }
            gap = null;
            if (CjkBigrams.isBigram(term) && CjkBigrams.isKatakana(term)) {
                surface = CjkBigrams.katakanaWord(text, start, end);
            }
            boolean adjacent = previousEnd >= 0 && next && !synonym && joins(text, previousEnd, start);
            if (elided || (!adjacent && !synonym && Introducers.precedes(language, text, start))) {
                sink.introduced();
            }
            sink.word(term, written(surface, language, shouting), adjacent);
            previousEnd = synonym ? -1 : end;
        }

        private void gap(Gap found) throws IOException {
            if (found != null && found != gap) {
                sink.gap(found);
            }
            gap = found;
        }
    }

    /** Whether only white space with at most one line break, or a single hyphen, lies between two words. */
    static boolean joins(String text, int from, int to) {
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
