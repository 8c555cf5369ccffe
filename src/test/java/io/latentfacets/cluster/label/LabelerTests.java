/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.text.TermPatterns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.junit.Test;

public class LabelerTests {
    private static final double[] EQUAL = {.5, .5};

    /** Scales rows of probabilities to sum 1 and takes logs. */
    private static float[][] logs(double[]... rows) {
        float[][] logs = new float[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            double sum = 0;
            for (double p : rows[r]) {
                sum += p;
            }
            logs[r] = new float[rows[r].length];
            for (int w = 0; w < rows[r].length; w++) {
                logs[r][w] = (float) Math.log(rows[r][w] / sum);
            }
        }
        return logs;
    }

    private static LabelWords words(String... words) {
        return words(w -> words[w], w -> words[w], w -> "", w -> false);
    }

    /** Words that all can be nouns, without phrases. */
    private static LabelWords words(
            IntFunction<String> terms,
            IntFunction<String> surfaces,
            IntFunction<String> languages,
            IntPredicate boilerplate) {
        return new LabelWords(terms, surfaces, languages, boilerplate, w -> true, w -> new int[] {w}, List.of(), 1000);
    }

    private static List<List<String>> label(
            LabelOptions options, String[] words, double[] shares, double[] background, double[]... rows) {
        List<ClusterLabel> labels =
                new Labeler(options).label(logs(rows), shares, words(words), logs(background)[0], List.of());
        return labels.stream()
                .map(label -> label.terms().stream().map(ClusterTerm::term).toList())
                .toList();
    }

    /**
     * Labels a cluster in which all words are likelier than in the background, the first one most. The second cluster
     * equals the background.
     */
    private static List<String> labelOne(LabelOptions options, String... words) {
        String[] all = new String[words.length + 1];
        double[] background = new double[all.length];
        double[] cluster = new double[all.length];
        double[] other = new double[all.length];
        for (int w = 0; w < words.length; w++) {
            all[w] = words[w];
            background[w] = 1;
            cluster[w] = 20 * Math.pow(.95, w);
            other[w] = 1;
        }
        all[words.length] = "elsewhere";
        background[words.length] = 1000;
        cluster[words.length] = 1;
        other[words.length] = 1000;
        return label(options, all, EQUAL, background, cluster, other).get(0);
    }

    private static List<String> labelOne(String... words) {
        return labelOne(LabelOptions.DEFAULTS, words);
    }

    @Test
    public void scoreIsLikelyHereAndNotElsewhere() {
        // "common" is the likeliest word in both, "oil" is likely only in the first, "rare" is only in the first but
        // hardly ever
        List<ClusterLabel> labels = new Labeler(LabelOptions.DEFAULTS)
                .label(
                        logs(new double[] {.50, .30, .05, .15}, new double[] {.45, .01, .0001, .5399}),
                        EQUAL,
                        words("common", "oil", "rare", "piano"),
                        logs(new double[] {.48, .15, .02, .35})[0],
                        List.of());
        assertEquals("oil", labels.get(0).terms().get(0).term());
        assertEquals("piano", labels.get(1).terms().get(0).term());
        // p·(p/Σ)² by hand: oil .3·(.3/.46)², rare .05·(.05/.0701)², common .5·(.5/1.43)²; piano is no likelier than
        // anywhere
        double oil = .3 * Math.pow(.3 / .46, 2);
        double rare = .05 * Math.pow(.05 / .0701, 2);
        double common = .5 * Math.pow(.5 / 1.43, 2);
        assertEquals(
                List.of("oil", "common", "rare"),
                labels.get(0).terms().stream().map(ClusterTerm::term).toList());
        assertEquals(oil / (oil + rare + common), labels.get(0).terms().get(0).weight(), 1e-4);
        assertEquals(
                common / (oil + rare + common), labels.get(0).terms().get(1).weight(), 1e-4);
        assertEquals(rare / (oil + rare + common), labels.get(0).terms().get(2).weight(), 1e-4);
    }

    @Test
    public void formsOfOneWordAppearOnce() {
        assertEquals(List.of("bank", "river"), labelOne("bank", "banks", "river", "banking", "rivers"));
        assertEquals(List.of("encryption", "key"), labelOne("encryption", "encrypted", "key", "encrypt", "keys"));
        assertEquals(List.of("players", "season"), labelOne("players", "playing", "season", "seasonal"));
        // these only look alike
        assertEquals(
                List.of("car", "care", "internet", "international"),
                labelOne("car", "care", "internet", "international"));
        assertEquals(List.of("Cars", "race"), labelOne("Cars", "car", "race"));
    }

