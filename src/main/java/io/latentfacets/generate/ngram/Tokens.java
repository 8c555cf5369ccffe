/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate.ngram;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Divides sentences into tokens, and puts tokens together as text. A token is a word or a comma; other punctuation is
 * left out. In scripts without spaces each letter is a word. Stateless.
 */
public final class Tokens {

    /** The only token that is no word. */
    static final String COMMA = ",";

    private static final Pattern TOKEN =
            Pattern.compile(",(?=\\s)|[，、]|[\\p{L}\\p{M}\\p{N}]+(?:['’.-][\\p{L}\\p{M}\\p{N}]+)*");

    private static final Set<Character.UnicodeScript> WITHOUT_SPACES = Set.of(
            Character.UnicodeScript.HAN,
            Character.UnicodeScript.HIRAGANA,
            Character.UnicodeScript.KATAKANA,
            Character.UnicodeScript.THAI,
            Character.UnicodeScript.LAO,
            Character.UnicodeScript.KHMER,
            Character.UnicodeScript.MYANMAR);

    private Tokens() {}

    /** The tokens of a sentence, in order. */
    public static List<String> of(String sentence) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(sentence);
        while (matcher.find()) {
            String token = matcher.group();
            if (token.length() == 1 && !Character.isLetterOrDigit(token.charAt(0))) {
                tokens.add(COMMA);
            } else if (withoutSpaces(token.codePointAt(0))) {
                divide(token, tokens);
            } else {
                tokens.add(token);
            }
        }
        return tokens;
    }

    /** Each letter with its marks is a token. */
    private static void divide(String run, List<String> into) {
        StringBuilder token = new StringBuilder();
        run.codePoints().forEach(c -> {
            if (!token.isEmpty() && Character.isLetterOrDigit(c)) {
                into.add(token.toString());
                token.setLength(0);
            }
            token.appendCodePoint(c);
        });
        into.add(token.toString());
    }

    private static boolean withoutSpaces(int c) {
        return WITHOUT_SPACES.contains(Character.UnicodeScript.of(c));
    }

    /** Whether a token is a word. */
    static boolean isWord(String token) {
        return !token.equals(COMMA);
    }

    /**
     * Puts the tokens of one sentence together: with a capital at its beginning and, if it is complete, a stop at its
     * end.
     *
     * @param tokens the tokens, not empty
     */
    static String text(List<String> tokens, boolean complete) {
        StringBuilder text = new StringBuilder();
        boolean spaced = true;
        for (String token : tokens) {
            boolean unspaced = isWord(token) && withoutSpaces(token.codePointAt(0));
            if (!text.isEmpty() && isWord(token) && !(unspaced && !spaced)) {
                text.append(' ');
            }
            text.append(isWord(token) || spaced ? token : "、");
            spaced = isWord(token) ? !unspaced : spaced;
        }
        text.setCharAt(0, Character.toTitleCase(text.charAt(0)));
        return text.append(complete ? spaced ? "." : "。" : "").toString();
    }
}
