/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the label in what a language model has answered. Stateless. Nobody has checked the answer, so each expression
 * below reads it without recursion (Java's matcher recurses for each round of a repeated choice, and an overflow of the
 * stack ends the node) and without a second look at what it has passed.
 */
final class LabelText {

    /** The largest number of characters of a label. */
    static final int MAX_CHARACTERS = 80;

    /** Thoughts that are longer are not skipped. */
    private static final int MOST_READ = 20_000;

    /** No label stands behind so many characters of what follows the thoughts. */
    private static final int MOST_LOOKED_AT = 1_000;

    private static final Pattern THOUGHTS = Pattern.compile("(?is)<(think|thinking|reasoning)>.*?(</\\1>|\\z)");
    private static final Pattern FENCE = Pattern.compile("(?m)^[ \\t]*+```\\w*+[ \\t]*+$|```");
    private static final Pattern NAMED = Pattern.compile(
            "(?is)^\\{\\s*+\"(?:label|answer|title)\"\\s*+:\\s*+\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"");
    private static final Pattern ANY_TAG = Pattern.compile("</?[a-zA-Z!][^<>]{0,200}>|<\\|[^<>]{0,40}\\|>");
    private static final Pattern PREFIX = Pattern.compile(
            "(?i)^(?:the )?(?:cluster )?(?:label|title|topic|answer|name)(?: is)?(?:\\s*[:：=]\\s*|\\s+[–—-]\\s+)");
    private static final Pattern BULLET = Pattern.compile("^(?:#{1,6}\\s+|[-*•]\\s+|\\d{1,2}[.)]\\s+)");
    private static final String QUOTES = "\"'“”„‟«»‹›‘’‚`´「」『』*_~";
    private static final String ENDS = ".。;；:：,，";

    private LabelText() {}

    /**
     * Why an answer is no label; names what is wrong, for people and for the language model.
     *
     * @param label the label; null if there is none
     * @param problem null if there is a label
     */
    record Found(String label, String problem) {}

    /**
     * The label in an answer: its first line with words, without quotation marks, a word such as “Label:” before it,
     * markup, and characters that nobody sees.
     *
     * @param most the largest number of words
     */
    static Found find(String answer, int most) {
        String text = answer.length() > MOST_READ ? answer.substring(0, MOST_READ) : answer;
        text = THOUGHTS.matcher(text).replaceAll("").strip();
        text = text.substring(0, Math.min(text.length(), MOST_LOOKED_AT));
        text = FENCE.matcher(text).replaceAll("").strip();
        Matcher named = NAMED.matcher(text);
        if (named.find()) {
            text = named.group(1).replace("\\n", " ").replaceAll("\\\\(.)", "$1");
        }
        for (String line : text.split("\\R", -1)) {
            String label = clean(line);
            if (key(label).isEmpty()) {
                continue;
            }
            int words = label.split(" ", -1).length;
            if (words > most || label.length() > MAX_CHARACTERS) {
                return new Found(
                        null,
                        words > most
                                ? words + " words, and at most " + most + " are allowed"
                                : label.length() + " characters, and at most " + MAX_CHARACTERS + " are allowed");
            }
            return new Found(label, null);
        }
        return new Found(null, "no words");
    }

    private static String clean(String line) {
        String label = QuotedText.visible(ANY_TAG.matcher(line).replaceAll(""));
        label = BULLET.matcher(label).replaceFirst("");
        String before;
        do {
            before = label;
            label = PREFIX.matcher(strip(label)).replaceFirst("");
        } while (!label.equals(before));
        return QuotedText.visible(label.replaceAll("[<>]", ""));
    }

    /** Without quotation marks and signs of emphasis around it, and without a full stop. */
    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && (QUOTES.indexOf(text.charAt(from)) >= 0 || text.charAt(from) == ' ')) {
            from++;
        }
        while (to > from
                && (QUOTES.indexOf(text.charAt(to - 1)) >= 0
                        || isEnd(text.substring(from, to))
                        || text.charAt(to - 1) == ' ')) {
            to--;
        }
        return text.substring(from, to);
    }

    /**
     * Whether the last sign ends a sentence, and neither an abbreviation such as “U.S.” nor a word such as “Label:”.
     */
    private static boolean isEnd(String text) {
        return ENDS.indexOf(text.charAt(text.length() - 1)) >= 0
                && text.lastIndexOf('.', text.length() - 2) < 0
                && !PREFIX.matcher(text).matches();
    }

    /** What two labels share that a reader takes for the same: letters and digits in one case; "" for no words. */
    static String key(String label) {
        return Normalizer.normalize(label, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ")
                .strip();
    }
}
