/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.equalTo;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.opensearch.test.OpenSearchTestCase;

public class NumberRangesTests extends OpenSearchTestCase {

    public void testNeighboursAreOneRange() {
        NumberRanges ranges = NumberRanges.NONE.with(2).with(4).with(9);
        assertThat(ranges.toSource(), equalTo(List.of(List.of(2, 2), List.of(4, 4), List.of(9, 9))));
        assertThat(ranges.with(3).toSource(), equalTo(List.of(List.of(2, 4), List.of(9, 9))));
        assertThat(ranges.with(8).with(10).toSource(), equalTo(List.of(List.of(2, 2), List.of(4, 4), List.of(8, 10))));
        assertThat(ranges.with(4), equalTo(ranges));
        assertThat(ranges.with(3).others(1, 11).boxed().toList(), equalTo(List.of(1, 5, 6, 7, 8, 10, 11)));
        assertThat(ranges.with(3).others(3, 5).boxed().toList(), equalTo(List.of(5)));
    }

    /** Whatever the order, the ranges are the numbers, as few as possible, and come back from a document. */
    public void testTheyAreASetOfNumbers() {
        Set<Integer> numbers = new TreeSet<>();
        NumberRanges ranges = NumberRanges.NONE;
        for (int i = 0; i < 200; i++) {
            int number = randomIntBetween(1, 120);
            numbers.add(number);
            ranges = ranges.with(number);
        }
        for (int number = 0; number <= 121; number++) {
            assertThat(ranges.contains(number), equalTo(numbers.contains(number)));
        }
        long starts =
                numbers.stream().filter(number -> !numbers.contains(number - 1)).count();
        assertThat((long) ranges.ranges().size(), equalTo(starts));
        int from = randomIntBetween(0, 60);
        int to = randomIntBetween(from, 130);
        assertThat(
                ranges.others(from, to).boxed().toList(),
                equalTo(IntStream.rangeClosed(from, to)
                        .filter(number -> !numbers.contains(number))
                        .boxed()
                        .toList()));
        assertThat(NumberRanges.read(ranges.toSource()), equalTo(ranges));
        assertThat(NumberRanges.read(null), equalTo(NumberRanges.NONE));
    }
}
