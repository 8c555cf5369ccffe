/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static io.latentfacets.benchmark.Ledger.Kind.ABSOLUTE;
import static io.latentfacets.benchmark.Ledger.Kind.QUALITY;
import static io.latentfacets.benchmark.Ledger.Kind.RATIO;

import io.latentfacets.benchmark.Ledger.Cell;
import io.latentfacets.benchmark.Ledger.Figure;
import java.util.List;

/**
 * The figures of the {@link Ledger}, and where the benchmarks that {@code benchmarks/run} starts print them. Ratios are
 * of CPU time where a benchmark prints it: that of the wall changes with what else the machine does.
 */
final class Headlines {
    private static final String MAP = "| matches | `latent_map`";
    private static final String PIECES = "40,000";

    /** What they are divided by: core's {@code terms} over a million matches. */
    private static final Cell TERMS = new Cell("", "a term", 5);

    static final List<Figure> FIGURES = List.of(
            Figure.of("bulk, posts, CPU ratio", RATIO, "ingest", new Cell("", "\\*\\*with the", 4)),
            Figure.of("bulk, posts, ratio", ABSOLUTE, "ingest", new Cell("", "\\*\\*with the", 2)),
            Figure.of("bulk, 370 characters, CPU ratio", RATIO, "ingest", new Cell(PIECES, "\\*\\*with the", 4)),
            Figure.of("bulk, 370 characters, ratio", ABSOLUTE, "ingest", new Cell(PIECES, "\\*\\*with the", 2)),
            Figure.of("training, 1 thread, s", ABSOLUTE, "training", new Cell("", "1 \\| 42 \\| \\*\\*all", 3)),
            Figure.of("training, 2 threads, s", ABSOLUTE, "training", new Cell("", "2 \\| 42 \\| \\*\\*all", 3)),
            new Figure(
                    "training, CPU of 2 threads / of 1",
                    RATIO,
                    "training",
                    new Cell("", "2 \\| 42 \\| \\*\\*all", 4),
                    new Cell("", "1 \\| 42 \\| \\*\\*all", 4)),
            Figure.of("NMI", QUALITY, "training", new Cell("", "1 \\| 42 \\| NMI", 3)),
            Figure.of("columns, 20 clusters, s a million", ABSOLUTE, "columns", new Cell("", "20 ", 1)),
            Figure.of("columns, 1,000 clusters, s a million", ABSOLUTE, "columns", new Cell("", "1,000 ", 1)),
            new Figure(
                    "columns, 1,000 clusters / 20",
                    RATIO,
                    "columns",
                    new Cell("", "1,000 ", 1),
                    new Cell("", "20 ", 1)),
            Figure.of("columns, heap, bytes a document", RATIO, "columns", new Cell("", "20 ", 5)),
            Figure.of("facets / terms, a million", RATIO, "facets", new Cell("", "a term", 6)),
            Figure.of("facets / terms, everything", RATIO, "facets", new Cell("", "everything", 6)),
            Figure.of("facets / terms, a tenth", RATIO, "facets", new Cell("", "a tenth", 6)),
            Figure.of("facets / terms, a hundredth", RATIO, "facets", new Cell("", "a hundredth", 6)),
            Figure.of("results, a million, ms", ABSOLUTE, "facets", new Cell("", "results, 10 \\| 1,000,000", 2)),
            new Figure(
                    "results, a million / terms", RATIO, "facets", new Cell("", "results, 10 \\| 1,000,000", 3), TERMS),
            Figure.of("results, 50,000, ms", ABSOLUTE, "facets", new Cell("", "results, 10 \\| 50,000", 2)),
            new Figure("results, 50,000 / terms", RATIO, "facets", new Cell("", "results, 10 \\| 50,000", 3), TERMS),
            new Figure(
                    "results, auto / 10, a million",
                    RATIO,
                    "facets",
                    new Cell("", "results, auto \\| 1,000,000", 3),
                    new Cell("", "results, 10 \\| 1,000,000", 3)),
            Figure.of("map / geotile_grid", RATIO, "facets", new Cell(MAP, "a term", 6)),
            new Figure(
                    "neighbors, exact / latent_neighbors, queries",
                    RATIO,
                    "neighbors",
                    new Cell("", "1 \\| – \\| exact", 5),
                    new Cell("", "1 \\| – \\| `latent_neighbors`", 5)),
            Figure.of("neighbors, recall", QUALITY, "neighbors", new Cell("", "1 \\| – \\| `latent_neighbors`", 3)),
            new Figure(
                    "memory of a training, measured / estimate",
                    RATIO,
                    "memory",
                    new Cell("", "10000 \\| 10000 \\| 128 \\|", 10),
                    new Cell("", "10000 \\| 10000 \\| 128 \\|", 9)));

    private Headlines() {}
}
