/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.opensearch.test.OpenSearchTestCase;

public class IntervalWordsTests extends OpenSearchTestCase {

    private static List<int[]> documents(int count, int... words) {
        return Collections.nCopies(count, words);
    }

    @SafeVarargs
    private static List<int[]> together(List<int[]>... parts) {
        List<int[]> all = new ArrayList<>();
        for (List<int[]> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    public void testWordsOfTheIntervalOnly() {
        List<int[]> best = IntervalWords.of(
                List.of(
                        together(documents(10, 0, 1), documents(10, 0)),
                        together(documents(8, 0, 2), documents(12, 0, 3)),
                        documents(20, 0)),
                5,
                3);
        assertThat("only the first interval has word 1", best.get(0), equalTo(new int[] {1}));
        assertThat("the more frequent word comes first", best.get(1), equalTo(new int[] {3, 2}));
        assertThat("word 0 is everywhere", best.get(2), equalTo(new int[0]));
    }

    public void testOneDocumentIsNoSubject() {
        List<int[]> best = IntervalWords.of(
                List.of(together(documents(1, 0), documents(5, 1)), documents(6, 1), List.of(), documents(1, 2)), 3, 3);
        best.forEach(each -> assertThat(each, equalTo(new int[0])));
    }

    public void testOneIntervalAlone() {
        assertThat(IntervalWords.of(List.of(documents(5, 0), List.of()), 1, 3).get(0), equalTo(new int[0]));
        assertThat(IntervalWords.of(List.of(), 1, 3), equalTo(List.of()));
    }

    public void testNoMoreThanAskedFor() {
        List<int[]> best = IntervalWords.of(List.of(documents(10, 0, 1, 2, 3), documents(10, 4)), 5, 2);
        assertThat("of equal ones the first", best.get(0), equalTo(new int[] {0, 1}));
    }

    public void testWhatMayBeChanceIsNotShown() {
        List<List<int[]>> few = List.of(together(documents(3, 0), documents(7, 1)), documents(20, 1));
        assertThat("3 of 10 against none of 20", IntervalWords.of(few, 2, 3).get(0), equalTo(new int[0]));
    }

    public void testRatio() {
        assertThat(IntervalWords.ratio(5, 10, 5, 10), closeTo(0, 1e-12));
        // 10 of 10 against 0 of 10: 20 · ln 2
        assertThat(IntervalWords.ratio(10, 10, 0, 10), closeTo(20 * Math.log(2), 1e-12));
        assertThat(IntervalWords.ratio(0, 10, 0, 10), closeTo(0, 1e-12));
    }
}
