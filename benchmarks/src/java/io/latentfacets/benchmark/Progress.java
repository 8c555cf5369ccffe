/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.io.PrintStream;
import java.time.Duration;

/** Prints one line per step with the time since the start, so that the user sees the progress. */
final class Progress {
    private final PrintStream out;
    private final long start = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void step(String text) {
        Duration passed = Duration.ofNanos(System.nanoTime() - start);
        out.printf("%4d:%02d  %s%n", passed.toMinutes(), passed.toSecondsPart(), text);
    }
}
