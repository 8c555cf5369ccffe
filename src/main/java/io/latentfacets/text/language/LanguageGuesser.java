/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.lucene.analysis.CharArrayMap;

/**
 * Guesses the language of a text from its function words. The language with the most distinct function words in the
 * text wins; a tie goes to the one that {@link Language} declares first. A text with too few function words has no
 * language. A text with at least as many characters of Chinese, Japanese or Korean as words is of one of these
 * languages, whatever else it quotes. Deterministic. The guesser reads no more than the first {@value #MAX_CHARS}
 * characters and stops as soon as the answer is clear. Stateless and thread-safe.
 *
 * <p>Another language wins over English only with more than twice as many function words. English texts quote and name
 * other languages more often than the other way round.
 */
public final class LanguageGuesser {
    public static final int MAX_CHARS = 3000;

    /**
     * The largest length of a word to look up, in characters. Longer words are rarely function words, and skipping them
     * saves most of the time.
     */
    private static final int MAX_LENGTH = 9;

    /**
     * The smallest number of distinct function words, or of characters of Chinese, Japanese and Korean, for a guess.
     */
    private static final int FEW = 3;

    /** The number of distinct function words from which a lead can be clear. */
    private static final int ENOUGH = 8;

    /** The factor by which the count of the leading language must exceed the counts of the others. */
    private static final int LEAD = 2;

    /** All characters of Chinese, Japanese and Korean that count are at or above this one. */
    private static final char CJK = '\u2e80';

    /** A text is Japanese if more than one in this many of its Chinese, Japanese and Korean characters is kana. */
    private static final int KANA = 10;

    private static final Language[] VALUES = Language.values();

    /**
     * A function word.
     *
     * @param languages the ordinals of the languages that have this function word
     * @param number the number of the word, unique among all function words
     */
    private record Hit(int[] languages, int number) {}

    /** What {@link #functionWord} returns for a part of a text with several function words. */
    public static final int SEVERAL = (1 << 14) - 1;

    private static final CharArrayMap<Hit> HITS = hits();

    /** The function words by their numbers. */
    private static final Hit[] NUMBERED = numbered();

    private LanguageGuesser() {}

    @SuppressWarnings("EnumOrdinal") // the ordinals do not leave this class
    private static CharArrayMap<Hit> hits() {
        CharArrayMap<Integer> masks = new CharArrayMap<>(8192, false);
        for (Language language : VALUES) {
            for (Object word : language.functionWords()) {
                char[] chars = (char[]) word;
                if (isCandidate(chars, chars.length)) {
                    masks.merge(chars, 1 << language.ordinal(), (a, b) -> a | b);
                }
            }
        }
        CharArrayMap<Hit> hits = new CharArrayMap<>(8192, false);
        for (Object entry : masks.keySet()) {
            char[] word = (char[]) entry;
            int mask = masks.get(word, 0, word.length);
            int[] languages = new int[Integer.bitCount(mask)];
            for (int i = 0, rest = mask; rest != 0; rest &= rest - 1) {
                languages[i++] = Integer.numberOfTrailingZeros(rest);
            }
            hits.put(word, new Hit(languages, hits.size()));
        }
        return CharArrayMap.unmodifiableMap(hits);
    }

    private static Hit[] numbered() {
        Hit[] numbered = new Hit[HITS.size()];
        if (numbered.length >= SEVERAL - 1) {
            throw new AssertionError("more function words than numbers: " + numbered.length);
        }
        for (Object word : HITS.keySet()) {
            Hit hit = HITS.get(word);
            numbered[hit.number] = hit;
        }
        return numbered;
    }

    /**
     * Guesses the language of a text without any character of Chinese, Japanese and Korean, from its parts in order,
     * exactly as {@link #guess} does. Each run of letters must lie within one part. Not thread-safe; reusable after
     * {@link #clear}.
     */
    public static final class Votes {
        private final char[] word = new char[MAX_LENGTH];
        private final int[] counts = new int[VALUES.length];
        private final long[] seen = new long[HITS.size() / Long.SIZE + 1];
        private Language clear;

        /** Forgets all parts. */
        public void clear() {
            Arrays.fill(counts, 0);
            Arrays.fill(seen, 0);
            clear = null;
        }

        /**
         * Adds a part, unless the language is clear already.
         *
         * @param functionWord what {@link #functionWord} returns for the part
         * @return whether no further part can change the answer
         */
        public boolean add(String text, int start, int end, int functionWord) {
            if (clear != null || start >= MAX_CHARS) {
                return true;
            }
            if (functionWord == SEVERAL || end > MAX_CHARS) {
                each(text, start, Math.min(end, MAX_CHARS), word, hit -> vote(hit));
            } else if (functionWord > 0) {
                vote(NUMBERED[functionWord - 1]);
            }
            return clear != null;
        }

