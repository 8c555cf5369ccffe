/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.text.NounPhrase;
import io.latentfacets.text.TermPatterns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.Test;

/** Labels of two subjects, music and ciphers, and words that both have. */
public class PhraseLabelTests {
    private static final String[] WORDS = {
        "piano", "concert", "violin", "tuner", "key", "encryption", "cipher", "public", "computes", "elsewhere"
    };
    private static final double[] MUSIC = {20, 16, 14, 1, 2, .01, .01, 3, .01, 1};
    private static final double[] CIPHERS = {.01, .01, .01, .01, 20, 16, 12, 8, 15, 1};
    private static final double[] BACKGROUND = {2, 2, 2, .2, 4, 2, 2, 4, 2, 200};

    private Set<String> verbs = Set.of();
    private Set<String> boilerplate = Set.of();
    private String foreign = "";
    private List<String> exclude = List.of();
    private List<String> taken = List.of();
    private int most = 30;

    private static int id(String word) {
        return Arrays.asList(WORDS).indexOf(word);
    }

    private static float[] logs(double[] weights) {
        double sum = Arrays.stream(weights).sum();
        float[] logs = new float[weights.length];
        for (int w = 0; w < logs.length; w++) {
            logs[w] = (float) Math.log(weights[w] / sum);
        }
        return logs;
    }

    /** A phrase in five of a hundred documents. */
    private static NounPhrase phrase(String surface) {
        return phrase(surface, 5);
    }

    private static NounPhrase phrase(String surface, int docFreq) {
        List<Integer> words = Arrays.stream(surface.split(" ", -1))
                .map(word -> id(word) < 0 ? id(word.substring(0, word.length() - 1)) : id(word))
                .toList();
        return new NounPhrase(words, surface, docFreq, 0);
    }

    private List<ClusterLabel> label(List<NounPhrase> phrases, double[]... rows) {
        float[][] logs = Arrays.stream(rows).map(PhraseLabelTests::logs).toArray(float[][]::new);
        double[] shares =
                IntStream.range(0, rows.length).mapToDouble(c -> .5 - .1 * c).toArray();
        LabelWords words = new LabelWords(
                w -> WORDS[w],
                w -> WORDS[w],
                w -> WORDS[w].equals(foreign) ? "german" : "english",
                w -> boilerplate.contains(WORDS[w]),
                w -> !verbs.contains(WORDS[w]),
                w -> new int[] {w},
                phrases,
                100);
        return new Labeler(new LabelOptions(exclude, most), TermPatterns.of("unwanted", List.of()), () -> {})
                .label(logs, shares, words, logs(BACKGROUND), taken);
    }

    private List<String> phrases(NounPhrase... phrases) {
        return label(List.of(phrases), MUSIC, CIPHERS).stream()
                .map(ClusterLabel::phrase)
                .toList();
    }

    @Test
    public void aPhraseOfTypicalWordsNamesTheCluster() {
        List<ClusterLabel> labels = label(List.of(phrase("piano concerts"), phrase("encryption keys")), MUSIC, CIPHERS);
        assertEquals("piano concerts", labels.get(0).text());
        assertEquals("encryption keys", labels.get(1).text());
        assertEquals(
                "the terms stay", "encryption", labels.get(1).terms().get(0).term());
    }

    @Test
    public void aPhraseWithARareWordDoesNot() {
        assertEquals(List.of("", ""), phrases(phrase("piano tuners")));
    }

    @Test
    public void aPhraseWithoutTheFirstTermDoesNot() {
        assertEquals("encryption says most", List.of("", ""), phrases(phrase("cipher key", 40)));
        assertEquals(List.of("", "encryption key"), phrases(phrase("cipher key", 40), phrase("encryption key", 1)));
        verbs = Set.of("piano", "concert", "violin"); // the first three terms are others now
        assertEquals(List.of("", ""), phrases(phrase("concert violin")));
    }

