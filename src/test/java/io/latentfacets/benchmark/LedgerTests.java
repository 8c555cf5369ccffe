/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** How figures are read from benchmarks' tables, and which of them are too much worse than in the last release. */
public final class LedgerTests {

    private static final List<Ledger.Figure> FIGURES = List.of(
            Ledger.Figure.of("bulk", Ledger.Kind.RATIO, "ingest", new Ledger.Cell("short", "\\*\\*with", 2)),
            new Ledger.Figure(
                    "K = 1,000 / 20",
                    Ledger.Kind.RATIO,
                    "columns",
                    new Ledger.Cell("", "1,000 ", 1),
                    new Ledger.Cell("", "20 ", 1)),
            Ledger.Figure.of("NMI", Ledger.Kind.QUALITY, "training", new Ledger.Cell("", "nmi", 1)),
            Ledger.Figure.of("s", Ledger.Kind.ABSOLUTE, "training", new Ledger.Cell("", "all", 1)));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Ledger read(String bulk, String columns, String nmi, String seconds) throws IOException {
        Path logs = folder.newFolder().toPath();
        Files.write(
                logs.resolve("ingest.log"),
                List.of(
                        "long documents",
                        "| **with** | 7 | 9.99 |",
                        "short documents",
                        "| **with** | 7 | " + bulk + " |"));
        Files.write(logs.resolve("columns.log"), List.of("| 20 | 0.5 |", "| 1,000 | " + columns + " |"));
        if (nmi != null) {
            Files.write(
                    logs.resolve("training.log"), List.of("| nmi | " + nmi + " |", "| all | **" + seconds + "** |"));
        }
        Ledger ledger = new Ledger(FIGURES);
        ledger.read(logs);
        return ledger;
    }

    @Test
    public void aRowComesBackAsItWas() throws IOException {
        List<String> history =
                read("1.25", "2.000", "0.7", "1,234").withRow(List.of("# History"), "0.1.0", "a machine");
        assertThat(
                history,
                equalTo(List.of(
                        "# History",
                        "",
                        "| release | machine | bulk | K = 1,000 / 20 | NMI | s |",
                        "|---|---|---|---|---|---|",
                        "| 0.1.0 | a machine | 1.250 | 4.000 | 0.700 | 1234 |")));
        Ledger next = read("1.3", "2.2", "0.65", "2000");
        assertThat(next.last(history), equalTo(Map.of("bulk", 1.25, "K = 1,000 / 20", 4.0, "NMI", 0.7, "s", 1234.0)));
        assertThat("within the tolerance", next.regressions(next.last(history)), equalTo(List.of()));
        assertThat(next.withRow(history, "0.2.0", "another").size(), equalTo(history.size() + 1));
    }

    @Test
    public void ratiosThatGrowAndQualityThatFallsAreRegressions() throws IOException {
        Map<String, Double> before = Map.of("bulk", 1.2, "K = 1,000 / 20", 4.0, "NMI", 0.7, "s", 60.0);
        assertThat(read("1.39", "2", ".7", "60").regressions(before), equalTo(List.of("bulk")));
        assertThat(read("1.2", "2.4", ".7", "60").regressions(before), equalTo(List.of("K = 1,000 / 20")));
        assertThat(read("1.2", "2", ".59", "60").regressions(before), equalTo(List.of("NMI")));
        assertThat("a slower machine", read("1.2", "2", ".7", "600").regressions(before), equalTo(List.of()));
        assertThat("far better", read("0.1", "0.1", ".99", "6").regressions(before), equalTo(List.of()));
    }

    @Test
    public void aBenchmarkThatWasNotRunIsNoRegression() throws IOException {
        Ledger ledger = read("1.2", "2", null, null);
        assertThat(ledger.regressions(Map.of("NMI", 0.7)), equalTo(List.of()));
        assertThat(
                ledger.withRow(List.of(), "0.1.0", "a machine").get(2),
                equalTo("| 0.1.0 | a machine | 1.200 | 4.000 | – | – |"));
        Map<String, Double> last = ledger.last(ledger.withRow(List.of(), "0.1.0", "a machine"));
        assertThat(last, equalTo(Map.of("bulk", 1.2, "K = 1,000 / 20", 4.0)));
    }

    @Test
    public void anOutputWithoutItsRowIsAnError() throws IOException {
        Path logs = folder.newFolder().toPath();
        Files.write(logs.resolve("columns.log"), List.of("| 20 | 1 | 1 |", "it broke"));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> new Ledger(FIGURES).read(logs));
        assertThat(e.getMessage(), allOf(containsString("columns.log"), containsString("K = 1,000 / 20")));
    }

    @Test
    public void aHistoryWithOtherFiguresGetsANewHead() throws IOException {
        List<String> old = List.of("| release | machine | bulk |", "|---|---|---|", "| 0.0.9 | m | 1.1 |");
        Ledger ledger = read("1.2", "2", ".7", "60");
        assertThat(ledger.last(old), equalTo(Map.of("bulk", 1.1)));
        List<String> now = ledger.withRow(old, "0.1.0", "m");
        assertThat(now.get(4), equalTo("| release | machine | bulk | K = 1,000 / 20 | NMI | s |"));
        assertThat(ledger.last(now), equalTo(Map.of("bulk", 1.2, "K = 1,000 / 20", 4.0, "NMI", 0.7, "s", 60.0)));
    }
}