    @Test
    public void wordsOfAChosenPhraseAreNotRepeated() {
        assertEquals(List.of("crude oil", "barrels"), labelOne("crude oil", "crude", "barrels", "oil", "oils"));
        // the phrase is more specific than its word and replaces it
        assertEquals(List.of("crude oil", "barrels"), labelOne("oil", "crude oil", "barrels", "crude"));
        assertEquals(List.of("crude oil", "oil price"), labelOne("crude oil", "oil price"));
    }

    @Test
    public void aMuchRarerPhraseDoesNotReplaceItsWord() {
        String[] words = {"oil", "crude oil", "piano"};
        List<List<String>> labels = label(
                LabelOptions.DEFAULTS, words, EQUAL, new double[] {50, 1, 100}, new double[] {100, 5, 1}, new double[] {
                    1, .1, 200
                });
        assertEquals(List.of("oil"), labels.get(0));
    }

    @Test
    public void stopWordsNumbersAndFragmentsAreNotShown() {
        assertEquals(List.of("oil"), labelOne("the", "1993", "x", "10.5", "would", "of the", "oil", "--", "b2", "don"));
        assertEquals(List.of("石", "f16 jets", "naïve"), labelOne("石", "f16 jets", "naïve"));
    }

    @Test
    public void excludedWordsAndPatterns() {
        LabelOptions options = new LabelOptions(List.of("reuter", "corp.*", "[a-z]+ inc"), 30);
        assertEquals(List.of("oil"), labelOne(options, "Reuter", "corporation", "acme inc", "oil", "corp"));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new Labeler(new LabelOptions(List.of("fine", "(bad"), 3)));
        assertThat(e.getMessage(), containsString("(bad"));
    }

    @Test
    public void phrasesWithAnExcludedWordAreExcluded() {
        LabelOptions options = new LabelOptions(List.of("Oil", "new [a-z]+"), 30);
        assertEquals(
                List.of("boiler", "york city"),
                labelOne(options, "crude oil", "OIL price", "boiler", "new york", "york city"));
    }

    @Test
    public void analyzedTermsAreExcludedToo() {
        List<ClusterLabel> labels = new Labeler(new LabelOptions(List.of("compani"), 30))
                .label(
                        logs(new double[] {5, 5, 1}, new double[] {1, 1, 5}),
                        EQUAL,
                        words(
                                w -> new String[] {"compani", "oil", "piano"}[w],
                                w -> new String[] {"companies", "oil", "piano"}[w],
                                w -> "",
                                w -> false),
                        logs(new double[] {1, 1, 1})[0],
                        List.of());
        assertEquals(
                List.of("oil"),
                labels.get(0).terms().stream().map(ClusterTerm::term).toList());
    }

    @Test
    public void noTwoClustersHaveTheSameLabel() {
        String[] words = {"alpha", "bravo", "charlie", "delta", "echo", "zulu"};
        double[] row = {10, 9, 8, 7, 6, 1};
        double[] reordered = {8, 10, 9, 7, 6, 1};
        double[] background = {1, 1, 1, 1, 1, 20};
        List<List<String>> labels =
                label(LabelOptions.DEFAULTS, words, new double[] {.2, .5, .3}, background, row, row, reordered);
        assertEquals(
                "the largest has first choice",
                List.of("alpha", "bravo", "charlie"),
                labels.get(1).subList(0, 3));
        HashSet<HashSet<String>> distinct = new HashSet<>();
        labels.forEach(l -> distinct.add(new HashSet<>(l.subList(0, 3))));
        assertEquals(3, distinct.size());
        labels.forEach(l -> assertEquals("all words are still there", 5, l.size()));
        labels = label(
                new LabelOptions(List.of(), 3), words, new double[] {.2, .5, .3}, background, row, row, reordered);
        distinct.clear();
        labels.forEach(l -> distinct.add(new HashSet<>(l)));
        assertEquals("even when no more than a label's terms are wanted", 3, distinct.size());
    }

    @Test
    public void boundsAndOrderOfRandomLabels() {
        Random random = new Random(1);
        for (int round = 0; round < 30; round++) {
            int vocabulary = 5 + random.nextInt(200);
            String[] words = new String[vocabulary];
            for (int w = 0; w < vocabulary; w++) {
                words[w] = random.ints(6, 'a', 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
            int count = 1 + random.nextInt(6);
            double[][] rows = new double[count][];
            for (int c = 0; c < count; c++) {
                rows[c] = random.doubles(vocabulary, .001, 1).toArray();
            }
            double[] background = random.doubles(vocabulary, .001, 1).toArray();
            int wanted = 1 + random.nextInt(30);
            List<ClusterLabel> labels = new Labeler(new LabelOptions(List.of(), wanted))
                    .label(logs(rows), new double[count], words(words), logs(background)[0], List.of());
            assertEquals(count, labels.size());
            List<String> shown = new ArrayList<>();
            for (ClusterLabel named : labels) {
                List<ClusterTerm> terms = named.terms();
                assertTrue(terms.size() <= wanted);
                double sum = terms.stream().mapToDouble(ClusterTerm::weight).sum();
                assertEquals(terms.isEmpty() ? 0 : 1, sum, 1e-4);
                assertEquals(
                        terms.size(),
                        terms.stream().map(ClusterTerm::term).distinct().count());
                String label = ClusterInfo.labelOf(terms);
                assertFalse("twice: " + label, !label.isEmpty() && wanted > 2 && shown.contains(label));
                shown.add(label);
            }
        }
    }

    private static List<String> labelWithBoilerplate(int... boilerplate) {
        String[] words = {"oil", "barrels", "crude", "sincerely", "elsewhere"};
        return new Labeler(LabelOptions.DEFAULTS)
                        .label(
                                logs(new double[] {15, 12, 9, 20, 1}, new double[] {1, 1, 1, 1, 1000}),
                                EQUAL,
                                words(w -> words[w], w -> words[w], w -> "", w -> Arrays.stream(boilerplate)
                                        .anyMatch(b -> b == w)),
                                logs(new double[] {1, 1, 1, 1, 1000})[0],
                                List.of())
                        .get(0)
                        .terms()
                        .stream()
                        .map(ClusterTerm::term)
                        .toList();
    }

    @Test
    public void boilerplateIsShownOnlyWhereThereIsHardlyAnythingElse() {
        assertEquals(List.of("sincerely", "oil", "barrels", "crude"), labelWithBoilerplate());
        assertEquals(List.of("oil", "barrels", "crude"), labelWithBoilerplate(3));
        assertEquals(List.of("oil", "barrels", "sincerely", "crude"), labelWithBoilerplate(2, 3));
    }

    @Test
    public void oneLanguageALabel() {
        String[] words = {"Zins", "rates", "Bank", "bond", "Anleihe", "yield", "Rendite", "elsewhere"};
        String[] languages = {"german", "english", "", "english", "german", "english", "german", "english"};
        double[] german = {20, 12, 17, 11, 15, 10, 13, 1};
        double[] english = {9, 18, 8, 16, 7, 14, 6, 1};
        List<List<String>> labels = new Labeler(LabelOptions.DEFAULTS)
                        .label(
                                logs(german, english, new double[] {1, 1, 1, 1, 1, 1, 1, 1000}),
                                new double[] {.4, .3, .3},
                                words(w -> words[w], w -> words[w], w -> languages[w], w -> false),
                                logs(new double[] {1, 1, 1, 1, 1, 1, 1, 100})[0],
                                List.of())
                        .stream()
                        .map(label ->
                                label.terms().stream().map(ClusterTerm::term).toList())
                        .toList();
        assertEquals(List.of("Zins", "Bank", "Anleihe", "Rendite"), labels.get(0));
        assertEquals(List.of("rates", "bond", "yield", "Bank"), labels.get(1));
        assertEquals(List.of("elsewhere"), labels.get(2));
    }

    @Test
    public void wordsOfTwoIdeographsMakeUpLongerOnes() {
        assertEquals(List.of("机器学习", "模型"), labelOne("机器", "机器学习", "学习", "模型"));
    }

    @Test
    public void optionsNameKeyValueAndBound() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new LabelOptions(List.of(), 31));
        assertEquals("[terms] must be in [1, 30]: 31", e.getMessage());
    }

    /** A thousand patterns on all words of a vocabulary take seconds, so a search must be able to stop in between. */
    @Test
    public void asksWhetherToStopBeforeItTriesPatternsOnAWord() {
        String[] words = {"oil", "barrels", "crude", "elsewhere"};
        int[] asked = new int[1];
        Labeler labeler = new Labeler(
                new LabelOptions(List.of(), 3), TermPatterns.of("exclude_terms", List.of("none of these")), () -> {
                    if (asked[0]++ == 3) {
                        throw new IllegalStateException("stopped");
                    }
                });
        float[][] logs = logs(new double[] {15, 12, 9, 1}, new double[] {1, 1, 1, 1000});
        float[] background = logs(new double[] {1, 1, 1, 1000})[0];
        assertThrows(
                IllegalStateException.class, () -> labeler.label(logs, EQUAL, words(words), background, List.of()));
        // once for the cluster, then for the words
        assertEquals(4, asked[0]);
    }
}
