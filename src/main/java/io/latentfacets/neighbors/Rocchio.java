/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.vae.Latents;
import java.util.List;

/**
 * Combines examples for and against into one latent, as J. Rocchio moves a query towards relevant documents and away
 * from others (Relevance feedback in information retrieval, 1971): q = Σ wᵢuᵢ / Σ wᵢ − γ · Σ vⱼtⱼ / Σ vⱼ, where uᵢ and
 * tⱼ are the unit vectors of the examples for and against, with their weights wᵢ and vⱼ. So shards compare one latent,
 * however many examples there are. Stateless.
 */
public final class Rocchio {

    /** γ, how far the examples against push, relative to those for; measured by {@code RecommendBenchmark}. */
    public static final double AGAINST = 0.25;

    /**
     * An example.
     *
     * @param latent int8[dims], not all zero; must not be modified
     * @param weight above 0
     */
    public record Example(byte[] latent, double weight) {}

    private Rocchio() {}

    /**
     * Combines examples.
     *
     * @param like the examples for, at least one, all of one length
     * @param unlike the examples against, of the same length; may be empty
     * @param against γ, at least 0
     * @return int8[dims], quantized as documents are; null if the examples cancel each other out
     */
    public static byte[] combine(List<Example> like, List<Example> unlike, double against) {
        double[] sum = new double[like.get(0).latent().length];
        add(like, 1, sum);
        if (!unlike.isEmpty()) {
            add(unlike, -against, sum);
        }
        float[] direction = new float[sum.length];
        double squares = 0;
        for (int i = 0; i < sum.length; i++) {
            direction[i] = (float) sum[i];
            squares += sum[i] * sum[i];
        }
        // rounding leaves a little of what cancels out, and its direction means nothing
        return squares < 1e-9 ? null : Latents.quantize(direction);
    }

    private static void add(List<Example> examples, double share, double[] sum) {
        double weights = examples.stream().mapToDouble(Example::weight).sum();
        for (Example example : examples) {
            float[] unit = Latents.dequantize(example.latent());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += share * example.weight() / weights * unit[i];
            }
        }
    }
}
