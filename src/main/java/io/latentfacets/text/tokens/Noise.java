/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.util.Arrays;

/**
 * The stretches of a text that are not prose: addresses, links and encoded binaries. Analyzers turn them into tokens
 * that look like words but are not. Holds at most {@value #MOST} of them: of a text with more it finds the next ones
 * when somebody asks for a position behind, and forgets the first. Not thread-safe.
 */
public final class Noise {
    /** A stretch takes two characters or more: addresses in a row share the words between them. */
    static final int MOST = 1 << 15;

    /** The number of stretches that are kept behind: some analyzers go back within a token. */
    private static final int KEPT = 1 << 8;

    /** A run without a space can be encoded data only if it has more characters than this. */
    private static final int LONG_RUN = 40;

    private static final String ARTICLE = "article ";
    private static final String LINK = "://";

    private static final int[] NO_STRETCHES = {};

    /** A text that is prose throughout. */
    public static final Noise NONE = new Noise("");

    private final String text;
    private int[] ends = NO_STRETCHES;
    private int[] starts = NO_STRETCHES;
    private int count;
    private int forgotten; // the largest end of a stretch that is forgotten
    // where to go on
    private int from;
    private int mail = -1;
    private int link = -1;
    private int encoded = -1;
    private int runStart;
    private int runAt;
    private int runEnd;
    private int bracket; // the last one of the run
    private boolean done;

    private Noise(String text) {
        this.text = text;
        find();
    }

    /**
     * Finds the stretches. Looks only into runs without a space that have an at sign or a link, or are long: other runs
     * cannot be noise, and most texts have none.
     */
    public static Noise of(String text) {
        return new Noise(text);
    }

    /** Finds more stretches, as many as there is room for. */
    private void find() {
        while (!done && count < MOST) {
            if (runAt < runEnd) {
                scan();
            } else {
                done = !nextRun();
            }
        }
    }

    /** Goes to the next run that may be noise; returns whether there is one. */
    private boolean nextRun() {
        if (from >= text.length()) {
            return false;
        }
        mail = mail < from ? orEnd(text.indexOf('@', from), text) : mail;
        link = link < from ? orEnd(text.indexOf(LINK, from), text) : link;
        encoded = encoded < from ? longRun(text, from) : encoded;
        int found = Math.min(Math.min(mail, link), encoded);
        if (found == text.length()) {
            return false;
        }
        int start = found;
        while (start > from && text.charAt(start - 1) > ' ') {
            start--;
        }
        int end = found;
        while (end < text.length() && text.charAt(end) > ' ') {
            end++;
        }
        from = end + 1;
        if (end - start > LONG_RUN && isEncoded(text, start, end)) {
            add(article(text, start), end);
        } else {
            runStart = start;
            runAt = start;
            runEnd = end;
            bracket = -1;
        }
        return true;
    }

    /** Scans the rest of a run, while there is room. */
    private void scan() {
        for (; runAt < runEnd && count < MOST; runAt++) {
            char c = text.charAt(runAt);
            if (c == '<') {
                bracket = runAt;
            } else if (c == '@') {
                runAt = mail(text, runStart, bracket, runAt, runEnd);
            } else if (c == ':' && text.startsWith(LINK, runAt)) {
                runAt = link(text, runStart, runAt, runEnd);
            }
        }
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
        return done && count == 0 && forgotten == 0;
    }

    /** The memory that it holds, in bytes. */
    long ramBytes() {
        return 2L * Integer.BYTES * ends.length;
    }

    /**
     * Whether the characters from {@code start} to {@code end} overlap such a stretch. For callers who ask for
     * positions nearly in order; going far back takes time.
     */
    public boolean covers(int start, int end) {
        if (start < forgotten) {
            begin();
        }
        while (!done && (count == 0 || ends[count - 1] <= start)) {
            forget();
            find();
        }
        if (count == 0) {
            return false;
        }
        int i = Arrays.binarySearch(ends, 0, count, start + 1);
        i = i < 0 ? -i - 1 : i;
        return i < count && starts[i] < end;
    }

    private void begin() {
        count = 0;
        forgotten = 0;
        from = 0;
        mail = -1;
        link = -1;
        encoded = -1;
        runAt = 0;
        runEnd = 0;
        done = false;
    }

    /** Forgets all stretches but the last ones. */
    private void forget() {
        int gone = Math.max(0, count - KEPT);
        if (gone > 0) {
            forgotten = ends[gone - 1];
            System.arraycopy(starts, gone, starts, 0, count - gone);
            System.arraycopy(ends, gone, ends, 0, count - gone);
            count -= gone;
        }
    }

    /**
     * The first stretch that ends behind a position, for callers who ask for positions in order, in texts of at most
     * twice {@value #MOST} characters.
     *
     * @param from the answer for a position before; 0 at first
     */
    public int stretch(int from, int position) {
        assert count < MOST || text.length() <= 2 * MOST : text.length();
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
            int length = Math.min(MOST, 2 * count + 4);
            starts = Arrays.copyOf(starts, length);
            ends = Arrays.copyOf(ends, length);
        }
        starts[count] = start;
        ends[count++] = end;
    }
}
