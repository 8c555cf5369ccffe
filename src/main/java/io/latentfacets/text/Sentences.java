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
 * Finds the sentences of a text that can be shown alone: complete sentences of a readable length, without quotations,
 * mail headers, signatures, addresses, tables and code. {@link BreakIterator} ends the sentences by rules that are
 * independent of the language. Stateless and thread-safe.
 */
public final class Sentences {

    /** The smallest number of words; a shorter sentence says little by itself. */
    static final int MIN_WORDS = 5;
    /** The largest number of words; a longer text is rarely one sentence, and is too long for a list. */
    static final int MAX_WORDS = 60;

    /** The number of characters read from the beginning of a text. */
    static final int MAX_TEXT = 20_000;

    private static final double MIN_LETTERS = 0.75;
    private static final double MAX_DIGITS = 0.08;
    private static final int MAX_RUN = 30;

    /** The number of characters that count as one word in scripts without spaces. */
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

    /** Quoted lines. They begin with a quotation sign, or with the initials of the quoted author and such a sign. */
    private static final Pattern QUOTED = Pattern.compile("(?:\\p{L}{0,4}[>|}]|[:+#*%]+\\s).*");

    /** Header lines of mail and news: From:, Reply-To:, X-Mailer: … */
    private static final Pattern HEADER = Pattern.compile(
            "(?i)(?:from|to|cc|bcc|date|sent|subject|sender|organi[sz]ation|lines|keywords|summary|distribution|newsgroups"
                    + "|references|followup-to|reply-to|in-reply-to|message-id|article-i\\.d\\.|nntp-posting-host"
                    + "|originator|mime-version|content-[a-z-]+|x-[a-z-]+)\\s*:.*");

    /** The prefixes that replies and forwarded messages put before the original subject. */
    private static final Pattern REPLY = Pattern.compile("(?i)^(?:(?:re|fwd?|aw|wg|sv|antw)(?:\\[\\d+])?:\\s*)+");

    /** The number of a list item before its text, or the number of the next item after it. */
    private static final Pattern NUMBERING = Pattern.compile("^\\(?\\d{1,3}[.):]\\s+|(?<=[.!?])\\s+\\d{1,3}[.)]$");

    /** The end of a sentence in any script, with closing brackets, quotation marks and signs of emphasis. */
    private static final Pattern END = Pattern.compile("[.!?…。！？।؟۔։።][\\p{Pe}\\p{Pf}\"'*_]*(?=\\s|$)");

    private static final Pattern ADDRESS = Pattern.compile("\\S@\\S|://|\\bwww\\.|<\\S{1,200}>");

    /**
     * The writing habits of a text. A sentence must not begin with a small letter if the text has capitals, and must
     * end with a stop if the text has stops. Authors who never use them could not meet these rules.
     *
     * @param capitals whether the text has an upper-case letter
     * @param stops whether the text has the end of a sentence, see {@link #END}
     */
    private record Habits(boolean capitals, boolean stops) {}

    private Sentences() {}

    /**
     * The presentable sentences of one text, in order. One space replaces each run of blanks.
     *
     * @param text the text, of which only the first {@value #MAX_TEXT} characters are read
     * @param most the largest number of sentences to return
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

    /** Whether a line is the author's own text. A blank line is not, so it ends a paragraph. */
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
            return false; // the end of a sentence whose beginning is cut off
        }
        if (habits.stops() && !isComplete(sentence)) {
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

    /** Whether a text ends like a sentence. A title does not, nor does any sentence of a script without stops. */
    public static boolean isComplete(String sentence) {
        Matcher end = END.matcher(sentence);
        while (end.find()) {
            if (end.end() == sentence.length()) {
                return true;
            }
        }
        return false;
    }
}
