/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertArrayEquals;

import io.latentfacets.arithmetic.Workers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.Test;

public final class NearestDocumentsTests {

    @Test
    public void agreesWithSortingAllCosines() {
        float[][] latents = latents(700, 8);
        int[] candidates = new int[350];
        for (int i = 0; i < candidates.length; i++) {
            candidates[i] = 699 - 2 * i;
        }
        int[][] found = NearestDocuments.nearest(latents, candidates, 5, Workers.NONE, () -> {});
        for (int row = 0; row < latents.length; row++) {
            int self = row;
            List<Integer> order = new ArrayList<>();
            for (int candidate : candidates) {
                if (candidate != self) {
                    order.add(candidate);
                }
            }
            order.sort(Comparator.comparingDouble(other -> -cosine(latents[self], latents[other])));
            int[] expected =
                    order.subList(0, 5).stream().mapToInt(Integer::intValue).toArray();
            assertArrayEquals("row " + row, expected, found[row]);
        }
    }

    @Test
    public void fewDocumentsHaveFewNeighbors() {
        int[][] found = NearestDocuments.nearest(latents(3, 4), new int[] {0, 1, 2}, 10, Workers.NONE, () -> {});
        assertThat(found[1].length, equalTo(2));
    }

    private static float[][] latents(int count, int dims) {
        SplittableRandom random = new SplittableRandom(2);
        float[][] latents = new float[count][dims];
        for (float[] latent : latents) {
            double length = random.nextDouble(0.1, 10);
            for (int j = 0; j < dims; j++) {
                latent[j] = (float) (random.nextGaussian() * length);
            }
        }
        return latents;
    }

    static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int j = 0; j < a.length; j++) {
            dot += (double) a[j] * b[j];
            aa += (double) a[j] * a[j];
            bb += (double) b[j] * b[j];
        }
        return dot / Math.sqrt(aa * bb);
    }
}
