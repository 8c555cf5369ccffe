/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import io.latentfacets.text.language.LanguageGuesser;
import io.latentfacets.text.tokens.Noise;
import io.latentfacets.text.tokens.PlainText;
import io.latentfacets.text.tokens.TokenByToken;
import io.latentfacets.text.tokens.TokenMemo;
import io.latentfacets.text.tokens.Tokens;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Reads documents into bags as a {@link WordReader} with a {@link BagBuilder} does, bit for bit, but remembers what
 * became of a token: a word of the vocabulary, an unknown word, no word, or nothing at all. The analyzer sees only the
 * tokens that the memo does not hold, all of a document at once. For analyzers that work token by token; values that
 * are not plain text go through the reader, and so do whole documents that are long. Thread-safe: threads share the
 * memo, and each call uses memory of its own, of at most {@value #MAX_CALL} bytes without its bag.
 *
 * <p>A value is read twice. The first time gives the tokens, and by their function words the language; the second time,
 * over the tokens only, counts what they are in that language.
 */
final class QuickReader {
    /**
     * What the analyzer makes nothing of, or the reader no word, or what is noise. Of whatever kind it is, the words on
     * both sides are no neighbours.
     */
    private static final int NO_WORD = 1;

    private static final int UNKNOWN = 2;
    /** From here on follow the ids of the vocabulary. */
    private static final int KNOWN = 3;

    /** What becomes of a token takes the lowest bits of its number; its function word, for the guess, the others. */
    private static final int BITS = 18;

    private static final int MASK = (1 << BITS) - 1;

    /** The number of a token that is noise. Its function words count, but nothing is remembered of it. */
    private static final int NOISE = (LanguageGuesser.SEVERAL << BITS) | NO_WORD;

    /**
     * The largest number of characters of a document, and of its values, that is read here. A call holds the tokens of
     * a whole document; the reader streams, so that no document, however long, takes more.
     */
    static final int MOST_CHARACTERS = 1 << 16;

    /** A bound of what a call holds of a document's tokens, in bytes: at most half as many tokens as characters. */
    static final int MAX_CALL = 16 * MOST_CHARACTERS;

    /** The largest memory of a call that is kept for later calls, in bytes. */
    private static final int MAX_KEPT = 3 << 17;

    private final WordReader reader;
    private final Function<List<FieldText>, ReadDocument> slowly;
    private final Vocabulary vocabulary;
    private final int longest;
    private final TokenMemo memo = new TokenMemo();
    private final Queue<Pass> idle = new ConcurrentLinkedQueue<>();

    private QuickReader(
            WordReader reader, Function<List<FieldText>, ReadDocument> slowly, Vocabulary vocabulary, int longest) {
        this.reader = reader;
        this.slowly = slowly;
        this.vocabulary = vocabulary;
        this.longest = longest;
    }

    /**
     * A reader with a memo of its own.
     *
     * @param reader a reader with the same analyzer
     * @param slowly reads a document without a memo
     * @return {@code null} if only the other reader can read texts of this analyzer, or for this vocabulary
     */
    static QuickReader of(
            Analyzer analyzer,
            WordReader reader,
            Function<List<FieldText>, ReadDocument> slowly,
            Vocabulary vocabulary) {
        int longest = TokenByToken.longestToken(analyzer, WordReader.FIELD);
        return longest == 0 || vocabulary.size() > MASK - KNOWN
                ? null
                : new QuickReader(reader, slowly, vocabulary, longest);
    }

    /** Reads a document; its unknown words are analyzed when somebody asks for them, since hardly anybody does. */
    ReadDocument read(List<FieldText> doc) throws IOException {
        if (isLong(doc)) {
            return slowly.apply(doc);
        }
        Pass pass = idle.poll();
        if (pass == null) {
            pass = new Pass();
        }
        ReadDocument read = pass.read(doc);
        assert pass.tokenBytes() <= MAX_CALL : pass.tokenBytes();
        if (pass.bytes() <= MAX_KEPT) {
            idle.add(pass); // not if it failed: the bag may hold words of this document
        }
        return read;
    }

    /** Whether a document has too many characters or values to hold its tokens. */
    static boolean isLong(List<FieldText> doc) {
        return size(doc) > MOST_CHARACTERS;
    }

    /** The number of characters and values of a document: an empty value takes memory too. */
    static long size(List<FieldText> doc) {
        long size = doc.size();
        for (FieldText field : doc) {
            size += field.text().length();
        }
        return size;
    }

    /** The memory of one call. */
    private final class Pass implements WordReader.Sink {
        private final Tokens tokens = new Tokens();
        private final LanguageGuesser.Votes votes = new LanguageGuesser.Votes();
        private final BagBuilder bag = new BagBuilder(vocabulary);
        private final int[] unknownTokens = new int[3 * ReadDocument.MOST_UNKNOWN]; // value, start and end of each
        private int[] missed = new int[64];
        private int misses;
        private int words;
        private int unknown;

        /** The memory that it holds, in bytes. */
        long bytes() {
            return tokenBytes() + bag.bytes();
        }

        /** The part of it that grows with the number of tokens, not of different words. */
        long tokenBytes() {
            return tokens.bytes() + (long) Integer.BYTES * missed.length;
        }

        ReadDocument read(List<FieldText> doc) throws IOException {
            int[] ends = new int[doc.size()];
            boolean[] plain = new boolean[doc.size()];
            Language[] languages = new Language[doc.size()];
            Noise[] noise = new Noise[doc.size()];
            tokens.shorten(0);
            words = 0;
            unknown = 0;
            for (int i = 0; i < ends.length; i++) {
                String text = doc.get(i).text();
                int from = tokens.size();
                plain[i] = PlainText.read(text, longest, tokens);
                if (plain[i]) {
                    noise[i] = tokens.prose() ? Noise.NONE : Noise.of(text);
                    find(text, from, tokens.size(), noise[i], null);
                    languages[i] = guess(text, from);
                } else {
                    tokens.shorten(from);
                    languages[i] = LanguageGuesser.guess(text);
                }
                ends[i] = tokens.size();
            }
            reader.inherit(doc, languages);
            for (int i = 0; i < ends.length; i++) {
                if (plain[i]) {
                    count(i, doc.get(i), i == 0 ? 0 : ends[i - 1], ends[i], noise[i], languages[i]);
                } else {
                    reader.read(doc.get(i), languages[i], this);
                }
            }
            return new ReadDocument(bag.build(), words, unknown, unknownWords(doc, plain, languages));
        }

        private List<ReadDocument.Word> unknownWords(List<FieldText> doc, boolean[] plain, Language[] languages) {
            if (unknown == 0) {
                return List.of();
            }
            for (boolean each : plain) {
                if (!each) {
                    return new UnknownWords(() -> slowly.apply(doc).unknownWords());
                }
            }
            int[] at = Arrays.copyOf(unknownTokens, 3 * Math.min(unknown, ReadDocument.MOST_UNKNOWN));
            return UnknownWords.of(reader, doc, at, languages);
        }

        private Language guess(String text, int from) {
            votes.clear();
            for (int i = from; i < tokens.size(); i++) {
                int functionWord = tokens.value(i) >>> BITS;
                // of a token that the guesser cuts, the rest may be a function word
                if ((functionWord != 0 || tokens.end(i) > LanguageGuesser.MAX_CHARS)
                        && votes.add(text, tokens.start(i), tokens.end(i), functionWord)) {
                    break;
                }
            }
            return votes.language();
        }

        /** Finds out what becomes of tokens in a language; {@code null} for English and unknown ones. */
        private void find(String text, int from, int to, Noise noise, Language language) throws IOException {
            misses = 0;
            int kind = kind(language);
            char[] chars = tokens.chars();
            boolean prose = noise.isEmpty();
            int stretch = 0;
            for (int i = from; i < to; i++) {
                int start = tokens.start(i);
                int end = tokens.end(i);
                stretch = prose ? 0 : noise.stretch(stretch, start);
                int value = !prose && noise.beginsBefore(stretch, end)
                        ? NOISE
                        : memo.get(chars, start, end, tokens.key(i), kind);
                tokens.value(i, value);
                if (value == TokenMemo.NONE) {
                    if (misses == missed.length) {
                        missed = Arrays.copyOf(missed, 2 * misses);
                    }
                    missed[misses++] = i;
                }
            }
            if (misses > 0) {
                analyze(text, language);
            }
        }

        @SuppressWarnings("EnumOrdinal") // a key of entries that do not outlive the reader
        private static int kind(Language language) {
            return language == null ? 0 : language.ordinal() + 1;
        }

        /** Has the analyzer read the tokens that the memo does not hold. */
        private void analyze(String text, Language language) throws IOException {
            StringBuilder lines = new StringBuilder(16 * misses);
            for (int i = 0; i < misses; i++) {
                lines.append(text, tokens.start(missed[i]), tokens.end(missed[i]))
                        .append('\n');
            }
            Answers answers = new Answers(text, lines.toString(), language);
            reader.analyze(answers.lines, answers);
            answers.end();
        }

        /** Takes what the analyzer makes of the missed tokens, one a line; of some it makes nothing. */
        private final class Answers implements WordReader.Tokens {
            private final String text;
            private final String lines;
            private final Language language;
            private int miss;
            private int line; // where the line of this miss starts

            Answers(String text, String lines, Language language) {
                this.text = text;
                this.lines = lines;
                this.language = language;
            }

            @Override
            public void token(CharTermAttribute term, int start, int end, String type, boolean next) {
                while (line < start) {
                    become(NO_WORD);
                }
                assert line == start : lines + " at " + line + ", not " + start;
                become(word(term, start, end, type));
                assert line == end + 1 : lines + " at " + line + ", not " + end;
            }

            private int word(CharTermAttribute term, int start, int end, String type) {
                int token = missed[miss];
                if (tokens.key(token) == 0) {
                    ReadDocument.Word word = reader.word(term.toString(), lines, start, end, type, language, false);
                    return word == null ? NO_WORD : known(vocabulary.id(word.term()));
                }
                return reader.isWord(term, tokens.chars(), tokens.start(token), tokens.end(token), language)
                        ? known(vocabulary.id(term.buffer(), term.length()))
                        : NO_WORD;
            }

            private static int known(int id) {
                return id < 0 ? UNKNOWN : KNOWN + id;
            }

            void end() {
                while (miss < misses) {
                    become(NO_WORD);
                }
            }

            private void become(int value) {
                int token = missed[miss++];
                int from = tokens.start(token);
                int to = tokens.end(token);
                long key = tokens.key(token);
                int all = language == null
                        ? (LanguageGuesser.functionWord(text, from, to, key != 0) << BITS) | value
                        : value;
                tokens.value(token, all);
                memo.put(tokens.chars(), from, to, key, kind(language), all);
                line += to - from + 1;
            }
        }

        /** Counts the tokens of a value. */
        private void count(int number, FieldText field, int from, int to, Noise noise, Language language)
                throws IOException {
            String text = field.text();
            if (WordReader.isForeign(language)) {
                tokens.text(text);
                find(text, from, to, noise, language);
            }
            bag.field(field.weight());
            int previous = -1; // the known word before, if only a gap lies between
            int previousEnd = -1;
            for (int i = from; i < to; i++) {
                int id = (tokens.value(i) & MASK) - KNOWN;
                if (id >= 0) {
                    bag.add(id);
                    int phrase = previous < 0 ? -1 : vocabulary.phrase(previous, id);
                    if (phrase >= 0 && WordReader.joins(text, previousEnd, tokens.start(i))) {
                        bag.add(phrase);
                    }
                    words++;
                    previousEnd = tokens.end(i);
                } else if (id == UNKNOWN - KNOWN) {
                    words++;
                    if (unknown < ReadDocument.MOST_UNKNOWN) {
                        unknownTokens[3 * unknown] = number;
                        unknownTokens[3 * unknown + 1] = tokens.start(i);
                        unknownTokens[3 * unknown + 2] = tokens.end(i);
                    }
                    unknown++;
                }
                previous = id;
            }
        }

        @Override
        public void field(float weight, Language language) {
            bag.field(weight);
        }

        @Override
        public void word(String term, String surface, boolean adjacent) {
            int id = vocabulary.id(term);
            bag.word(id, adjacent);
            words++;
            unknown += id < 0 ? 1 : 0;
        }
    }
}
