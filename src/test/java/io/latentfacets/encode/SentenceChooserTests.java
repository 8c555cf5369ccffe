/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.latentfacets.encode.SentenceRanker.Ranked;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class SentenceChooserTests {
    private int documents;

    /** A sentence of a document of its own. */
    private Ranked ranked(String sentence, double similarity) {
        return ranked("d" + documents++, sentence, similarity);
    }

    private static Ranked ranked(String id, String sentence, double similarity) {
        return new Ranked("news", id, sentence, (float) similarity);
    }

    private static List<String> choose(int most, Ranked... all) {
        return SentenceChooser.choose(List.of(all), most).stream()
                .map(Ranked::sentence)
                .toList();
    }

    @Test
    public void groupsOfThreeCharacters() {
        assertEquals(1, Likeness.of("One. Two").to(Likeness.of("one two!")), 0);
        assertEquals(
                "two of two groups are among the other four",
                2.0 * 2 / (2 + 4),
                Likeness.of("Ab!").to(Likeness.of("ab, c")),
                1e-12);
        assertEquals(0, Likeness.of("abc").to(Likeness.of("xyz")), 0);
    }

    @Test
    public void nearDuplicatesAreNotChosenTogether() {
        assertEquals(
                List.of("Base theme for jQuery UI.", "It draws buttons in the browser."),
                choose(
                        3,
                        ranked("Base theme for jQuery UI.", .9),
                        ranked("Blitzer theme for jQuery UI.", .89),
                        ranked("Cupertino theme for jQuery UI.", .88),
                        ranked("It draws buttons in the browser.", .3)));
    }

    @Test
    public void aSentenceThatRepeatsLessGoesFirst() {
        String first = "The oil cartel cut its output on Friday.";
        String alike = "The oil cartel has met in Vienna again.";
        String other = "Prices of crude barrels rose in London.";
        // .7 (.80 − .78) is less than the .3 times the likeness of the second to the first
        assertEquals(List.of(first, other), choose(2, ranked(first, .9), ranked(alike, .80), ranked(other, .78)));
        assertEquals(
                "but not if it is much nearer",
                List.of(first, alike),
                choose(2, ranked(first, .9), ranked(alike, .89), ranked(other, .2)));
    }

    @Test
    public void otherDocumentsGoFirst() {
        String a = "The oil cartel cut its output.";
        String b = "Prices rose sharply in London.";
        String c = "Farmers keep wheat in silos here.";
        assertEquals(List.of(a, c), choose(2, ranked("x", a, .9), ranked("x", b, .8), ranked("y", c, .1)));
        assertEquals(
                "until there are none",
                List.of(a, b, c),
                choose(3, ranked("x", a, .9), ranked("x", b, .8), ranked("y", c, .1)));
    }

    @Test
    public void titlesOnlyWhereThereIsNoSentence() {
        String title = "Crude oil prices of the week";
        String sentence = "Prices rose sharply in London.";
        assertEquals(List.of(sentence), choose(3, ranked(title, .9), ranked(sentence, .1)));
        assertEquals(List.of(title), choose(3, ranked(title, .9)));
    }

    @Test
    public void noTwoAlikeAndBestFirstOfRandomSentences() {
        Random random = new Random(3);
        String[] words = {"oil", "wheat", "price", "cartel", "London", "farmer", "barrel", "silo"};
        for (int round = 0; round < 100; round++) {
            List<Ranked> all = new ArrayList<>();
            for (int s = 0; s < 30; s++) {
                StringBuilder sentence = new StringBuilder("The");
                for (int w = 0; w < 5; w++) {
                    sentence.append(' ').append(words[random.nextInt(words.length)]);
                }
                all.add(ranked("d" + random.nextInt(10), sentence + ".", random.nextDouble()));
            }
            List<Ranked> chosen = SentenceChooser.choose(all, 4);
            assertTrue(chosen.size() > 0 && chosen.size() <= 4);
            for (int i = 0; i < chosen.size(); i++) {
                for (int j = 0; j < i; j++) {
                    assertTrue(chosen.get(j).similarity() >= chosen.get(i).similarity());
                    double alike = Likeness.of(chosen.get(i).sentence())
                            .to(Likeness.of(chosen.get(j).sentence()));
                    assertTrue("alike: " + alike, alike < .6);
                }
            }
            assertTrue(
                    "the nearest is always chosen",
                    chosen.contains(all.stream()
                            .sorted(SentenceChooser.BEST_FIRST)
                            .toList()
                            .get(0)));
        }
    }
}
