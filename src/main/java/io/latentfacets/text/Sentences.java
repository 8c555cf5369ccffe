/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

    private static final Pattern ADDRESS = Pattern.compile("\\S@\\S|://|\\bwww\\.|<\\S+>");

    private Sentences() {}

    /**
     * The sentences of one text, in order, blanks between words made one space.
     *
     * @param most how many; the first ones
     */
    public static List<String> of(String text, int most) {
        String part = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        boolean cased = part.chars().anyMatch(Character::isUpperCase);
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
                cut(paragraph, cased, most, sentences);
            }
        }
        cut(paragraph, cased, most, sentences);
        return sentences;
    }

    /** Whether a line belongs to the author's own text; a blank one does not, and so ends a paragraph. */
    private static boolean isProse(String line) {
        return line.codePoints().anyMatch(Character::isLetter)
                && QUOTED.matcher(line).matches() == false
                && HEADER.matcher(line).matches() == false;
    }

    private static void cut(StringBuilder paragraph, boolean cased, int most, List<String> into) {
        if (paragraph.isEmpty()) {
            return;
        }
        String text = BLANKS.matcher(paragraph).replaceAll(" ").strip();
        paragraph.setLength(0);
        BreakIterator ends = BreakIterator.getSentenceInstance(Locale.ROOT);
        ends.setText(text);
        int start = ends.first();
        for (int end = ends.next(); end != BreakIterator.DONE && into.size() < most; start = end, end = ends.next()) {
            String sentence = text.substring(start, end).strip();
            if (isPresentable(sentence, cased)) {
                into.add(sentence);
            }
        }
    }

    private static boolean isPresentable(String sentence, boolean cased) {
        if (sentence.isEmpty()
                || sentence.endsWith(":")
                || ADDRESS.matcher(sentence).find()) {
            return false;
        }
        int first = sentence.codePoints()
                .filter(Character::isLetterOrDigit)
                .findFirst()
                .orElse('a');
        if (cased && Character.isLowerCase(first)) {
            return false; // the end of something that was cut off
        }
        long words = 0;
        int letters = 0;
        int run = 0;
        int unspaced = 0;
        String text = sentence + ' ';
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            letters += Character.isLetter(c) || c == ' ' ? 1 : 0;
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
        return words >= MIN_WORDS
                && words <= MAX_WORDS
                && letters >= MIN_LETTERS * text.codePointCount(0, text.length());
    }
}
