/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import java.io.IOException;
import java.io.StringReader;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.opensearch.test.OpenSearchTestCase;

/** The tokens of plain text are those of Lucene's tokenizer. */
public class PlainTextTests extends OpenSearchTestCase {
    private static final int LONGEST = 255;

    private final Tokens tokens = new Tokens();

    public void testOrdinaryTextIsPlain() throws IOException {
        for (String text : new String[] {
            "The price of crude oil fell by 3.5% to $1,000 – “isn’t it” U.S.A. foo_bar",
            "Die Häuser größer als früher, für 5 € …",
            "L'été n'est pas où l'on çroit",
            "Цены на нефть",
            "Οι τιμές του πετρελαίου",
            "",
            "\t\r\n \u0000"
        }) {
            assertThat(text, check(text), equalTo(true));
        }
    }

    public void testOtherTextIsNotPlain() {
        for (String text : new String[] {
            "e\u0301",
            "\ud83d\ude00",
            "\ud800",
            "\u200d",
            "\u6a5f",
            "\uac00",
            "\u05d0",
            "\u0e01",
            "\u00a9",
            "a\u00adb",
            "\u3042"
        }) {
            tokens.shorten(0);
            assertFalse(text, PlainText.read(text, LONGEST, tokens));
            assertFalse(text, PlainText.read("word " + text + " word", LONGEST, tokens));
        }
    }

    public void testTokensThatTheTokenizerCutsAreNotPlain() throws IOException {
        assertTrue(check("x".repeat(LONGEST) + " y"));
        tokens.shorten(0);
        assertFalse(PlainText.read("x".repeat(LONGEST + 1) + " y", LONGEST, tokens));
    }

    public void testEveryPlainCharacterBesideEveryKind() throws IOException {
        int plain = 0;
        for (char c = 0; c < 0x2200; c++) {
            for (String around :
                    new String[] {"%s", "a%sb", "1%s2", "a%s1", "_%s_", "a%s%sb", "%sa", "a%s", "a.%s.b", "%s'%s\"%s"
                    }) {
                plain += check(around.replace("%s", String.valueOf(c))) ? 1 : 0;
            }
        }
        assertThat(plain, greaterThan(10_000));
    }

    public void testRandomTexts() throws IOException {
        Random random = new Random(randomLong());
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            boolean wide = random.nextInt(4) == 0;
            for (int length = random.nextInt(30); length >= 0; length--) {
                switch (random.nextInt(4)) {
                    case 0 -> text.append("aB1_.,:;'\" -\u2019\u00e4\u0436\u03c9".charAt(random.nextInt(16)));
                    case 1 -> text.append((char) random.nextInt(wide ? 0x530 : 128));
                    case 2 -> text.append((char) ('a' + random.nextInt(26)));
                    default -> text.append("_.,:'1".charAt(random.nextInt(6)));
                }
            }
            plain += check(text.toString()) ? 1 : 0;
        }
        assertThat(plain, greaterThan(10_000));
    }

    /** Compares the tokens if the text is plain, and returns whether it is. */
    private boolean check(String text) throws IOException {
        tokens.shorten(0);
        if (!PlainText.read(text, LONGEST, tokens)) {
            return false;
        }
        int at = 0;
        try (StandardTokenizer tokenizer = new StandardTokenizer()) {
            tokenizer.setReader(new StringReader(text));
            OffsetAttribute offsets = tokenizer.addAttribute(OffsetAttribute.class);
            tokenizer.reset();
            while (tokenizer.incrementToken()) {
                assertThat(text, at < tokens.size(), equalTo(true));
                assertThat(text, tokens.start(at), equalTo(offsets.startOffset()));
                assertThat(text, tokens.end(at), equalTo(offsets.endOffset()));
                long key = TokenMemo.key(text.toCharArray(), tokens.start(at), tokens.end(at));
                assertThat(text, tokens.key(at++), equalTo(key));
            }
        }
        assertThat(text, tokens.size(), equalTo(at));
        return true;
    }
}
