/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a term's surface form. Decides whether a label can show the term, and whether two terms have the same
 * meaning. Uses surface forms only, because two analyzed terms can be one word to a reader: "encrypted", "encryption".
 * Immutable and thread-safe.
 */
final class TermWords {
    /** Words with a shorter common stem may differ only by a plural "s": "car" and "care" are not related. */
    private static final int MIN_STEM = 4;

    /** Words with a common stem at least this long are related if they differ only by short endings, whatever these. */
    private static final int LONG_STEM = 6;

    private static final int MAX_ENDING = 3;

    /**
     * Endings of related English words. Related words of other languages mostly differ by few letters too, or have a
     * {@link #LONG_STEM}.
     */
    private static final Set<String> ENDINGS = words("""
        s es 's e d ed er ers ing ings ion ions or ors ly al y ies ied ity ist ists ism ian ians an ans i is
        ic ics ish ment ments able ation ations n en em
        """);

    private static final Set<String> STOP_WORDS = words("""
        am an as at be by do he if in is it me my no of on or so to up us we about above after again all
        also although always among and another any anyone anything are aren around because been before being
        between both but can cannot could couldn did didn does doesn doing don done during each either else
        even ever every few for from further get gets getting give given got had hadn has hasn have haven
        having her here hers him his how however into isn its itself just like make many may maybe might
        more most much must neither never nor not now off once one only other others our ours out over own
        perhaps quite rather really same she should shouldn since some something still such than that the
        their theirs them then there these they thing things this those though through thus too under until
        upon very was wasn were weren what whatever when where whether which while who whom whose why will
        with within without won would wouldn yet you your yours yourself
        """);

    private final String surface;
    private final List<String> words;

    TermWords(String surface) {
        this.surface = surface;
        this.words = Arrays.stream(surface.toLowerCase(Locale.ROOT).split("[\\s_]+"))
                .filter(w -> !w.isEmpty())
                .toList();
    }

    String surface() {
        return surface;
    }

    /** The number of words. */
    int size() {
        return words.size();
    }

    /**
     * Whether a label can show this term: it consists mostly of letters, is not a single letter (ideographs excepted),
     * and has other words than function words.
     */
    boolean showable() {
        int letters = 0;
        int others = 0;
        boolean ideographic = false;
        for (int i = 0; i < surface.length(); ) {
            int c = surface.codePointAt(i);
            letters += Character.isLetter(c) ? 1 : 0;
            others += Character.isLetter(c) || Character.isWhitespace(c) ? 0 : 1;
            ideographic |= Character.isIdeographic(c);
            i += Character.charCount(c);
        }
        return letters > others && (letters > 1 || ideographic) && !STOP_WORDS.containsAll(words);
    }

    /** Whether this term is longer and every word of the other term is related to one of its words. */
    boolean contains(TermWords other) {
        return (words.size() > other.words.size() || isCompoundOf(other))
                && other.words.stream().allMatch(o -> words.stream().anyMatch(w -> related(w, o)));
    }

    private boolean isCompoundOf(TermWords other) {
        return Character.isIdeographic(surface.codePointAt(0))
                && surface.length() > other.surface.length()
                && surface.contains(other.surface);
    }

    /** Whether every word of the shorter term is related to a word of the longer one. */
    boolean saysSameAs(TermWords other) {
        TermWords longer = words.size() >= other.words.size() ? this : other;
        TermWords shorter = longer == this ? other : this;
        return shorter.words.stream().allMatch(s -> longer.words.stream().anyMatch(w -> related(w, s)));
    }

    /** Whether two words are forms of one word. */
    static boolean related(String a, String b) {
        int stem = 0;
        int shorter = Math.min(a.length(), b.length());
        while (stem < shorter && a.charAt(stem) == b.charAt(stem)) {
            stem++;
        }
        String endingOfA = a.substring(stem);
        String endingOfB = b.substring(stem);
        if (endingOfA.isEmpty() && endingOfB.isEmpty()) {
            return true;
        }
        if (Character.isIdeographic(a.charAt(0)) || Character.isIdeographic(b.charAt(0))) {
            return a.contains(b) || b.contains(a); // longer words are compounds of two-character words
        }
        if (stem < MIN_STEM) {
            return stem > 1 && (endingOfA + endingOfB).equals("s");
        }
        if (stem >= LONG_STEM && endingOfA.length() <= MAX_ENDING && endingOfB.length() <= MAX_ENDING) {
            return true;
        }
        return isEnding(endingOfA) && isEnding(endingOfB);
    }

    private static boolean isEnding(String ending) {
        return ending.isEmpty() || ENDINGS.contains(ending);
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
