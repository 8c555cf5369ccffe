/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

public final class TextOptionsTests {
    private static void refused(String message, org.junit.function.ThrowingRunnable options) {
        assertThat(assertThrows(IllegalArgumentException.class, options).getMessage(), startsWith(message));
    }

    @Test
    public void testMessagesNameKeyBoundAndValue() {
        refused(
                "[text.vocabulary_size] must be in [100, 200000]: 7",
                () -> new TextOptions("english", 7, 5, 0.5, true, List.of()));
        refused(
                "[text.vocabulary_size] must be in [100, 200000]: 200001",
                () -> new TextOptions("english", 200_001, 5, 0.5, true, List.of()));
        refused(
                "[text.min_doc_freq] must be in [1, 1000000]: 0",
                () -> new TextOptions("english", 100, 0, 0.5, true, List.of()));
        refused(
                "[text.max_doc_ratio] must be in (0, 1]: 0.0",
                () -> new TextOptions("english", 100, 5, 0, true, List.of()));
        refused(
                "[text.max_doc_ratio] must be in (0, 1]: 1.5",
                () -> new TextOptions("english", 100, 5, 1.5, true, List.of()));
        refused(
                "[text.max_doc_ratio] must be in (0, 1]: NaN",
                () -> new TextOptions("english", 100, 5, Double.NaN, true, List.of()));
        refused("[text.analyzer] must name an analyzer: []", () -> new TextOptions("", 100, 5, 0.5, true, List.of()));
        refused(
                "[text.exclude] must be a regular expression: [a(b]",
                () -> new TextOptions("english", 100, 5, 0.5, true, List.of("a(b")));
    }

    private static TextOptions words(String name) {
        return new TextOptions("english", 100, 1, 1, false, List.of(), name);
    }

    @Test
    public void testWordVectorsAreThePlainNameOfAFile() {
        for (String name : List.of(
                "",
                " ",
                "a/b",
                "/etc/passwd",
                "..",
                ".",
                "../a",
                "a..b",
                ".hidden",
                "-x",
                "a\\b",
                "a b",
                "ä",
                "a\0",
                "a\n",
                "C:x",
                "x".repeat(201))) {
            refused("[text.word_vectors] must be the name of a file, of at most [200] letters", () -> words(name));
        }
        for (String name : List.of("a", "glove.6B.100d.txt", "cc.en.300.vec.gz", "_x-1", "x".repeat(200))) {
            assertThat(words(name).wordVectors(), equalTo(name));
            assertThat(
                    words(name).withoutWordVectors(), equalTo(new TextOptions("english", 100, 1, 1, false, List.of())));
        }
    }

    @Test
    public void testBoundsThemselvesAreAllowed() {
        assertThat(new TextOptions("x", 100, 1, 1, false, List.of()).vocabularySize(), equalTo(100));
        assertThat(new TextOptions("x", 200_000, 1_000_000, 0.001, false, List.of()).minDocFreq(), equalTo(1_000_000));
    }

    @Test
    public void testPatternsMatchWholeWordsInAnyCase() {
        TermPatterns patterns = TermPatterns.of("text.exclude", List.of("Reuter(s)?", "\\d+mb", "x.*"));
        for (String word : List.of("reuter", "REUTERS", "10mb", "10MB", "xylophone")) {
            assertThat(word, patterns.matches(word), equalTo(true));
        }
        for (String word : List.of("reutersville", "mb", "ax", "")) {
            assertThat(word, patterns.matches(word), equalTo(false));
        }
    }

    @Test
    public void testPatternThatWouldExplodeIsRefused() {
        refused(
                "[text.exclude] patterns must have at most 10000 characters",
                () -> TermPatterns.of("text.exclude", List.of("(.*a){2000}")));
        refused(
                "[text.exclude] must be a regular expression",
                () -> TermPatterns.of("text.exclude", List.of("(a|b)*a(a|b){200}c")));
        refused(
                "[text.exclude] patterns must have 1 to 1000 characters: 0",
                () -> TermPatterns.of("text.exclude", List.of("")));
    }
}
