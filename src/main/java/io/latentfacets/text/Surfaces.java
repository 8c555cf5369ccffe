/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.StopWords;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Chooses the form in which a word is shown: as people wrote it most often. Stateless and thread-safe. */
final class Surfaces {
    /** The smallest share of a word's occurrences in capitals that makes it an acronym. */
    private static final double ACRONYM = 0.8;

    /** The smallest share of a phrase's occurrences in the plural that makes the plural its surface. */
    private static final double PLURAL = 0.125;

    private Surfaces() {}

    /**
     * The word at the given offsets, without surrounding punctuation and possessive s. If the offsets do not hold a
     * single word, the result is {@code term}.
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

    /**
     * Whether a character at the edge of a word is not part of it: neither a letter, a digit, a combining mark nor a
     * surrogate.
     */
    static boolean isEdge(char c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.SURROGATE -> false;
            default -> !Character.isLetterOrDigit(c);
        };
    }

    static String lower(String surface) {
        return surface.toLowerCase(Locale.ROOT);
    }

    /** Whether the first letter is the only capital among small letters. What this means depends on the language. */
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
     * Chooses the form to show. The form with the most occurrences, regardless of case, wins; ties go to the first in
     * the order of {@link String#compareTo}. The result is in capitals if that form is nearly always in capitals.
     * Otherwise, any other spelling with more than half of the occurrences wins. If there is none, the result is in
     * lower case.
     *
     * @param counts the number of occurrences of each form, at least one form
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

    /**
     * The plural of a noun phrase if people write it often enough, because a label names many things; else the phrase.
     *
     * @param counts the number of occurrences of each form
     * @param surface the form that {@link #choose} chose
     */
    static String plural(Map<String, Integer> counts, String surface) {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        for (String ending : List.of("s", "es")) {
            String plural = lower(surface) + ending;
            int n = counts.entrySet().stream()
                    .filter(form -> lower(form.getKey()).equals(plural))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            if (n > 1 && n >= PLURAL * all) {
                return surface + ending;
            }
        }
        return surface;
    }

    /** Joins two surfaces, with a space between unless the scripts of both use none. */
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
