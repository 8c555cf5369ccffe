/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * What many answers were: the counts by kind of request and status, the slowest, and the wrong ones. It keeps few of
 * the answers. Not thread-safe.
 */
final class HostileTally {
    private static final int SHOWN = 12;
    private static final int SLOWEST = 5;
    private static final Comparator<HostileAnswer> BY_TIME = Comparator.comparingLong(HostileAnswer::millis);

    private final String name;
    private final long start = System.nanoTime();
    private final Map<String, Map<Integer, Integer>> counts = new TreeMap<>();
    private final PriorityQueue<HostileAnswer> slowest = new PriorityQueue<>(BY_TIME);
    private final List<String> shown = new ArrayList<>();
    private int answers;
    private int wrong;
    private int repeated;

    HostileTally(String name) {
        this.name = name;
    }

    /** @param complaint what is wrong with the answer; null for nothing */
    void add(HostileAnswer answer, String complaint) {
        answers++;
        repeated += answer.tries() - 1;
        for (String row : List.of("all", answer.request().kind().replaceAll(",.*| [a-z]+/.*", ""))) {
            counts.computeIfAbsent(row, key -> new TreeMap<>())
                    .merge(answer.response().status(), 1, Integer::sum);
        }
        slowest.add(answer);
        if (slowest.size() > SLOWEST) {
            slowest.remove();
        }
        if (complaint != null) {
            wrong++;
            if (shown.size() < SHOWN) {
                shown.add(complaint + ": " + answer);
            }
        }
    }

    void print() {
        System.out.printf(
                "hostile requests, %s: %d in %.1f s, %d sent again because the heap was full%n",
                name, answers, (System.nanoTime() - start) / 1e9, repeated);
        counts.forEach((row, statuses) -> System.out.printf("  %-20s %s%n", row, statuses));
        slowest.stream()
                .sorted(BY_TIME.reversed())
                .forEach(answer -> System.out.printf("  %6d ms %s%n", answer.millis(), answer.request()));
    }

    void assertNothingWrong(int expected) {
        assertThat(wrong + " wrong answers, among them\n" + String.join("\n", shown), wrong, equalTo(0));
        assertThat(answers, equalTo(expected));
    }
}
