/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.StopWords;
import java.util.List;

/** Decides which analyzed words may become vocabulary at all, from the word alone. Immutable and thread-safe. */
final class WordFilter {
    private static final int MAX_LENGTH = 40;
    private static final int MAX_DIGITS = 5;

    private final TermPatterns exclude;

    WordFilter(List<String> exclude) {
        this.exclude = TermPatterns.of("text.exclude", exclude);
    }

    /**
     * Whether the word says something.
     *
     * @param term the word as the analyzer gives it
     * @param surface the word as written
     */
    boolean accepts(String term, String surface) {
        return term.length() <= MAX_LENGTH
                && isWord(term)
                && !isQuantity(surface)
                && !isHost(surface)
                // Stop words are tested as written: stems of content words collide with them (doe → do, uses → us).
                && !StopWords.contains(surface)
                && !exclude.matches(term)
                && !exclude.matches(surface);
    }

    /** At least one letter, and at least two characters unless one is a word in its script. */
    private static boolean isWord(String term) {
        if (term.codePointCount(0, term.length()) == 1) {
            int c = term.codePointAt(0);
            return Character.isIdeographic(c) || Character.UnicodeScript.of(c) == Character.UnicodeScript.HANGUL;
        }
        return term.codePoints().anyMatch(Character::isLetter);
    }

    /**
     * Numbers with an ordinal ending or a one-letter unit, such as 20th, 90s or 10k, and serial or hexadecimal numbers.
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

    /** Internet host names: a known ending, or a country code after two more labels of some length. */
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
