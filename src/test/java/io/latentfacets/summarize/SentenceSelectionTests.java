/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.latentfacets.summarize.SentenceSelection.BagSums;
import io.latentfacets.summarize.SentenceSelection.Candidate;
import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

/** With an encoder whose dimensions are the words, so a summary's latent is the direction of its counts. */
public class SentenceSelectionTests {
    private static final int DIMS = 4;

    private static float[][] encode(List<Bow> bags) {
        float[][] latents = new float[bags.size()][DIMS];
        for (int i = 0; i < latents.length; i++) {
            for (int j = 0; j < bags.get(i).size(); j++) {
                latents[i][bags.get(i).id(j)] = bags.get(i).count(j);
            }
            VectorUtil.l2normalize(latents[i]);
        }
        return latents;
    }

    private static Candidate sentence(String text, int... counts) {
        int[] ids = new int[DIMS];
        float[] of = new float[DIMS];
        int size = 0;
        for (int id = 0; id < counts.length; id++) {
            if (counts[id] > 0) {
                ids[size] = id;
                of[size++] = counts[id];
            }
        }
        return new Candidate(text, new Bow(Arrays.copyOf(ids, size), Arrays.copyOf(of, size)));
    }

    private static List<Integer> choose(int count, double redundancy, float[] target, Candidate... from) {
        return new SentenceSelection(
                        List.of(from),
                        VectorUtil.l2normalize(target, false),
                        redundancy,
                        SentenceSelectionTests::encode)
                .choose(count);
    }

    @Test
    public void whatCompletesTheSourceGoesBeforeWhatIsNear() {
        // the first is nearest to the source, the second next; but only the third says what the first does not
        float[] target = {2, 2, 1, 0};
        Candidate first = sentence("Ships leave the harbor.", 2, 2);
        Candidate second = sentence("A crew hoisted sails yesterday.", 2, 3);
        Candidate third = sentence("Oil became expensive again.", 0, 0, 1);
        assertEquals(List.of(0, 2), choose(2, 0, target, first, second, third));
        assertEquals(List.of(0), choose(1, 0, target, first, second, third));
    }

    @Test
    public void aWrongFirstChoiceIsExchanged() {
        // alone the mixed sentence is best; the two pure ones together are perfect
        float[] target = {1, 1, 0, 0};
        Candidate mixed = sentence("Ships and oil and nonsense.", 5, 4, 1);
        Candidate one = sentence("The harbor is full.", 1, 0);
        Candidate other = sentence("Prices went up sharply.", 0, 1);
        assertEquals(List.of(0), choose(1, 0, target, mixed, one, other));
        assertEquals(List.of(1, 2), choose(2, 0, target, mixed, one, other));
    }

    @Test
    public void nearlyEqualSentencesAreNotChosenTogether() {
        Candidate[] same = {
            sentence("Base theme for the buttons.", 1), sentence("Base theme for the button.", 1),
        };
        assertEquals(1, choose(2, 0, new float[] {1, 0, 0, 0}, same).size());
    }

    @Test
    public void redundancyPrefersOtherWords() {
        float[] target = {10, 1, 0, 0};
        Candidate one = sentence("The ships sail to the old harbor.", 10);
        Candidate alike = sentence("The ships sail out of a new town.", 10, 2);
        Candidate different = sentence("Fishermen cast nets everywhere.", 10, 3);
        assertEquals(List.of(0, 1), choose(2, 0, target, one, alike, different));
        assertEquals(List.of(0, 2), choose(2, 1, target, one, alike, different));
    }

    @Test
    public void fewerThanAskedForIfThereAreNoMore() {
        assertEquals(List.of(), choose(3, .1, new float[] {1, 0, 0, 0}));
        assertEquals(List.of(0), choose(3, .1, new float[] {1, 0, 0, 0}, sentence("All there is.", 1)));
    }

    @Test
    public void itIsHardlyEverWorseThanTheFirstSentences() {
        Random random = new Random(7);
        int worse = 0;
        for (int round = 0; round < 200; round++) {
            List<Candidate> all = new ArrayList<>();
            float[] target = new float[DIMS];
            for (int i = 0; i < 8; i++) {
                int[] counts = random.ints(DIMS, 0, 4).toArray();
                counts[random.nextInt(DIMS)]++;
                all.add(sentence(
                        "%c%c%c %c%c%c"
                                .formatted(random.ints(6, 'a', 'z').boxed().toArray()),
                        counts));
                for (int d = 0; d < DIMS; d++) {
                    target[d] += counts[d];
                }
            }
            List<Integer> chosen = choose(3, 0, target, all.toArray(Candidate[]::new));
            VectorUtil.l2normalize(target);
            assertEquals(chosen, chosen.stream().distinct().sorted().toList());
            if (chosen.size() == 3) {
                worse += kept(all, chosen, target) < kept(all, List.of(0, 1, 2), target) - 1e-3 ? 1 : 0;
            }
        }
        assertTrue(worse + " of 200", worse < 10);
    }

    private static double kept(List<Candidate> all, List<Integer> chosen, float[] target) {
        Bow sum = Bow.EMPTY;
        for (int i : chosen) {
            sum = BagSums.sum(sum, all.get(i).words());
        }
        return VectorUtil.dotProduct(encode(List.of(sum))[0], target);
    }

    @Test
    public void bagsAddUp() {
        Bow a = new Bow(new int[] {1, 4}, new float[] {2, 1});
        Bow b = new Bow(new int[] {0, 4, 7}, new float[] {1, 3, 5});
        assertEquals(new Bow(new int[] {0, 1, 4, 7}, new float[] {1, 2, 4, 5}), BagSums.sum(a, b));
        assertEquals(a, BagSums.sum(a, Bow.EMPTY));
        assertEquals(a, BagSums.sum(Bow.EMPTY, a));
    }
}
