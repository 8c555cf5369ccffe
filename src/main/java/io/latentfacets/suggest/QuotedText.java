/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import java.lang.Character.UnicodeScript;

/**
 * Text of documents, made fit to be quoted to a language model: one line that shows all that is in it, without the
 * signs with which chat formats, templates and markup set their parts apart. Stateless.
 */
final class QuotedText {

    private static final int NON_JOINER = 0x200C;
    private static final int JOINER = 0x200D;

    private QuotedText() {}

    /**
     * One line of what a reader sees: without control characters, characters that have no form of their own or change
     * the direction of text, private and unassigned ones; each run of spaces is one. Joiners stay between letters of
     * scripts that need them.
     */
    static String visible(String text) {
        StringBuilder line = new StringBuilder(text.length());
        int before = ' ';
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c)) {
                c = ' ';
            } else if (c == NON_JOINER || c == JOINER) {
                if (!joins(before) || at >= text.length() || !joins(text.codePointAt(at))) {
                    continue;
                }
            } else if (isHidden(c)) {
                continue;
            }
            if (c != ' ' || before != ' ') {
                line.appendCodePoint(c);
                before = c;
            }
        }
        return line.toString().strip();
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            default -> (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF); // selectors of variants
        };
    }

    private static boolean joins(int c) {
        int type = Character.getType(c);
        return (Character.isLetter(c) || type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK)
                && UnicodeScript.of(c) != UnicodeScript.LATIN;
    }

    /**
     * A quotation: the visible text with other signs in the place of brackets, backticks and bars, a run of three or
     * more of one sign cut to one, and the end cut off.
     *
     * @param most the largest number of characters
     */
    static String quote(String text, int most) {
        String plain = visible(text);
        StringBuilder quoted = new StringBuilder(plain.length());
        int run = 0;
        int before = -1;
        for (int at = 0; at < plain.length(); ) {
            int c = plain.codePointAt(at);
            at += Character.charCount(c);
            run = c == before ? run + 1 : 1;
            before = c;
            // a run of two stays; that it ends here shows in the next sign, so that no run is counted again for each
            // sign
            boolean goesOn = at < plain.length() && plain.codePointAt(at) == c;
            if (run > 1 && !Character.isLetterOrDigit(c) && (run > 2 || goesOn)) {
                continue;
            }
            quoted.appendCodePoint(harmless(c));
        }
        return cut(quoted.toString(), most);
    }

    private static int harmless(int c) {
        return switch (c) {
            case '<' -> '‹';
            case '>' -> '›';
            case '[', '{' -> '(';
            case ']', '}' -> ')';
            case '`' -> '\'';
            case '|' -> '¦';
            default -> c;
        };
    }

    /** Cuts a text behind a word, if there is one early enough. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
        int space = text.lastIndexOf(' ', end);
        return text.substring(0, space > end / 2 ? space : end).strip() + "…";
    }
}
