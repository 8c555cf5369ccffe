/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/**
 * Finds the tokens of {@link StandardTokenizer} in plain text: Latin, Greek and Cyrillic letters, digits, spaces and
 * usual punctuation. For these the rules of Unicode's annex 29 need one character of context, so this class needs a
 * small part of the tokenizer's time. Texts with any other character are left to the tokenizer: combining marks, other
 * scripts, surrogates, symbols that may be emoji, formatting characters. Stateless and thread-safe.
 *
 * <p>Nothing here says which character is which. The class asks the tokenizer itself, once: a character has the class
 * of a known one if it behaves like it in every one of {@link #CONTEXTS}. So another version of Unicode in another
 * version of Lucene changes the answers of both alike.
 */
public final class PlainText {
    private static final byte HARD = 0;
    private static final byte OTHER = 1;
    private static final byte LETTER = 2;
    private static final byte DIGIT = 3;
    /** Joins letters and digits, and itself: the underscore. */
    private static final byte JOINER = 4;
    /** Joins two letters. */
    private static final byte MID_LETTER = 5;
    /** Joins two digits. */
    private static final byte MID_DIGIT = 6;
    /** Joins two letters, or two digits. */
    private static final byte MID = 7;

    /** A character of each class, in the order of the numbers above; of equal ones the first counts. */
    private static final String KNOWN = " b2_:,.";

    /** The contexts in which the tokenizer shows a character's class; C stands for the character. */
    private static final String CONTEXTS = String.join(
            "\n",
            ("C CC aC Ca aCa aCCa 1C C1 1C1 1CC1 _C C_ _C_ aC1 1Ca aC_a 1C_1 a'C C'a C' 'C C\"C C\"a a\"C C.C C,C C:C"
                            + " C.1 1.C C,1 1,C C:a a:C C_C C.a a.C a a1C1a 1aCa1")
                    .split(" "));

    /** The first and the last character of each range whose characters may be plain. */
    private static final char[][] RANGES = {{0, 0x052f}, {0x1e00, 0x1fff}, {0x2000, 0x20cf}};

    private static final byte[] CLASSES = classes();

    private PlainText() {}

    private static byte[] classes() {
        byte[] classes = new byte[RANGES[RANGES.length - 1][1] + 1];
        StringBuilder all = new StringBuilder(KNOWN);
        for (char[] range : RANGES) {
            for (int c = range[0]; c <= range[1]; c++) {
                all.append((char) c);
            }
        }
        String[] behaviours = behaviours(all);
        Map<String, Byte> known = new HashMap<>();
        for (byte k = 0; k < KNOWN.length(); k++) {
            known.putIfAbsent(behaviours[k], (byte) (k + OTHER));
        }
        for (int i = KNOWN.length(); i < behaviours.length; i++) {
            char c = all.charAt(i);
            byte found = known.getOrDefault(behaviours[i], HARD);
            // the tokenizer's letters must be everybody's letters: other classes ask for those
            classes[c] = (found == LETTER) == Character.isLetter(c) ? found : HARD;
        }
        return classes;
    }

    /** What the tokenizer makes of each character in all contexts. */
    private static String[] behaviours(CharSequence characters) {
        int length = CONTEXTS.length() + 2;
        StringBuilder text = new StringBuilder(length * characters.length());
        for (int i = 0; i < characters.length(); i++) {
            text.append(CONTEXTS.replace('C', characters.charAt(i))).append("\n\n");
        }
        StringBuilder[] found = new StringBuilder[characters.length()];
        try (StandardTokenizer tokenizer = new StandardTokenizer()) {
            tokenizer.setReader(new StringReader(text.toString()));
            OffsetAttribute offsets = tokenizer.addAttribute(OffsetAttribute.class);
            TypeAttribute type = tokenizer.addAttribute(TypeAttribute.class);
            tokenizer.reset();
            while (tokenizer.incrementToken()) {
                int block = offsets.startOffset() / length;
                if (found[block] == null) {
                    found[block] = new StringBuilder();
                }
                found[block]
                        .append((char) (offsets.startOffset() - block * length))
                        .append((char) (offsets.endOffset() - block * length))
                        .append(type.type());
            }
            tokenizer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String[] behaviours = new String[found.length];
        for (int i = 0; i < found.length; i++) {
            behaviours[i] = String.valueOf(found[i]);
        }
        return behaviours;
    }

    /**
     * Takes a text and adds its tokens, in order. Nearly all are letters of ASCII alone, which {@link AsciiLetters}
     * finds. Tells {@link Tokens#prose} about the text.
     *
     * @param longest the largest length of a token, in characters: the tokenizer cuts longer ones
     * @return whether the text is plain; if it is not, some of its tokens may have been added
     */
    public static boolean read(String string, int longest, Tokens into) {
        into.text(string);
        char[] text = into.chars();
        int length = string.length();
        AsciiLetters letters = into.letters();
        letters.read(text, length);
        int at = 0;
        int space = -1; // the last one
        boolean odd = false;
        while (at < length) { // behind the text is a blank, at which everything below stops
            int start = at;
            at += letters.run(at);
            char c = text[at];
            byte kind = kind(c);
            boolean any = at > start;
            if (kind == OTHER || (kind >= MID_LETTER && !(any && joins(kind, LETTER, text[at + 1])))) {
                if (any) {
                    if (at - start > longest) {
                        return false;
                    }
                    into.add(start, at, letters.key(start, at - start));
                }
                if (c <= ' ') {
                    odd |= Noise.isLong(at - space - 1);
                    space = at;
                } else if (c == '@' || (c == ':' && text[at + 1] == '/')) {
                    odd = true;
                }
                at++;
                continue;
            }
            if (!any && kind == JOINER) {
                // joiners belong to the letter or digit that follows them, if one does
                do {
                    kind = kind(text[++at]);
                } while (kind == JOINER);
                if (kind != LETTER && kind != DIGIT) {
                    continue; // what follows is looked at again: it may be hard
                }
            }
            at = kind == HARD ? -1 : any ? end(text, at, LETTER) : end(text, at + 1, kind);
            if (at < 0 || at - start > longest) {
                return false;
            }
            into.add(start, at, 0);
        }
        into.prose(!odd && !Noise.isLong(length - space - 1));
        return true;
    }

    /**
     * The end of a token that is more than letters of ASCII.
     *
     * @param from where the token goes on, if it does
     * @param before the class of the character before
     * @return the index after its last character; −1 if the character there is not plain
     */
    private static int end(char[] text, int from, byte before) {
        byte last = before;
        int i = from;
        while (true) {
            byte kind = kind(text[i]);
            switch (kind) {
                case LETTER, DIGIT, JOINER -> {
                    last = kind;
                    i++;
                }
                case HARD -> {
                    return -1;
                }
                case OTHER -> {
                    return i;
                }
                default -> {
                    if (!joins(kind, last, text[i + 1])) {
                        return i;
                    }
                    i += 2;
                }
            }
        }
    }

    /** Whether a character joins the one before it and the one behind it. */
    private static boolean joins(byte kind, byte before, char behind) {
        boolean may = (before == LETTER && (kind == MID_LETTER || kind == MID))
                || (before == DIGIT && (kind == MID_DIGIT || kind == MID));
        return may && kind(behind) == before;
    }

    private static byte kind(char c) {
        return c < CLASSES.length ? CLASSES[c] : HARD;
    }
}
