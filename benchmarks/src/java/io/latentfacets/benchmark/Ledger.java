/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The headline figures of the project, read from the tables that the benchmarks print, beside those of the last
 * release. Ratios are compared: both of their sides were measured in one run, so that another machine has much the
 * same. A ratio that is more than {@link #TOLERANCE} worse than in the last row of the history is a regression. Seconds
 * and milliseconds are kept, with the machine, and not compared.
 *
 * <p>Arguments: the file of the history, a directory with the benchmarks' output, and optionally the name of a release,
 * whose row is then added to the history. The program ends with status 1 after a regression, and with status 2 if a
 * figure is missing; neither adds a row.
 */
public final class Ledger {

    /** How much worse a ratio may be, as a part of it. */
    static final double TOLERANCE = 0.15;

    private static final String MISSING = "–";
    private static final String HEAD = "| release | machine |";

    /** What a figure is, and how it is compared. */
    enum Kind {
        /** A ratio of two times, or of two sizes; less is better. */
        RATIO,
        /** A quality; more is better. */
        QUALITY,
        /** A time or a size of this machine; never compared. */
        ABSOLUTE
    }

    /**
     * A place in a benchmark's output.
     *
     * @param section the beginning of a line after which its table comes; empty for anywhere
     * @param row a pattern of the beginning of its row, after the first {@code |}
     * @param column the cell of the row, counted from 0
     */
    record Cell(String section, String row, int column) {}

    /**
     * A figure.
     *
     * @param name the head of its column in the history
     * @param log the file of the output, without {@code .log}
     * @param over what to divide it by; {@code null} for nothing
     */
    record Figure(String name, Kind kind, String log, Cell cell, Cell over) {

        static Figure of(String name, Kind kind, String log, Cell cell) {
            return new Figure(name, kind, log, cell, null);
        }
    }

    /** The values of one run by the names of the figures; {@code null} where a benchmark was not run. */
    private final Map<String, Double> values = new LinkedHashMap<>();

    private final List<Figure> figures;

    Ledger(List<Figure> figures) {
        this.figures = figures;
    }

    public static void main(String[] args) throws IOException {
        Ledger ledger = new Ledger(Headlines.FIGURES);
        ledger.read(Path.of(args[1]));
        Path history = Path.of(args[0]);
        List<String> lines = Files.exists(history) ? Files.readAllLines(history) : List.of();
        System.exit(ledger.report(history, lines, args.length > 2 ? args[2] : null, System.out));
    }

    private int report(Path history, List<String> lines, String release, PrintStream out) throws IOException {
        Map<String, Double> before = last(lines);
        out.println("| figure | now | last release | |");
        out.println("|---|---|---|---|");
        for (Figure figure : figures) {
            Double now = values.get(figure.name());
            Double then = before.get(figure.name());
            String verdict = now == null ? "not measured" : regressed(figure, now, then) ? "**worse**" : "";
            out.printf("| %s | %s | %s | %s |%n", figure.name(), cell(now), cell(then), verdict);
        }
        if (before.isEmpty()) {
            out.printf("%nnothing was compared: %s has no row yet%n", history);
        }
        List<String> worse = regressions(before);
        if (!worse.isEmpty()) {
            out.printf("%nmore than %.0f %% worse: %s%n", 100 * TOLERANCE, String.join(", ", worse));
            return 1;
        }
        List<String> missing = figures.stream()
                .map(Figure::name)
                .filter(name -> !values.containsKey(name))
                .toList();
        if (release != null && !missing.isEmpty()) {
            out.printf("%nno row is added, because these were not measured: %s%n", String.join(", ", missing));
            return 2;
        }
        if (release != null) {
            Files.write(history, withRow(lines, release, machine()));
            out.printf("%na row for [%s] was added to %s%n", release, history);
        }
        return 0;
    }

    /**
     * Reads the figures whose outputs are there.
     *
     * @throws IllegalStateException if an output is there and lacks a figure: the benchmark failed, or prints another
     *     table now
     */
    void read(Path directory) throws IOException {
        for (Figure figure : figures) {
            Path log = directory.resolve(figure.log() + ".log");
            if (Files.exists(log)) {
                values.put(figure.name(), value(figure, Files.readAllLines(log)));
            }
        }
    }

    private static double value(Figure figure, List<String> lines) {
        double value = value(figure, figure.cell(), lines);
        return figure.over() == null ? value : value / value(figure, figure.over(), lines);
    }

    private static double value(Figure figure, Cell cell, List<String> lines) {
        Pattern row = Pattern.compile("\\| *(?:" + cell.row() + ").*");
        boolean inSection = cell.section().isEmpty();
        for (String line : lines) {
            inSection |= line.startsWith(cell.section());
            if (inSection && row.matcher(line).matches()) {
                return number(line.substring(1).split("\\|", -1)[cell.column()]);
            }
        }
        throw new IllegalStateException(
                "[" + figure.log() + ".log] has no row [" + cell.row() + "] for [" + figure.name() + "]");
    }

    private static double number(String cell) {
        double value = Double.parseDouble(cell.replaceAll("[*,%\\s]", ""));
        if (!Double.isFinite(value)) {
            throw new IllegalStateException("[" + cell + "] is no figure");
        }
        return value;
    }

    /** The figures of the last row of a history. */
    Map<String, Double> last(List<String> lines) {
        Map<String, Double> found = new LinkedHashMap<>();
        String[] heads = new String[0];
        String[] cells = new String[0];
        for (String line : lines) {
            if (line.startsWith(HEAD)) {
                heads = line.split("\\|", -1);
            } else if (line.startsWith("|") && !line.startsWith("|---")) {
                cells = line.split("\\|", -1);
            }
        }
        for (int i = 0; i < Math.min(heads.length, cells.length); i++) {
            String cell = cells[i].trim();
            String head = heads[i].trim();
            if (figures.stream().anyMatch(figure -> figure.name().equals(head)) && !cell.equals(MISSING)) {
                found.put(head, number(cell));
            }
        }
        return found;
    }

    /** The names of the figures that are too much worse than before. */
    List<String> regressions(Map<String, Double> before) {
        return figures.stream()
                .filter(figure -> regressed(figure, values.get(figure.name()), before.get(figure.name())))
                .map(Figure::name)
                .toList();
    }

    private static boolean regressed(Figure figure, Double now, Double then) {
        if (now == null || then == null) {
            return false;
        }
        return switch (figure.kind()) {
            case RATIO -> now > then * (1 + TOLERANCE);
            case QUALITY -> now < then * (1 - TOLERANCE);
            case ABSOLUTE -> false;
        };
    }

    /** The history with one more row; its head is that of the figures as they are now. */
    List<String> withRow(List<String> lines, String release, String machine) {
        StringBuilder row = new StringBuilder("| " + release + " | " + machine + " |");
        StringBuilder head = new StringBuilder(HEAD);
        StringBuilder rule = new StringBuilder("|---|---|");
        for (Figure figure : figures) {
            row.append(' ').append(cell(values.get(figure.name()))).append(" |");
            head.append(' ').append(figure.name()).append(" |");
            rule.append("---|");
        }
        List<String> longer = new ArrayList<>(lines);
        if (!longer.contains(head.toString())) {
            if (!longer.isEmpty()) {
                longer.add("");
            }
            longer.add(head.toString());
            longer.add(rule.toString());
        }
        longer.add(row.toString());
        return longer;
    }

    private static String cell(Double value) {
        if (value == null) {
            return MISSING;
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }

    private static String machine() throws IOException {
        String processor = System.getProperty("os.arch");
        Path cpus = Path.of("/proc/cpuinfo");
        if (Files.isReadable(cpus)) {
            processor = Files.readAllLines(cpus).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(processor);
        }
        return LocalDate.now(ZoneOffset.UTC) + ", " + Runtime.getRuntime().availableProcessors() + " cores of "
                + processor + ", Java " + Runtime.version().feature();
    }
}
