/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import java.util.Arrays;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/**
 * English function words. The word filter drops them from texts of every language, whatever the analyzer emits. No word
 * in this list is a content word of another language. Function words of other languages may be content words in English
 * ({@code die}, {@code war}), so the reader drops them only from texts of their own language, see {@link Language}.
 */
public final class StopWords {
    private static final String MORE = """
            about above across actually after afterwards again against ago all almost alone along already alright also
            although always am among amongst another any anybody anyhow anymore anyone anything anyway anyways anywhere
            apart aren arent around aside ask asked away
            became because become becomes becoming been before beforehand being below beside besides between beyond both
            came can cannot cant come comes coming could couldn couldnt
            did didn didnt do does doesn doesnt doing don done dont down during
            each either else elsewhere enough especially etc even ever every everybody everyone everything everywhere
            except
            few from further furthermore
            gave get gets getting give given gives giving go goes going gone gonna got gotten guess
            had hadn hadnt has hasn hasnt have haven havent having he hello hence her here hereby herein hers herself hey hi
            him himself his hither how however
            a.k.a e.g eg i.e ie ill im indeed instead isn isnt its itself ive
            just keep kept knew know known knows
            lately later least less let lets like likely likewise ll looking lot lots
            made mainly make makes making many may maybe me mean means meanwhile might mine more moreover most mostly much
            must my myself
            namely near nearly need needed needs neither never nevertheless next nobody none nonetheless noone nor nothing
            now nowhere
            obviously off often oh o.k ok okay once one ones only onto other others otherwise ought our ours ourselves out
            over overall own
            per perhaps please possibly pretty probably put
            quite
            rather re really regarding regards right
            said same saw say saying says see seem seemed seeming seems seen several shall she should shouldn shouldnt
            simply since so some somebody somehow someone something sometime sometimes somewhat somewhere soon sorry still
            stuff sure
            take taken takes taking tell than thank thanks thanx that's thats theirs them themselves thence thereafter
            thereby therefore therein thereof thing things think thinking those though thought three through throughout
            thru thus till together told too took toward towards tried tries true truly try trying two
            under unless unlike unlikely until up upon us use used uses using usually
            various ve very via viz vs p.s
            want wanted wants wasn wasnt way ways we well went were weren werent what whatever whatsoever when whence
            whenever where whereas whereby wherein whereupon wherever whether which whichever while whither who whoever
            whole whom whomever whose why willing within without won wont worth would wouldn wouldnt write writes wrote
            yeah yes yet you your yours yourself yourselves
            """;

    /** Unmodifiable; look-ups ignore case. */
    private static final CharArraySet SET = build();

    private StopWords() {}

    /** The words. Unmodifiable; look-ups ignore case. */
    static CharArraySet set() {
        return SET;
    }

    private static CharArraySet build() {
        CharArraySet set = new CharArraySet(512, true);
        set.addAll(EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
        set.addAll(Arrays.asList(MORE.trim().split("\\s+")));
        return CharArraySet.unmodifiableSet(set);
    }

    /**
     * Whether a word as written is a function word, a contraction of one ({@code they'll}) or a negation
     * ({@code isn't}).
     */
    public static boolean contains(String surface) {
        if (SET.contains(surface)) {
            return true;
        }
        int apostrophe = apostrophe(surface);
        if (apostrophe <= 0) {
            return false;
        }
        String head = surface.substring(0, apostrophe);
        return switch (surface.substring(apostrophe + 1)) {
            case "t", "T" -> head.endsWith("n") || head.endsWith("N");
            case "ll", "LL", "ve", "VE", "re", "RE", "d", "D", "m", "M" -> true;
            case "s", "S" -> SET.contains(head);
            default -> false;
        };
    }

    /** {@link #contains} for a word that is written in letters alone, without an apostrophe. */
    public static boolean containsLetters(char[] text, int start, int end) {
        return SET.contains(text, start, end - start);
    }

    /** Position of the first apostrophe, -1 if there is none. */
    static int firstApostrophe(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (isApostrophe(word.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isApostrophe(char c) {
        return c == '\'' || c == '\u2019' || c == '\u02bc' || c == '\uff07';
    }

    /** Position of the last apostrophe, straight or curly, -1 if there is none. */
    public static int apostrophe(String word) {
        for (int i = word.length() - 1; i >= 0; i--) {
            if (isApostrophe(word.charAt(i))) {
                return i;
            }
        }
        return -1;
    }
}