        private void vote(Hit hit) {
            // only a count that grows can take the lead
            if (clear == null && count(hit, counts, seen) >= ENOUGH) {
                clear = clearest(counts);
            }
        }

        /** The language of the parts; {@code null} if they have too little evidence. */
        public Language language() {
            return clear == null ? leader(counts) : clear;
        }
    }

    /**
     * The function word in a part of a text, as {@link Votes} takes it: 0 for none, {@link #SEVERAL} for several.
     * Depends on nothing but the characters of the part.
     *
     * @param letters whether all characters of the part are letters of ASCII
     */
    public static int functionWord(String text, int start, int end, boolean letters) {
        if (letters && end - start > MAX_LENGTH) {
            return 0;
        }
        int[] found = new int[1];
        each(text, start, end, new char[MAX_LENGTH], hit -> found[0] = found[0] == 0 ? hit.number + 1 : SEVERAL);
        return found[0];
    }

    private static void each(String text, int start, int end, char[] word, Consumer<Hit> hits) {
        int length = 0;
        for (int i = start; i <= end; i++) {
            char c = i == end ? ' ' : text.charAt(i);
            if (isLetter(c)) {
                if (length < MAX_LENGTH) {
                    word[length] = lower(c);
                }
                length++;
                continue;
            }
            if (isCandidate(word, length)) {
                Hit hit = HITS.get(word, 0, length);
                if (hit != null) {
                    hits.accept(hit);
                }
            }
            length = 0;
        }
    }

    /** The language of a text, {@code null} if the text has too little evidence. */
    public static Language guess(String text) {
        int end = Math.min(text.length(), MAX_CHARS);
        char[] word = new char[MAX_LENGTH];
        int[] counts = new int[VALUES.length];
        long[] seen = new long[HITS.size() / Long.SIZE + 1];
        int cjk = 0;
        int kana = 0;
        int hangul = 0;
        int words = 0;
        int length = 0;
        for (int i = 0; i <= end; i++) {
            char c = i == end ? ' ' : text.charAt(i);
            if (isLetter(c)) {
                if (length < MAX_LENGTH) {
                    word[length] = lower(c);
                }
                if (c >= CJK && CjkBigrams.isCjk(c)) {
                    cjk++;
                    kana += CjkBigrams.isKana(c) ? 1 : 0;
                    hangul += CjkBigrams.isHangul(c) ? 1 : 0;
                }
                length++;
                continue;
            }
            words += length > 0 ? 1 : 0;
            if (isCandidate(word, length) && count(HITS.get(word, 0, length), counts, seen) > 0 && cjk < words) {
                Language clear = clearest(counts);
                if (clear != null) {
                    return clear;
                }
            }
            length = 0;
        }
        if (cjk >= words && cjk >= FEW) {
            return 2 * hangul > cjk ? Language.KOREAN : KANA * kana > cjk ? Language.JAPANESE : Language.CHINESE;
        }
        return leader(counts);
    }

    private static Language leader(int[] counts) {
        int best = best(counts);
        best = counts[best] > LEAD * counts[0] ? best : 0;
        return counts[best] >= FEW ? VALUES[best] : null;
    }

    /**
     * Whether the word may be a function word. Single ASCII letters are not: they name things, or are halves of
     * contractions.
     */
    private static boolean isCandidate(char[] word, int length) {
        return length > 0 && length <= MAX_LENGTH && (length > 1 || word[0] > 127);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c > 127 && isWordChar(c));
    }

    private static boolean isWordChar(char c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true; // vowels of Hindi
            default -> Character.isLetter(c);
        };
    }

    private static char lower(char c) {
        return c < 128 ? (char) (c | 0x20) : Character.toLowerCase(c);
    }

    /** Counts a function word unless the text had it before. Returns the largest count that has grown, or 0. */
    private static int count(Hit hit, int[] counts, long[] seen) {
        if (hit == null || (seen[hit.number >> 6] & 1L << hit.number) != 0) {
            return 0;
        }
        seen[hit.number >> 6] |= 1L << hit.number;
        int largest = 0;
        for (int language : hit.languages) {
            largest = Math.max(largest, ++counts[language]);
        }
        return largest;
    }

    private static int best(int[] counts) {
        int best = 0;
        for (int l = 1; l < counts.length; l++) {
            best = counts[l] > counts[best] ? l : best;
        }
        return best;
    }

    /** The language that leads clearly; null if none does. */
    private static Language clearest(int[] counts) {
        int best = best(counts);
        if (counts[best] < ENOUGH) {
            return null;
        }
        for (int l = 0; l < counts.length; l++) {
            if (l != best && LEAD * counts[l] >= counts[best]) {
                return null;
            }
        }
        return VALUES[best];
    }
}
