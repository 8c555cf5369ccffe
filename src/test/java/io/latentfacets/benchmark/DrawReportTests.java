/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import io.latentfacets.text.SourceField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public final class DrawReportTests {
    private static final String LSA = new LsaKMeans().title();
    private static final String LDA = new MalletLda().title();

    @Test
    public void marginsMeansAndCounts() {
        DrawReport report = new DrawReport(options());
        report.add(result(1, 4, scores(0.7, 4), scores(0.72, 5), Map.of(LSA, scores(0.5, 4), LDA, scores(0.6, 4))));
        report.add(result(2, 4, scores(0.3, 4), scores(0.5, 12), Map.of(LSA, scores(0.2, 4), LDA, scores(0.45, 4))));
        report.add(result(3, 10, scores(0.6, 10), scores(0.4, 6), Map.of(LSA, scores(0.6, 10), LDA, scores(0.1, 10))));
        String markdown = report.markdown();
        List<String> lines = markdown.lines().toList();
        assertThat(
                lines,
                hasItems(
                        "| 1 | f | titles | skewed | 8 | 4 | **.700** | .500 | .600 | +.100 | 5 | .720 | +.120 |",
                        "| 2 | f | titles | skewed | 8 | 4 | .300 | .200 | .450 | -.150 | 12 | .500 | +.050 |",
                        "| 3 | f | full texts | skewed | 20 | 10 | **.600** | .600 | .100 | +.000 | 6 | .400 | -.200 |"));
        assertThat(
                lines,
                hasItems(
                        "| K given, of the best of 2 on each draw | 2 of 3 | -.017 | +.000 | -.150 |",
                        "| K given, of LSA | 3 of 3 | +.100 | +.100 | +.000 |",
                        "| K auto, of the best of 2 on each draw | 2 of 3 | -.010 | +.050 | -.200 |",
                        "| K auto, of LSA | 2 of 3 | +.107 | +.220 | -.200 |",
                        "| … titles | 1 of 2 | -.025 | -.025 | -.150 |",
                        "| … full texts | 1 of 1 | +.000 | +.000 | +.000 |",
                        "| … skewed | 2 of 3 | -.017 | +.000 | -.150 |",
                        "| … under 1,000 documents | 2 of 3 | -.017 | +.000 | -.150 |"));
        assertThat(
                lines,
                hasItems(
                        "| **latent-facets vae** | 3 | .533 | .267 | .350 | 2.0 |",
                        "| latent-facets vae, K auto | 3 | .540 | .270 | .350 | 2.0 |",
                        "| LSA(100) + k-means | 3 | .433 | .217 | .350 | 2.0 |"));
        // 5 for 4, 12 for 4 and 6 for 10
        assertThat(
                markdown,
                containsString(
                        "`auto`: the number of clusters is 40 % from the number of classes (median), and from half"
                                + " to twice of it in 2 of 3 runs; the worst has 12 for 4 (draw 2)."));
        assertThat(markdown, containsString("Lost draws: 2. "));
        assertThat(
                lines,
                hasItems(
                        "- draw 2 of seed 1: f, titles, 8 documents, 4 classes (skewed): class0, class1, class2, class3",
                        "### Draw 2",
                        "| 9 | a label | class1 (100 %) |"));
        assertThat(lines, not(hasItem("### Draw 1")));
        assertThat(
                "as many cells in each row of draws as in its head",
                lines.stream()
                        .filter(line -> line.startsWith("| draw") || line.startsWith("| 1 ") || line.startsWith("|---"))
                        .limit(3)
                        .map(line -> line.chars().filter(c -> c == '|').count())
                        .distinct()
                        .count(),
                equalTo(1L));
    }

    @Test
    public void seedsAreAveragedBeforeTheyAreCompared() {
        DrawReport report = new DrawReport(options());
        List<Scores> two = List.of(scores(0.3, 4).get(0), scores(0.5, 4).get(0));
        report.add(
                result(1, 4, two, List.of(scores(0.3, 4).get(0), scores(0.5, 6).get(0)), Map.of(LSA, scores(0.39, 4))));
        assertThat(
                report.markdown().lines().toList(),
                hasItem("| 1 | f | titles | skewed | 8 | 4 | **.400** | .390 | +.010 | 4, 6 | .400 | +.010 |"));
    }

    @Test
    public void aTrainingThatFailsLosesAndAClassicThatFailsIsLeftOut() {
        DrawReport report = new DrawReport(options());
        DrawResult good = result(1, 4, scores(0.7, 4), scores(0.7, 4), Map.of(LSA, scores(0.5, 4)));
        report.add(good);
        report.add(new DrawResult(
                result(2, 4, List.of(), List.of(), Map.of()).draw(),
                List.of(),
                List.of(),
                Map.of(LDA, scores(0.25, 4)),
                null,
                List.of("latent-facets: no\nmemory")));
        List<String> lines = report.markdown().lines().toList();
        assertThat(
                lines,
                hasItems(
                        "| 2 | f | titles | skewed | 8 | 4 | .000 | – | .250 | -.250 | – | – | – |",
                        "| K given, of the best of 2 on each draw | 1 of 2 | -.025 | -.025 | -.250 |",
                        "| K given, of LSA | 1 of 1 | +.200 | +.200 | +.200 |",
                        "| **latent-facets vae** | 1 | .700 | .350 | .350 | 2.0 |",
                        "- latent-facets: no memory"));
    }

    private static QualityOptions options() {
        return QualityOptions.parse(new String[] {"--draws=3", "f.jsonl"});
    }

    private static List<Scores> scores(double nmi, int clusters) {
        return List.of(new Scores(nmi, nmi / 2, 0.35, Double.NaN, 1, 0, clusters, 8, 2));
    }

    private static DrawResult result(
            int number, int classes, List<Scores> ours, List<Scores> auto, Map<String, List<Scores>> classics) {
        List<String> labels = new ArrayList<>();
        List<LabeledCorpus.Document> documents = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            labels.add("class" + label);
            documents.add(new LabeledCorpus.Document(Map.of("t", "a b"), label));
            documents.add(new LabeledCorpus.Document(Map.of("t", "c d"), label));
        }
        LabeledCorpus corpus =
                new LabeledCorpus("draw", List.of(new SourceField("t", 1)), "label", labels, documents, 0);
        Learned first = new Learned(
                List.of(new Learned.Found("c0", "a label", List.of(), 9, Map.of("class1", 9L))), Map.of(), 0, 2);
        DrawText text = number == 3 ? DrawText.FULL : DrawText.TITLE;
        return new DrawResult(
                new Draw(1, number, "f", text, Skew.SKEWED, corpus), ours, auto, classics, first, List.of());
    }
}
