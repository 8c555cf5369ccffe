/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses some of many candidates by maximal marginal relevance (J. Carbonell, J. Goldstein: The use of MMR, 1998): one
 * after another, always the one with the highest (1 − d) · relevance + d · (1 − similarity to the nearest one chosen).
 * The first one has nothing to be similar to. That value never rises from one choice to the next, so it can be the
 * score by which a search sorts what was chosen. With d = 0 it is the relevance. Stateless.
 */
public final class Diversity {

    private Diversity() {}

    /**
     * A chosen candidate.
     *
     * @param candidate its index
     * @param score the value by which it was chosen, in [0, 1]
     */
    public record Choice(int candidate, float score) {}

    /**
     * Chooses candidates. Of equally good ones it takes the first. Takes time proportional to k · candidates · dims.
     *
     * @param relevance the relevance of each candidate, in [0, 1]
     * @param latents unit vectors, {@code [candidates][dims]}; two of them are similar by (1 + cosine) / 2
     * @param k the number to choose; all candidates if there are no more
     * @param diversity d, in [0, 1]
     * @param check called before each choice; throws to stop
     * @return the choices, in the order in which they were made, which is that of descending scores
     */
    public static List<Choice> choose(float[] relevance, float[][] latents, int k, double diversity, Runnable check) {
        int wanted = Math.min(k, latents.length);
        double[] nearest = new double[latents.length];
        boolean[] taken = new boolean[latents.length];
        List<Choice> choices = new ArrayList<>(wanted);
        while (choices.size() < wanted) {
            check.run();
            int best = -1;
            double most = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < latents.length; i++) {
                double value = (1 - diversity) * relevance[i] + diversity * (1 - nearest[i]);
                if (!taken[i] && value > most) {
                    best = i;
                    most = value;
                }
            }
            taken[best] = true;
            choices.add(new Choice(best, (float) Math.clamp(most, 0, 1)));
            for (int i = 0; i < latents.length; i++) {
                if (!taken[i]) {
                    nearest[i] = Math.max(nearest[i], similarity(latents[best], latents[i]));
                }
            }
        }
        return choices;
    }

    /** (1 + cosine) / 2 of two unit vectors of one length. */
    static double similarity(float[] one, float[] other) {
        assert one.length == other.length : Arrays.toString(new int[] {one.length, other.length});
        double dot = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
        }
        return (1 + dot) / 2;
    }
}
