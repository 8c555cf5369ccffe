/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the sentences of a text that can be shown by themselves: whole ones of a readable length, without quotations,
 * mail headers, signatures, addresses, tables and code. Knows no language; sentences end where Unicode's rules say.
 * Stateless.
 */
public final class Sentences {

    /** Fewest words; less says little by itself. */
    static final int MIN_WORDS = 5;
    /** Most words; more is no sentence, or none that anybody reads in a list. */
    static final int MAX_WORDS = 60;

    /** Of a text only the beginning is looked at, up to so many characters. */
    static final int MAX_TEXT = 20_000;

    private static final double MIN_LETTERS = 0.75;
    private static final double MAX_DIGITS = 0.08;
    private static final int MAX_RUN = 30;

    /** Characters of scripts that are written without spaces, to a word. */
    private static final int LETTERS_A_WORD = 2;

    private static final Set<Character.UnicodeScript> WITHOUT_SPACES = Set.of(
            Character.UnicodeScript.HAN,
            Character.UnicodeScript.HIRAGANA,
            Character.UnicodeScript.KATAKANA,
            Character.UnicodeScript.THAI,
            Character.UnicodeScript.LAO,
            Character.UnicodeScript.KHMER,
            Character.UnicodeScript.MYANMAR);

    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

    /** Lines that somebody else wrote: begun by a sign, or by the initials of who did and a sign. */
    private static final Pattern QUOTED = Pattern.compile("(?:\\p{L}{0,4}[>|}]|[:+#*%]+\\s).*");

    /** Header lines of mail and news: From:, Reply-To:, X-Mailer: … */
    private static final Pattern HEADER = Pattern.compile(
            "(?i)(?:from|to|cc|bcc|date|sent|subject|sender|organi[sz]ation|lines|keywords|summary|distribution|newsgroups"
                    + "|references|followup-to|reply-to|in-reply-to|message-id|article-i\\.d\\.|nntp-posting-host"
                    + "|originator|mime-version|content-[a-z-]+|x-[a-z-]+)\\s*:.*");

    /** What answers put before the subject that they answer to. */
    private static final Pattern REPLY = Pattern.compile("(?i)^(?:(?:re|fwd?|aw|wg|sv|antw)(?:\\[\\d+])?:\\s*)+");

    /** The number of an item of a list, before it, or of the next one, behind it. */
    private static final Pattern NUMBERING = Pattern.compile("^\\(?\\d{1,3}[.):]\\s+|(?<=[.!?])\\s+\\d{1,3}[.)]$");

    /** The end of a sentence, in whatever script, with what closes brackets and quotations. */
    private static final Pattern END = Pattern.compile("[.!?…。！？।؟۔։።][\\p{Pe}\\p{Pf}\"'*_]*(?=\\s|$)");

    private static final Pattern ADDRESS = Pattern.compile("\\S@\\S|://|\\bwww\\.|<\\S{1,200}>");

    /**
     * How a text is written: who never uses capitals or full stops cannot be held to them.
     *
     * @param capitals whether it has any
     * @param stops the same
     */
    private record Habits(boolean capitals, boolean stops) {}

    private Sentences() {}

    /**
     * The sentences of one text, in order, blanks between words made one space.
     *
     * @param most how many; the first ones
     */
    public static List<String> of(String text, int most) {
        String part = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        Habits habits = new Habits(
                part.chars().anyMatch(Character::isUpperCase), END.matcher(part).find());
        List<String> sentences = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : part.lines().toList()) {
            String stripped = line.strip();
            if (stripped.equals("--")) {
                break; // what follows is a signature
            }
            if (isProse(stripped)) {
                paragraph.append(stripped).append(' ');
            } else {
                cut(paragraph, habits, most, sentences);
            }
        }
        cut(paragraph, habits, most, sentences);
        return sentences;
    }

    /** Whether a line belongs to the author's own text; a blank one does not, and so ends a paragraph. */
    private static boolean isProse(String line) {
        return line.codePoints().anyMatch(Character::isLetter)
                && !QUOTED.matcher(line).matches()
                && !HEADER.matcher(line).matches();
    }

    private static void cut(StringBuilder paragraph, Habits habits, int most, List<String> into) {
        if (paragraph.isEmpty()) {
            return;
        }
        String text =
                REPLY.matcher(BLANKS.matcher(paragraph).replaceAll(" ").strip()).replaceFirst("");
        paragraph.setLength(0);
        BreakIterator ends = BreakIterator.getSentenceInstance(Locale.ROOT);
        ends.setText(text);
        int start = ends.first();
        for (int end = ends.next(); end != BreakIterator.DONE && into.size() < most; start = end, end = ends.next()) {
            String sentence =
                    NUMBERING.matcher(text.substring(start, end).strip()).replaceAll("");
            if (isPresentable(sentence, habits)) {
                into.add(sentence);
            }
        }
    }

    private static boolean isPresentable(String sentence, Habits habits) {
        if (sentence.isEmpty()
                || sentence.endsWith(":")
                || ADDRESS.matcher(sentence).find()) {
            return false;
        }
        int first = sentence.codePoints()
                .filter(Character::isLetterOrDigit)
                .findFirst()
                .orElse('a');
        if (habits.capitals() && Character.isLowerCase(first)) {
            return false; // the end of something that was cut off
        }
        if (habits.stops() && !endsWithStop(sentence)) {
            return false; // a heading, an item of a list, the rest of a signature
        }
        long words = 0;
        int letters = 0;
        int digits = 0;
        int run = 0;
        int unspaced = 0;
        String text = sentence + ' ';
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            letters += Character.isLetter(c) || c == ' ' ? 1 : 0;
            digits += Character.isDigit(c) ? 1 : 0;
            if (Character.isLetter(c) && WITHOUT_SPACES.contains(Character.UnicodeScript.of(c))) {
                unspaced++;
                continue;
            }
            if (c != ' ') {
                run++;
                if (run > MAX_RUN) {
                    return false;
                }
                continue;
            }
            words += run > 0 ? 1 : 0;
            run = 0;
        }
        words += unspaced / LETTERS_A_WORD;
        int length = text.codePointCount(0, text.length());
        return words >= MIN_WORDS
                && words <= MAX_WORDS
                && letters >= MIN_LETTERS * length
                && digits <= MAX_DIGITS * length;
    }

    private static boolean endsWithStop(String sentence) {
        Matcher end = END.matcher(sentence);
        while (end.find()) {
            if (end.end() == sentence.length()) {
                return true;
            }
        }
        return false;
    }
}
