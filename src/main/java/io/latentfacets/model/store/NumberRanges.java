/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A set of numbers, kept as ranges: generations that are gone. A model whose clusters follow a stream makes thousands
 * of generations a year, of which a few stay. Immutable.
 *
 * @param ranges the first and the last number of each range, ascending and neither overlapping nor adjacent
 */
record NumberRanges(List<Range> ranges) {

    static final NumberRanges NONE = new NumberRanges(List.of());

    /** The numbers {@code first} to {@code last}, both included. */
    record Range(int first, int last) {}

    /** The set with one number more. */
    NumberRanges with(int number) {
        if (contains(number)) {
            return this;
        }
        TreeMap<Integer, Integer> lastByFirst = new TreeMap<>();
        ranges.forEach(range -> lastByFirst.put(range.first(), range.last()));
        Integer above = lastByFirst.remove(number + 1);
        int last = above == null ? number : above;
        Map.Entry<Integer, Integer> below = lastByFirst.floorEntry(number);
        boolean adjacent = below != null && below.getValue() == number - 1;
        lastByFirst.put(adjacent ? below.getKey() : number, last);
        return new NumberRanges(lastByFirst.entrySet().stream()
                .map(range -> new Range(range.getKey(), range.getValue()))
                .toList());
    }

    boolean contains(int number) {
        return ranges.stream().anyMatch(range -> range.first() <= number && number <= range.last());
    }

    /** The numbers from one to another, both included, that are not in the set, ascending. */
    IntStream others(int from, int to) {
        IntStream.Builder others = IntStream.builder();
        int next = from;
        for (Range range : ranges) {
            for (; next < range.first() && next <= to; next++) {
                others.add(next);
            }
            next = Math.max(next, range.last() + 1);
        }
        for (; next <= to; next++) {
            others.add(next);
        }
        return others.build();
    }

    /** For a document: a list of pairs. */
    List<List<Integer>> toSource() {
        return ranges.stream()
                .map(range -> List.of(range.first(), range.last()))
                .toList();
    }

    /** Reads what {@link #toSource} has made; null is the empty set. */
    static NumberRanges read(Object source) {
        List<Range> ranges = new ArrayList<>();
        if (source != null) {
            for (Object pair : (List<?>) source) {
                List<?> numbers = (List<?>) pair;
                ranges.add(new Range(((Number) numbers.get(0)).intValue(), ((Number) numbers.get(1)).intValue()));
            }
        }
        return new NumberRanges(List.copyOf(ranges));
    }
}
