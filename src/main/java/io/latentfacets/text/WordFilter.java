/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.StopWords;
import java.util.List;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Decides from a word alone whether it may enter the vocabulary. Immutable and thread-safe. */
final class WordFilter {
    private static final int MAX_LENGTH = 40;
    private static final int MAX_DIGITS = 5;

    private final TermPatterns exclude;

    WordFilter(List<String> exclude) {
        this.exclude = TermPatterns.of("text.exclude", exclude);
    }

    /**
     * Whether the word may enter the vocabulary.
     *
     * @param term the word as the analyzer emits it
     * @param surface the word as written
     */
    boolean accepts(String term, String surface) {
        return term.length() <= MAX_LENGTH
                && isWord(term)
                && !isQuantity(surface)
                && !isHost(surface)
                // Look up the surface: stems of content words collide with stop words (doe → do, uses → us).
                && !StopWords.contains(surface)
                && !exclude.matches(term)
                && !exclude.matches(surface);
    }

    /**
     * {@link #accepts} for a word that is written in letters of ASCII alone: it has no digit and no dot.
     *
     * @param term the word as the analyzer emits it
     * @param text characters with the word as written
     */
    boolean acceptsLetters(CharTermAttribute term, char[] text, int start, int end) {
        return term.length() <= MAX_LENGTH
                && isWord(term)
                && !StopWords.containsLetters(text, start, end)
                && (exclude.isEmpty()
                        || (!exclude.matches(term.toString())
                                && !exclude.matches(new String(text, start, end - start))));
    }

    /** Whether the term has a letter and at least two characters. One ideograph or one Hangul character is enough. */
    private static boolean isWord(CharSequence term) {
        int length = term.length();
        if (length == 0) {
            return false;
        }
        int first = Character.codePointAt(term, 0);
        if (Character.charCount(first) == length) {
            return Character.isIdeographic(first)
                    || Character.UnicodeScript.of(first) == Character.UnicodeScript.HANGUL;
        }
        for (int i = 0, c; i < length; i += Character.charCount(c)) {
            c = Character.codePointAt(term, i);
            if (Character.isLetter(c)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the word is a number, alone or with an ordinal ending or a one-letter unit such as 20th, 90s or 10k, or a
     * serial or hexadecimal number.
     */
    private static boolean isQuantity(String surface) {
        int digits = 0;
        int leading = 0;
        for (int i = 0; i < surface.length(); i++) {
            char c = surface.charAt(i);
            if (Character.isDigit(c)) {
                digits++;
            }
            if (i == leading && (Character.isDigit(c) || c == '.' || c == ',')) {
                leading++;
            }
        }
        if (digits == 0) {
            return false;
        }
        return digits > MAX_DIGITS || (leading > 0 && isUnit(surface.substring(leading), surface));
    }

    private static boolean isUnit(String rest, String surface) {
        return switch (rest) {
            case "d", "D", "g", "G" -> false; // 3d, 5g
            case "st", "nd", "rd", "th", "am", "pm", "ST", "ND", "RD", "TH", "AM", "PM" -> true;
            default -> rest.length() <= 1 || surface.startsWith("0x") || surface.startsWith("0X");
        };
    }

    /**
     * Whether the word is the name of an Internet host: it has a known ending, has a country code after at least two
     * labels, or starts with {@code www.}.
     */
    private static boolean isHost(String surface) {
        int dot = surface.lastIndexOf('.');
        if (dot <= 0) {
            return false;
        }
        boolean country = surface.length() - dot == 3 && surface.indexOf('.') < dot - 2 && dot > 4;
        return switch (surface.substring(dot + 1)) {
            case "com", "edu", "gov", "mil", "org", "COM", "EDU", "GOV", "MIL", "ORG" -> true;
            case "net", "NET" -> surface.indexOf('.') < dot;
            default -> country || surface.startsWith("www.");
        };
    }
}
