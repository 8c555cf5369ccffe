/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.vae.Latents;
import java.util.List;
import java.util.stream.IntStream;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.test.OpenSearchTestCase;

public class DiversityTests extends OpenSearchTestCase {

    private static List<Integer> chosen(float[] relevance, float[][] latents, int k, double diversity) {
        return Diversity.choose(relevance, latents, k, diversity, () -> {}).stream()
                .map(Diversity.Choice::candidate)
                .toList();
    }

    /** Two equal candidates, one at a right angle to both, one opposite. */
    public void testByHand() {
        float[][] latents = {{1, 0}, {1, 0}, {0, 1}, {-1, 0}};
        float[] relevance = {0.9f, 0.8f, 0.6f, 0.1f};
        assertEquals(List.of(0, 1, 2, 3), chosen(relevance, latents, 4, 0));
        // 0: 0.5 * 0.9 + 0.5 = 0.95; then 1: 0.4 + 0, 2: 0.3 + 0.25, 3: 0.05 + 0.5; then 1: 0.4, 3: 0.05 + 0.25
        List<Diversity.Choice> choices = Diversity.choose(relevance, latents, 4, 0.5, () -> {});
        assertEquals(
                List.of(0, 2, 1, 3),
                choices.stream().map(Diversity.Choice::candidate).toList());
        float[] scores = {0.95f, 0.55f, 0.4f, 0.3f};
        for (int i = 0; i < scores.length; i++) {
            assertEquals(scores[i], choices.get(i).score(), 1e-6f);
        }
        // relevance does not count: the first, then what differs most from what was chosen
        assertEquals(List.of(0, 3, 2, 1), chosen(relevance, latents, 4, 1));
        assertEquals(List.of(0, 2), chosen(relevance, latents, 2, 0.5));
        assertEquals(List.of(), chosen(new float[0], new float[0][], 2, 0.5));
    }

    public void testProperties() {
        for (int round = 0; round < 30; round++) {
            int count = between(1, 60);
            float[] asked = unit();
            float[][] latents = IntStream.range(0, count).mapToObj(i -> unit()).toArray(float[][]::new);
            float[] relevance = new float[count];
            for (int i = 0; i < count; i++) {
                relevance[i] = (float) Diversity.similarity(asked, latents[i]);
            }
            int k = between(1, 70);
            double diversity = randomDoubleBetween(0, 1, true);
            List<Diversity.Choice> choices = Diversity.choose(relevance, latents, k, diversity, () -> {});
            assertEquals(Math.min(k, count), choices.size());
            assertEquals(
                    choices.size(),
                    choices.stream().map(Diversity.Choice::candidate).distinct().count());
            for (int i = 0; i < choices.size(); i++) {
                assertThat(choices.get(i).score(), greaterThanOrEqualTo(0f));
                assertThat(
                        choices.get(i).score(),
                        lessThanOrEqualTo(i == 0 ? 1 : choices.get(i - 1).score()));
            }
            // a smaller k chooses the beginning of what a larger one does
            assertEquals(
                    choices.subList(0, 1 + (choices.size() - 1) / 2),
                    Diversity.choose(relevance, latents, 1 + (choices.size() - 1) / 2, diversity, () -> {}));
            // each choice is the best one of those left, by the definition
            for (int i = 0; i < choices.size(); i++) {
                double best = Double.NEGATIVE_INFINITY;
                List<Integer> before = choices.subList(0, i).stream()
                        .map(Diversity.Choice::candidate)
                        .toList();
                for (int candidate = 0; candidate < count; candidate++) {
                    if (!before.contains(candidate)) {
                        double nearest = 0;
                        for (int other : before) {
                            nearest = Math.max(nearest, Diversity.similarity(latents[candidate], latents[other]));
                        }
                        best = Math.max(best, (1 - diversity) * relevance[candidate] + diversity * (1 - nearest));
                    }
                }
                assertEquals(best, choices.get(i).score(), 1e-6);
            }
        }
    }

    public void testCanBeStopped() {
        float[][] latents = {unit(), unit()};
        expectThrows(
                TaskCancelledException.class,
                () -> Diversity.choose(new float[] {1, 1}, latents, 2, 0.5, () -> {
                    throw new TaskCancelledException("enough");
                }));
    }

    private static float[] unit() {
        return Latents.dequantize(LatentFixtures.latent(6, random()));
    }
}
