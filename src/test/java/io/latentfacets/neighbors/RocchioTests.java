/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import static org.hamcrest.Matchers.lessThan;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.opensearch.test.OpenSearchTestCase;

public class RocchioTests extends OpenSearchTestCase {

    private static Rocchio.Example example(double weight, int... latent) {
        byte[] bytes = new byte[latent.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) latent[i];
        }
        return new Rocchio.Example(bytes, weight);
    }

    private static byte[] bytes(int... latent) {
        return example(1, latent).latent();
    }

    public void testByHand() {
        // lengths do not count, directions do
        assertArrayEquals(
                bytes(127, 127), Rocchio.combine(List.of(example(1, 127, 0), example(1, 0, 3)), List.of(), 0.5));
        // (2/3, 1/3)
        assertArrayEquals(
                bytes(127, 64), Rocchio.combine(List.of(example(2, 127, 0), example(1, 0, 3)), List.of(), 0.5));
        // (1, 0) - 0.5 * (0, 1)
        assertArrayEquals(bytes(127, -63), Rocchio.combine(List.of(example(7, 9, 0)), List.of(example(3, 0, 5)), 0.5));
        // (1, 0) - 0.5 * (3/4, 1/4) = (0.625, -0.125)
        assertArrayEquals(
                bytes(127, -25),
                Rocchio.combine(List.of(example(1, 9, 0)), List.of(example(3, 5, 0), example(1, 0, 5)), 0.5));
        assertNull(Rocchio.combine(List.of(example(1, 3, 4), example(1, -3, -4)), List.of(), 0.5));
        assertNull(Rocchio.combine(List.of(example(1, 3, 4)), List.of(example(1, 6, 8)), 1));
    }

    public void testOneExampleIsItself() {
        for (int i = 0; i < 50; i++) {
            byte[] latent = LatentFixtures.latent(between(1, 64), random());
            byte[] combined =
                    Rocchio.combine(List.of(new Rocchio.Example(latent, between(1, 9))), List.of(), Rocchio.AGAINST);
            assertArrayEquals(Latents.quantize(Latents.dequantize(latent)), combined);
        }
    }

    public void testProperties() {
        for (int i = 0; i < 50; i++) {
            List<Rocchio.Example> like = examples(between(1, 20));
            List<Rocchio.Example> unlike = examples(between(1, 20));
            byte[] with = Rocchio.combine(like, unlike, Rocchio.AGAINST);
            List<Rocchio.Example> shuffled = new ArrayList<>(like);
            Collections.shuffle(shuffled, random());
            byte[] again = Rocchio.combine(shuffled, unlike, Rocchio.AGAINST);
            for (int d = 0; d < with.length; d++) {
                assertEquals(with[d], again[d], 1);
            }
            // a scale of all weights of one side changes nothing
            byte[] scaled = Rocchio.combine(
                    like.stream()
                            .map(each -> new Rocchio.Example(each.latent(), 4 * each.weight()))
                            .toList(),
                    unlike,
                    Rocchio.AGAINST);
            assertArrayEquals(with, scaled);
            // it moves away from the examples against
            float[] against = Latents.dequantize(Rocchio.combine(unlike, List.of(), 0));
            float[] before = Latents.dequantize(Rocchio.combine(like, List.of(), 0));
            assertThat(cosine(Latents.dequantize(with), against), lessThan(cosine(before, against) + 0.01));
        }
    }

    private static double cosine(float[] one, float[] other) {
        return 2 * Diversity.similarity(one, other) - 1;
    }

    private static List<Rocchio.Example> examples(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Rocchio.Example(LatentFixtures.latent(16, random()), between(1, 5)))
                .toList();
    }
}
