/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.WarmStart;
import io.latentfacets.vae.WordVectors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What decides the result of a training, apart from the machine: two trainings with the same fingerprint do the same.
 * Digests stand for the vocabulary and the documents. They notice every change that may happen, but are no protection
 * from someone who wants to deceive. Immutable.
 *
 * @param parts each part as text, by name
 */
record Fingerprint(Map<String, String> parts) {
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    Fingerprint {
        parts = new LinkedHashMap<>(parts);
    }

    /**
     * Reads every document once.
     *
     * @param from the network that the training starts from; {@code null} for a random one
     * @param words the vectors of words that a random network's first layer starts from; {@code null} for none
     * @param documents the row numbers of the documents that take part
     */
    static Fingerprint of(
            VaeOptions options,
            ClusterOptions clusters,
            Vocabulary vocabulary,
            WarmStart from,
            WordVectors words,
            InputSource rows,
            int[] documents) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("options", options.toString());
        parts.put("clusters", clusters.toString());
        parts.put("vocabulary", vocabulary.size() + " entries, digest " + Long.toHexString(digest(vocabulary)));
        parts.put("first weights", first(from, words));
        parts.put(
                "documents",
                rows.size() + ", " + documents.length + " not empty, digest "
                        + Long.toHexString(digest(rows, documents)));
        return new Fingerprint(parts);
    }

    private static String first(WarmStart from, WordVectors words) {
        if (from != null) {
            return "digest " + Long.toHexString(digest(from));
        }
        return "drawn at random"
                + (words == null ? "" : ", words as in a file, digest " + Long.toHexString(words.digest()));
    }

    private static long digest(Vocabulary vocabulary) {
        long digest = Arrays.hashCode(vocabulary.inputWeights());
        digest = add(digest, Arrays.hashCode(vocabulary.logUnigram()));
        for (int id = 0; id < vocabulary.size(); id++) {
            digest = add(digest, vocabulary.term(id).hashCode());
        }
        return digest;
    }

    private static long digest(WarmStart from) {
        VaeWeights weights = from.weights();
        long digest = digest(from.vocabulary());
        for (Dense layer : weights.layers()) {
            digest = add(digest, layer);
        }
        digest = add(add(add(digest, weights.mean()), weights.logVariance()), weights.decoder());
        return weights.vectors() == null ? digest : add(digest, weights.vectors());
    }

    private static long add(long digest, Dense layer) {
        return add(add(digest, Arrays.hashCode(layer.weights())), Arrays.hashCode(layer.bias()));
    }

    private static long digest(InputSource rows, int[] documents) {
        long digest = rows.vectorDims();
        for (int document : documents) {
            Bow words = rows.get(document);
            digest = add(digest, document);
            digest = add(digest, Arrays.hashCode(words.ids()));
            digest = add(digest, Arrays.hashCode(words.counts()));
            digest = add(digest, Arrays.hashCode(rows.vector(document)));
        }
        return digest;
    }

    private static long add(long digest, int value) {
        long mixed = (digest ^ value) * MULTIPLIER;
        return mixed ^ mixed >>> 32;
    }

    /** @throws CheckpointMismatchException if a part of {@code other} differs, with both values */
    void requireEqual(Fingerprint other) {
        parts.forEach((name, value) -> {
            if (!value.equals(other.parts.get(name))) {
                throw new CheckpointMismatchException("the checkpoint is one of another training: its [" + name
                        + "] are [" + other.parts.get(name) + "], not [" + value + "]");
            }
        });
    }
}
