/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.opensearch.common.lease.Releasable;

/**
 * Finds the words of a document that bring it close to a target, such as a centroid or another latent. It leaves out
 * one word at a time; the weight of a word is the similarity that the document loses without it. Thread-safe. Encodes
 * the versions with a word left out in slices, whose memory does not depend on the length of the document.
 */
public final class Occlusion {

    /** The largest number of words in an explanation. */
    public static final int TERMS = 10;

    /**
     * The largest number of words of a document that are left out one by one: those most frequent in the vocabulary.
     */
    private static final int MAX_WORDS = 512;

    /** The largest number of words of all versions of a slice, unless one version alone has more. */
    private static final int MAX_VALUES = 200_000;

    private final Generation generation;
    private final EncoderService encoders;

    /** @param generation the generation whose encoder reads the documents */
    public Occlusion(Generation generation, EncoderService encoders) {
        this.generation = generation;
        this.encoders = encoders;
    }

    /**
     * A document and its latent.
     *
     * @param input the document as the encoder reads it
     * @param latent the int8 latent, {@code [dims]}; null for a document without a vector and without words that the
     *     generation knows
     */
    public record Placed(Input input, byte[] latent) {}

    /**
     * A document's latent and the words that bring it close to a target.
     *
     * @param latent the int8 latent, {@code [dims]}; null for a document without a vector and without words that the
     *     generation knows
     * @param terms the words, as {@link #terms} returns them; empty without a latent
     */
    public record Explained(byte[] latent, List<ClusterTerm> terms) {}

    /**
     * Encodes and explains a document with one open encoder. Fails as {@link EncoderService#encode} does.
     *
     * @param similarity the similarity of a latent of unit length, {@code [dims]}, to the target
     * @param check a callback, called many times a second, that throws to stop
     */
    public Explained explain(SourceDocument document, ToDoubleFunction<float[]> similarity, Runnable check) {
        // Without this the node would open and close the encoder of an inactive generation at every step.
        Releasable held = encoders.hold(generation);
        try {
            Placed placed = place(document);
            return new Explained(
                    placed.latent(), placed.latent() == null ? List.of() : terms(placed, similarity, check));
        } finally {
            held.close();
        }
    }

    /** Reads and encodes a document. Fails as {@link EncoderService#encode} does. */
    public Placed place(SourceDocument document) {
        Input input = encoders.input(generation, document);
        return new Placed(
                input, encoders.encodeInputs(generation, List.of(input)).get(0));
    }

    /**
     * Explains the latent of a document. The vector of a document stays while its words are left out. Fails as
     * {@link EncoderService#encode} does.
     *
     * @param document a document with a latent
     * @param similarity the similarity of a latent of unit length, {@code [dims]}, to the target
     * @param check a callback, called many times a second, that throws to stop
     * @return the words without which the similarity falls, each with its loss, strongest first, at most
     *     {@link #TERMS}; empty for a document without words
     */
    public List<ClusterTerm> terms(Placed document, ToDoubleFunction<float[]> similarity, Runnable check) {
        Bow bow = document.input().words();
        int count = Math.min(bow.size(), MAX_WORDS);
        double whole = similarity.applyAsDouble(Latents.dequantize(document.latent()));
        List<ClusterTerm> terms = new ArrayList<>();
        // each word left out is a copy of all others, so few at a time of a long document
        int slice = Math.max(1, MAX_VALUES / Math.max(1, bow.size()));
        for (int from = 0; from < count; from += slice) {
            check.run();
            List<Input> without = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + slice); i++) {
                without.add(new Input(without(bow, i), document.input().vector()));
            }
            List<byte[]> latents = encoders.encodeInputs(generation, without);
            for (int i = 0; i < latents.size(); i++) {
                byte[] rest = latents.get(i);
                double fall = rest == null ? whole : whole - similarity.applyAsDouble(Latents.dequantize(rest));
                if (fall > 0) {
                    terms.add(new ClusterTerm(generation.vocabulary().surface(bow.id(from + i)), (float) fall));
                }
            }
        }
        return strongest(terms);
    }

    private static Bow without(Bow bow, int left) {
        int[] ids = new int[bow.size() - 1];
        float[] counts = new float[bow.size() - 1];
        for (int i = 0, next = 0; i < bow.size(); i++) {
            if (i != left) {
                ids[next] = bow.id(i);
                counts[next++] = bow.count(i);
            }
        }
        return new Bow(ids, counts);
    }

    /** The {@link #TERMS} terms with the largest weights, largest first; equal weights in alphabetical order. */
    static List<ClusterTerm> strongest(List<ClusterTerm> terms) {
        return terms.stream()
                .sorted(Comparator.comparingDouble((ClusterTerm term) -> -term.weight())
                        .thenComparing(ClusterTerm::term))
                .limit(TERMS)
                .toList();
    }
}
