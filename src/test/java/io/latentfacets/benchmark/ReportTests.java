/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class ReportTests {
    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    @Test
    public void rowsHaveMeanAndDeviation() {
        Report report = new Report("corpus");
        report.row(
                "LSA",
                List.of(
                        new Scores(0.5, -0.02, 1, Double.NaN, 0.9, 0.1, 5, 1234, 2),
                        new Scores(0.6, -0.04, 1, Double.NaN, 0.9, 0.2, 6, 1234, 3)));
        report.row("NMF", List.of(new Scores(0.4567, 0.3, 0.5, 0.25, 0.8, -0.01, 5, 99, 0.04)));
        report.failed("**LDA**", "no\n memory");
        List<String> lines = report.markdown().lines().toList();
        assertThat(
                lines,
                hasItem(
                        "| LSA | .550 ± .071 | -.030 ± .014 | 1.000 ± .000 | – | .900 ± .000 | .150 ± .071 | 5–6 | 1,234 | 2.5 |"));
        assertThat(lines, hasItem("| NMF | .457 | .300 | .500 | .250 | .800 | -.010 | 5 | 99 | 0.0 |"));
        assertThat(lines, hasItem("| **LDA** | – | – | – | – | – | – | – | – | – |"));
        assertThat(lines, hasItem("- LDA: no memory"));
        long columns = lines.stream()
                .filter(line -> line.startsWith("| method"))
                .findFirst()
                .orElseThrow()
                .chars()
                .filter(c -> c == '|')
                .count();
        for (String line : lines) {
            if (line.startsWith("|")) {
                assertThat(line, line.chars().filter(c -> c == '|').count(), equalTo(columns));
            }
        }
    }

    @Test
    public void labelsHaveTheClassThatMostOfTheirDocumentsHave() {
        Report report = new Report("corpus");
        report.labels("labels", found(Map.of()));
        List<String> lines = report.markdown().lines().toList();
        assertThat(lines, hasItem("| 40 | barrel, crude | oil (75 %) |"));
        assertThat(lines, hasItem("| 10 | striker \\| goal | – |"));
    }

    /**
     * One cluster has 30 oil and 10 sport documents, the other 10 without a label; 5 sport documents are in no cluster.
     */
    @Test
    public void documentsInNoClusterAreAClusterOfTheirOwn() throws IOException {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            lines.add(Map.of("text", i % 2 == 0 ? "barrel crude" : "striker goal", "label", i % 2));
        }
        LabeledCorpus corpus = LabeledCorpus.of("c", lines, QualityOptions.parse(new String[] {"--fields=text", "f"}));
        Bags bags = Bags.of(corpus, temp.newFolder().toPath());
        Scores scores = found(Map.of("sport", 5L)).scores(List.of("oil", "sport"), bags);

        int[] truth = new int[45];
        int[] predicted = new int[45];
        Arrays.fill(truth, 30, 45, 1);
        Arrays.fill(predicted, 40, 45, 1);
        Scores wanted = Scores.of(truth, predicted, List.of(), bags, 0.5, 1);
        assertThat(scores.nmi(), closeTo(wanted.nmi(), 1e-12));
        assertThat(scores.ari(), closeTo(wanted.ari(), 1e-12));
        assertThat(scores.accuracy(), closeTo(35 / 45.0, 1e-12));
        assertThat(scores.clusters(), equalTo(1));
        assertThat(scores.documents(), equalTo(45));
        assertThat(scores.diversity(), equalTo(1.0));
        // each pair of words is in half of the documents, always together
        assertThat(scores.coherence(), closeTo(1, 1e-9));
    }

    private static Learned found(Map<String, Long> leftOut) {
        return new Learned(
                List.of(
                        new Learned.Found(
                                "c0",
                                "barrel, crude",
                                List.of("barrel", "crude"),
                                40,
                                Map.of("oil", 30L, "sport", 10L)),
                        new Learned.Found("c1", "striker | goal", List.of("striker", "goal"), 10, Map.of())),
                leftOut,
                0.5,
                1);
    }
}
