/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.StopWords;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How a word is shown: as people wrote it most often. */
final class Surfaces {
    /** Share of a word's occurrences in capitals from which on it is taken for an acronym. */
    private static final double ACRONYM = 0.8;

    private Surfaces() {}

    /**
     * The word at the given offsets without surrounding punctuation and possessive s; the term if that is no single
     * word.
     */
    static String clean(String text, int start, int end, String term) {
        int from = Math.max(0, start);
        int to = end;
        while (from < to && isEdge(text.charAt(from))) {
            from++;
        }
        while (from < to && isEdge(text.charAt(to - 1)) && "+#".indexOf(text.charAt(to - 1)) < 0) {
            to--;
        }
        if (from >= to || to - from > 3 * term.length() + 8) {
            return term;
        }
        String surface = text.substring(from, to);
        boolean possessive = (surface.endsWith("s") || surface.endsWith("S"))
                && surface.length() > 2
                && StopWords.apostrophe(surface) == surface.length() - 2;
        if (possessive && !StopWords.contains(surface)) {
            surface = surface.substring(0, surface.length() - 2);
        }
        for (int i = 0; i < surface.length(); i++) {
            char c = surface.charAt(i);
            if (c <= ' ' || c == '<' || c == '>') {
                return term;
            }
        }
        return surface;
    }

    /** Whether a character is not part of a word at its edges: anything but letters, digits and the marks on them. */
    static boolean isEdge(char c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.SURROGATE -> false;
            default -> !Character.isLetterOrDigit(c);
        };
    }

    static String lower(String surface) {
        return surface.toLowerCase(Locale.ROOT);
    }

    /** Whether the first letter is the only capital among small ones; what that means depends on the language. */
    static boolean isCapitalized(String surface) {
        boolean small = false;
        for (int i = surface.length() - 1; i > 0; i--) {
            char c = surface.charAt(i);
            if (Character.isUpperCase(c)) {
                return false;
            }
            small |= Character.isLowerCase(c);
        }
        return small && Character.isUpperCase(surface.charAt(0));
    }

    /**
     * The form to show, given how often each form was written: the most frequent one, case apart and ties in the order
     * of the alphabet; in lower case unless it is nearly always in capitals, or mostly with the same letters in
     * capitals.
     */
    static String choose(Map<String, Integer> counts) {
        SortedMap<String, Integer> folded = new TreeMap<>();
        counts.forEach((form, n) -> folded.merge(lower(form), n, Integer::sum));
        String best = null;
        int most = 0;
        for (Map.Entry<String, Integer> e : folded.entrySet()) {
            if (e.getValue() > most) {
                best = e.getKey();
                most = e.getValue();
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("no forms");
        }
        String capitals = best.toUpperCase(Locale.ROOT);
        boolean acronym = !capitals.equals(best)
                && best.codePoints().filter(Character::isLetter).count() >= 2
                && counts.getOrDefault(capitals, 0) >= ACRONYM * most;
        if (acronym) {
            return capitals;
        }
        for (Map.Entry<String, Integer> e : counts.entrySet()) {
            if (2 * e.getValue() > most
                    && lower(e.getKey()).equals(best)
                    && !e.getKey().equals(capitals)) {
                return e.getKey();
            }
        }
        return best;
    }

    /** Two surfaces as one: with a space between, except in scripts that use none. */
    static String join(String first, String second) {
        return spaceless(first.codePointBefore(first.length())) && spaceless(second.codePointAt(0))
                ? first + second
                : first + " " + second;
    }

    private static boolean spaceless(int c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
            default -> false;
        };
    }
}
