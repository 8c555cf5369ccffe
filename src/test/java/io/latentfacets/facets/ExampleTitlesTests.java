/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class ExampleTitlesTests extends OpenSearchTestCase {

    private static String title(Map<String, Object> source, String... textFields) {
        return new ExampleTitles(null, List.of(textFields)).of(source);
    }

    public void testUsualNamesInOrder() {
        assertEquals("T", title(Map.of("title", "T", "subject", "S", "name", "N", "body", "B"), "body", "title"));
        assertEquals("S", title(Map.of("title", " ", "subject", "S", "name", "N")));
        assertEquals("7", title(Map.of("headline", 7)));
        assertEquals("SocketFactory", title(Map.of("title", "SocketFactory", "library", "java.net")));
    }

    public void testTheGivenFieldAlone() {
        ExampleTitles given = new ExampleTitles("meta.label", List.of());
        assertEquals(List.of("meta.label"), given.fields());
        assertEquals("L", given.of(Map.of("title", "T", "meta", Map.of("label", "L"))));
        assertEquals("", given.of(Map.of("title", "T")));
    }

    public void testArraysAndObjects() {
        assertEquals("first", title(Map.of("title", Arrays.asList(null, "", "first", "second"))));
        assertEquals("S", title(Map.of("title", Map.of("en", "not a text"), "subject", "S")));
        assertEquals("S", title(Map.of("title", List.of(), "subject", "S")));
        // a common title field inside an object takes precedence over other text
        assertEquals(
                "Inner",
                title(Map.of("doc", List.of(Map.of("title", "Inner")), "abstract", "A b."), "abstract", "doc.title"));
        assertEquals("flat", title(Map.of("doc.title", "flat"), "doc.title"));
    }

    public void testNothingToGoBy() {
        assertEquals("", title(null));
        assertEquals("", title(Map.of()));
        assertEquals("", title(Map.of("body", "  \n "), "body"));
        assertEquals("", title(Map.of("body", "not a text field")));
    }

    /** A message with the head and the quotations of a news group. */
    public void testTheFirstSentenceThatIsTheAuthorsOwn() {
        String message = "From: charley@umd.edu (Charley)\nLines: 12\n\nIn article <65974@mimsy.umd.edu>\n"
                + "mangoe@cs.umd.edu (Charley Wingate) writes:\n \n>>Well, John has a quite different theology.\n>\n"
                + ">This is a new argument to me.\n\n"
                + "The argument goes as follows: many quotes appear in John, but not in\nthe almost codified way they"
                + " were in Matthew or Luke. However, they are similar.";
        assertEquals(
                "The argument goes as follows: many quotes appear in John, but not in the almost…",
                title(Map.of("body", message), "body"));
        assertEquals("Oil up 5 pct", title(Map.of("body", "  Oil\n\tup 5 pct "), "body"));
    }

    public void testCutsBetweenWords() {
        assertEquals("short", ExampleTitles.cut("short", 5));
        assertEquals("one two…", ExampleTitles.cut("one two, three", 11));
        assertEquals("one…", ExampleTitles.cut("one two", 6));
        assertEquals("abcdefghi…", ExampleTitles.cut("abcdefghijklmnop", 10));
        assertEquals("a surrogate pair stays whole", "abcd…", ExampleTitles.cut("abcd\uD83D\uDE00efgh", 6));
        assertEquals("…", ExampleTitles.cut("!!!!!!!!!", 5).substring(4));
        for (int i = 0; i < 200; i++) {
            String text = randomRealisticUnicodeOfLengthBetween(0, 300);
            String cut = ExampleTitles.cut(text, 80);
            assertTrue(cut, cut.length() <= 80);
            assertTrue(cut, cut.equals(text) || cut.endsWith("…"));
        }
        assertEquals(
                ExampleTitles.MAX_TITLE,
                title(Map.of("title", "word ".repeat(1000))).length());
    }
}
