/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.vae.Input;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * An encoder that needs no engine. Every word of a generation has its own direction, and a document is the sum of its
 * words. Fails on demand. Thread-safe.
 */
public final class WordEncoder implements LatentEncoder.Factory {

    /** The exception that {@link #open} throws; null for none. */
    public volatile RuntimeException failure;

    /** Called with the documents before an encoder encodes them, on the encoding thread. */
    public volatile Consumer<List<Input>> before = documents -> {};

    @Override
    public LatentEncoder open(Generation generation) {
        if (failure != null) {
            throw failure;
        }
        return new LatentEncoder() {
            @Override
            public float[][] encode(List<Input> documents) {
                before.accept(documents);
                return documents.stream()
                        .map(document -> mean(generation, document.words()))
                        .toArray(float[][]::new);
            }

            @Override
            public void close() {}
        };
    }

    private static float[] mean(Generation generation, Bow words) {
        float[] mean = new float[generation.clusters().partition().dims()];
        for (int i = 0; i < words.size(); i++) {
            float[] direction = direction(generation, words.id(i));
            for (int d = 0; d < mean.length; d++) {
                mean[d] += words.count(i) * direction[d];
            }
        }
        return mean;
    }

    /** The direction of a word, {@code [dims]}. */
    public static float[] direction(Generation generation, int word) {
        Random random = new Random(31L * generation.encoderGeneration() + word);
        float[] direction = new float[generation.clusters().partition().dims()];
        for (int d = 0; d < direction.length; d++) {
            direction[d] = (float) random.nextGaussian();
        }
        return direction;
    }
}
