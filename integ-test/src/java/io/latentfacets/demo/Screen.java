/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * The output of the demo. On a terminal each step is one line that updates itself. In a pipe it prints plain lines, at
 * least a few seconds apart. Not thread-safe.
 */
final class Screen {
    private static final long PIPE_NANOS = 5_000_000_000L;
    private static final long TERMINAL_NANOS = 80_000_000L;
    private static final String CLEAR = "\r\033[K";

    private final PrintStream out;
    private final boolean terminal;
    private final boolean colours;
    private final int width;
    private String step;
    private long begun;
    private long shown;
    private String last = "";

    Screen(PrintStream out, boolean terminal, boolean colours, int width) {
        this.out = out;
        this.terminal = terminal;
        this.colours = colours;
        this.width = Math.max(60, Math.min(width, 110));
    }

    int width() {
        return width;
    }

    /** Begins a step. */
    void begin(String name) {
        step = name;
        begun = System.nanoTime();
        shown = 0;
        last = "";
        update("");
    }

    /** Shows the progress of the step. */
    void update(String text) {
        long now = System.nanoTime();
        if (now - shown < (terminal ? TERMINAL_NANOS : PIPE_NANOS)
                || (text.isEmpty() && !terminal)
                || text.equals(last)) {
            return;
        }
        shown = now;
        last = text;
        if (terminal) {
            out.print(CLEAR + cut(String.format(Locale.ROOT, "  %-8s %s %s", step, "…", text), width - 1));
            out.flush();
        } else {
            out.println(String.format(Locale.ROOT, "  %-8s … %s", step, text));
        }
    }

    /** Ends the step. */
    void done(String text) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        String line = String.format(Locale.ROOT, "  %-8s %s %s", step, green("✓"), text);
        int gap = Math.max(2, width - 9 - visible(line));
        out.println(
                (terminal ? CLEAR : "") + line + " ".repeat(gap) + dim(String.format(Locale.ROOT, "%6.1f s", seconds)));
        out.flush();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Ends a half-written line. */
    void interrupted() {
        if (terminal) {
            out.print(CLEAR);
            out.flush();
        }
    }

    String bold(String text) {
        return colours ? "\033[1m" + text + "\033[0m" : text;
    }

    String dim(String text) {
        return colours ? "\033[2m" + text + "\033[0m" : text;
    }

    String green(String text) {
        return colours ? "\033[32m" + text + "\033[0m" : text;
    }

    String cyan(String text) {
        return colours ? "\033[36m" + text + "\033[0m" : text;
    }

    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, Math.max(0, length - 1)) + "…";
    }

    static int visible(String text) {
        return text.replaceAll("\033\\[[0-9;]*[mK]", "").length();
    }

    /** Draws a bar of {@code cells} characters, exact to an eighth of a character. */
    static String bar(double share, int cells) {
        int eighths = (int) Math.round(Math.max(0, Math.min(1, share)) * cells * 8);
        eighths = share > 0 ? Math.max(1, eighths) : 0;
        String bar = "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : " ▏▎▍▌▋▊▉".charAt(eighths % 8));
        return bar + " ".repeat(cells - bar.length());
    }

    static String clock(long millis) {
        long seconds = Math.max(0, millis) / 1000;
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }
}
