/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The function words that introduce a noun phrase: articles, other determiners, and prepositions that hardly ever stand
 * before anything else. What follows one, up to the next function word or punctuation, is a noun phrase more often than
 * not: {@code the public key}. Only languages in which such words are frequent are known. Immutable.
 */
public final class Introducers {
    private static final Map<Language, Set<String>> WORDS = new EnumMap<>(Map.of(
            Language.ENGLISH, words("""
                    a an the this that these those its their his her my your our each every any some no of for with
                    """),
            Language.GERMAN, words("""
                    der die das den dem des ein eine einen einem einer eines im zum zur vom beim mit für von
                    """),
            Language.FRENCH, words("le la les un une des du de au aux ce cet cette ces son sa ses leur leurs"),
            Language.SPANISH, words("el la los las un una unos unas del al su sus este esta estos estas de"),
            Language.ITALIAN, words("""
                    il lo la i gli le un uno una di del dello della dei degli delle al alla nel nella
                    """),
            Language.PORTUGUESE, words("o a os as um uma de do da dos das no na nos nas seu sua seus suas"),
            Language.DUTCH, words("de het een van dit deze zijn haar voor met")));

    private static final int LONGEST = WORDS.values().stream()
            .flatMap(Set::stream)
            .mapToInt(String::length)
            .max()
            .orElseThrow();

    private Introducers() {}

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /** Whether the introducers of the language are known; {@code null} counts as English. */
    public static boolean known(Language language) {
        return WORDS.containsKey(language == null ? Language.ENGLISH : language);
    }

    /**
     * Whether what ends directly before a position of a text, with only blanks between, introduces a noun: one of the
     * words, or a number ({@code 200 barrels}).
     *
     * @param language the language of the text; {@code null} counts as English
     * @param text the text
     * @param start the position at which a word begins
     */
    public static boolean precedes(Language language, String text, int start) {
        Set<String> words = WORDS.get(language == null ? Language.ENGLISH : language);
        int end = start;
        while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        if (words != null && end > 0 && end < start && Character.isDigit(text.charAt(end - 1))) {
            return true;
        }
        int from = end;
        while (from > 0 && end - from <= LONGEST && Character.isLetter(text.charAt(from - 1))) {
            from--;
        }
        return words != null
                && end < start
                && from < end
                && end - from <= LONGEST
                && words.contains(text.substring(from, end).toLowerCase(Locale.ROOT));
    }
}
