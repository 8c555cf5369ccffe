/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.util.Arrays;

/**
 * The stretches of a text that are not prose: addresses, links and encoded binaries. Analyzers turn them into tokens
 * that look like words but are not. Immutable and thread-safe.
 */
public final class Noise {
    /** A run without a space can be encoded data only if it has more characters than this. */
    private static final int LONG_RUN = 40;

    private static final String ARTICLE = "article ";
    private static final String LINK = "://";

    private static final int[] NO_STRETCHES = {};

    /** A text that is prose throughout. */
    public static final Noise NONE = new Noise();

    private int[] ends = NO_STRETCHES;
    private int[] starts = NO_STRETCHES;
    private int count;

    private Noise() {}

    /**
     * Finds the stretches. Looks only into runs without a space that have an at sign or a link, or are long: other runs
     * cannot be noise, and most texts have none.
     */
    public static Noise of(String text) {
        Noise noise = new Noise();
        int mail = -1;
        int link = -1;
        int encoded = -1;
        for (int from = 0; from < text.length(); ) {
            mail = mail < from ? orEnd(text.indexOf('@', from), text) : mail;
            link = link < from ? orEnd(text.indexOf(LINK, from), text) : link;
            encoded = encoded < from ? longRun(text, from) : encoded;
            int found = Math.min(Math.min(mail, link), encoded);
            if (found == text.length()) {
                break;
            }
            int start = found;
            while (start > from && text.charAt(start - 1) > ' ') {
                start--;
            }
            int end = found;
            while (end < text.length() && text.charAt(end) > ' ') {
                end++;
            }
            noise.scan(text, start, end);
            from = end + 1;
        }
        return noise;
    }

    /** Whether a run without a space is so long that it may be noise. */
    static boolean isLong(int run) {
        return run > LONG_RUN;
    }

    private static int orEnd(int index, String text) {
        return index < 0 ? text.length() : index;
    }

    /** The start of the next long run; the text's length if there is none. */
    private static int longRun(String text, int from) {
        int start = from;
        while (start + LONG_RUN < text.length()) {
            int i = start + LONG_RUN;
            while (i >= start && text.charAt(i) > ' ') {
                i--;
            }
            if (i < start) {
                return start;
            }
            start = i + 1;
        }
        return text.length();
    }

    /** Whether a text has more capitals than small letters, so that capitals mean nothing. */
    public static boolean isShouting(String text) {
        int upper = 0;
        int lower = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isUpperCase(c)) {
                upper++;
            } else if (Character.isLowerCase(c)) {
                lower++;
            }
        }
        return upper > lower;
    }

    /** Whether the text is prose throughout. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Whether the characters from {@code start} to {@code end} overlap such a stretch. */
    public boolean covers(int start, int end) {
        if (count == 0) {
            return false;
        }
        int i = Arrays.binarySearch(ends, 0, count, start + 1);
        i = i < 0 ? -i - 1 : i;
        return i < count && starts[i] < end;
    }

    /**
     * The first stretch that ends behind a position, for callers who ask for positions in order.
     *
     * @param from the answer for a position before; 0 at first
     */
    public int stretch(int from, int position) {
        int stretch = from;
        while (stretch < count && ends[stretch] <= position) {
            stretch++;
        }
        return stretch;
    }

    /** Whether a stretch that {@link #stretch} has found for a position begins before another position. */
    public boolean beginsBefore(int stretch, int end) {
        return stretch < count && starts[stretch] < end;
    }

    private void scan(String text, int start, int end) {
        if (end - start > LONG_RUN && isEncoded(text, start, end)) {
            add(article(text, start), end);
            return;
        }
        int bracket = -1;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '<') {
                bracket = i;
            } else if (c == '@') {
                i = mail(text, start, bracket, i, end);
            } else if (c == ':' && text.startsWith(LINK, i)) {
                i = link(text, start, i, end);
            }
        }
    }

    /**
     * Whether a run is uuencoded, base64 or similar: ASCII only, less than half of it small letters. Class names and
     * paths have more small letters.
     */
    private static boolean isEncoded(String text, int start, int end) {
        int lower = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c > '~') {
                return false;
            }
            if (c >= 'a' && c <= 'z') {
                lower++;
            }
        }
        return 2 * lower < end - start;
    }

    /**
     * Adds the address around an at sign. Usenet's message numbers may have any sign between the bracket and the at
     * sign, so the noise starts at the bracket.
     *
     * @param start the start of the run
     * @param bracket the last {@code <} of the run before the at sign; −1 if there is none
     * @param at the at sign
     * @param end the end of the run, exclusive
     * @return the last character that was read
     */
    private int mail(String text, int start, int bracket, int at, int end) {
        int from = at;
        while (from > start && isMailChar(text.charAt(from - 1))) {
            from--;
        }
        int to = at + 1;
        while (to < end && isMailChar(text.charAt(to))) {
            to++;
        }
        if (from == at || to == at + 1) {
            return at;
        }
        add(article(text, bracket < 0 ? from : bracket), to);
        return to - 1;
    }

    /** Includes the word "article" of the line "In article &lt;number@host&gt;", which opens every second message. */
    private static int article(String text, int begin) {
        int article = begin - ARTICLE.length();
        return article >= 0 && text.startsWith(ARTICLE, article) ? article : begin;
    }

    private static boolean isMailChar(char c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "._%+-!=$".indexOf(c) >= 0);
    }

    private int link(String text, int start, int colon, int end) {
        int from = colon;
        while (from > start && Character.isLetter(text.charAt(from - 1)) && text.charAt(from - 1) < 128) {
            from--;
        }
        int to = colon + 3;
        while (to < end && text.charAt(to) <= '~' && "<>\"'()[]{}`|".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        add(from, to);
        return to - 1;
    }

    private void add(int start, int end) {
        if (count == ends.length) {
            starts = Arrays.copyOf(starts, 2 * count + 4);
            ends = Arrays.copyOf(ends, 2 * count + 4);
        }
        starts[count] = start;
        ends[count++] = end;
    }
}
