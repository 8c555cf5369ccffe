/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesRegex;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.Test;

/** A pattern is refused before Lucene makes an automaton of it that does not fit into memory. */
public final class TermPatternLimitsTests {

    private static String refused(String pattern) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> TermPatterns.of("exclude_terms", List.of("fine", pattern)))
                .getMessage();
    }

    @Test
    public void repetitionsThatMultiplyAreRefused() {
        for (String pattern :
                List.of("((a{99}){99}){999}", "(((((a{9}){9}){9}){9}){9}){9}", "(a|b){5000,6000}", "(abc){99999,}")) {
            assertThat(refused(pattern), containsString("[exclude_terms] patterns must have at most 10000 characters"));
            assertThat(refused(pattern), containsString("[" + pattern + "]"));
        }
    }

    /** Six patterns of 8,800 states are refused, five are not; nor are a thousand long words. */
    @Test
    public void manyLargePatternsAreRefused() {
        List<String> large = IntStream.range(0, 6)
                .mapToObj(i -> "(" + (char) ('a' + i) + "){4400}")
                .toList();
        assertTrue(TermPatterns.of("exclude_terms", large.subList(0, 5)).matches("c".repeat(4400)));
        String message = assertThrows(IllegalArgumentException.class, () -> TermPatterns.of("exclude_terms", large))
                .getMessage();
        assertThat(
                message,
                matchesRegex("\\[exclude_terms] patterns must have at most 50000 characters in all once their"
                        + " repetitions are written out: 5[0-9]{4}"));
        List<String> words = IntStream.range(0, 1000)
                .mapToObj(i -> "averyveryverylongword" + i)
                .toList();
        assertTrue(TermPatterns.of("exclude_terms", words).matches("averyveryverylongword999"));
    }

    @Test
    public void deepNestingIsNoStackOverflow() {
        String deep = "(".repeat(499) + "a" + ")".repeat(499);
        assertTrue(TermPatterns.of("exclude_terms", List.of(deep)).matches("a"));
    }

    @Test
    public void usualPatternsAreNot() {
        TermPatterns patterns =
                TermPatterns.of("exclude_terms", List.of("reuter.*", "[0-9]{1,4}", "(mon|tues)day", "a{50}", "<1-99>"));
        assertTrue(patterns.matches("reuters"));
        assertTrue(patterns.matches("1987"));
        assertTrue(patterns.matches("tuesday"));
        assertTrue(patterns.matches("42"));
    }
}