    @Test
    public void aFrequentPhraseIsBetterThanARareOne() {
        NounPhrase typical = phrase("encryption key", 1);
        assertEquals(List.of("", "encryption cipher"), phrases(phrase("encryption cipher", 40), typical));
        assertEquals(List.of("", "encryption key"), phrases(phrase("encryption cipher", 1), typical));
    }

    @Test
    public void aRareFormOfAWordIsWorse() {
        NounPhrase rare = new NounPhrase(List.of(id("encryption"), id("cipher")), "encrypting cipher", 5, -2);
        assertEquals(List.of("", "encryption key"), phrases(rare, phrase("encryption key", 5)));
        assertEquals("too bad for a label", List.of("", ""), phrases(rare));
    }

    @Test
    public void noTwoClustersGetTheSamePhrase() {
        List<NounPhrase> phrases = List.of(phrase("encryption keys"), phrase("cipher key"));
        List<ClusterLabel> labels = label(phrases, CIPHERS, CIPHERS, CIPHERS);
        assertEquals(
                "the largest has first choice", "encryption keys", labels.get(0).phrase());
        assertEquals("cipher key", labels.get(1).phrase());
        assertEquals("", labels.get(2).phrase());
        taken = List.of("encryption key"); // another form of the same words, of a child
        assertEquals("cipher key", label(phrases, CIPHERS).get(0).phrase());
    }

    @Test
    public void excludedWordsBoilerplateAndOtherLanguages() {
        NounPhrase phrase = phrase("encryption keys");
        exclude = List.of("encryption");
        assertEquals(List.of("", ""), phrases(phrase));
        exclude = List.of("keys"); // the form in the phrase
        assertEquals(List.of("", ""), phrases(phrase));
        exclude = List.of("encryption key.*");
        assertEquals(List.of("", ""), phrases(phrase));
        exclude = List.of();
        boilerplate = Set.of("encryption");
        assertEquals(List.of("", ""), phrases(phrase));
        boilerplate = Set.of();
        foreign = "encryption";
        assertEquals(List.of("", ""), phrases(phrase));
        foreign = "";
        assertEquals(List.of("", "encryption keys"), phrases(phrase));
    }

    @Test
    public void theBestThreeNounsComeFirst() {
        verbs = Set.of("encryption", "computes");
        assertEquals(List.of("key", "cipher", "public", "encryption", "computes"), terms());
        verbs = Set.of("encryption", "computes", "public", "cipher");
        assertEquals(List.of("key", "encryption", "computes", "cipher", "public"), terms());
        most = 3;
        verbs = Set.of("encryption");
        assertEquals("also where no more terms are wanted", List.of("key", "computes", "cipher"), terms());
    }

    private List<String> terms() {
        return label(List.of(), MUSIC, CIPHERS).get(1).terms().stream()
                .map(ClusterTerm::term)
                .toList();
    }

    @Test
    public void labelsOfRandomDistributionsAreDistinct() {
        Random random = new Random(5);
        for (int round = 0; round < 50; round++) {
            List<NounPhrase> phrases = new ArrayList<>();
            for (int p = 0; p < 40; p++) {
                int first = random.nextInt(WORDS.length);
                int second = (first + 1 + random.nextInt(WORDS.length - 1)) % WORDS.length;
                phrases.add(new NounPhrase(
                        List.of(first, second), WORDS[first] + ' ' + WORDS[second], 1 + random.nextInt(50), 0));
            }
            double[][] rows = new double[1 + random.nextInt(6)][];
            Arrays.setAll(rows, c -> random.doubles(WORDS.length, .01, 20).toArray());
            List<String> found = label(phrases, rows).stream()
                    .map(ClusterLabel::phrase)
                    .filter(phrase -> !phrase.isEmpty())
                    .toList();
            assertEquals(found.size(), new HashSet<>(found).size());
            assertTrue(phrases.stream().map(NounPhrase::surface).toList().containsAll(found));
        }
        assertThat(phrases(phrase("encryption keys")), not(everyItem(is(""))));
    }
}
