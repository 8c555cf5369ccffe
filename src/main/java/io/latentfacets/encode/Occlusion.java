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
 * Which of a document's own words bring it near to something – a centroid, another latent: each is left out in turn,
 * and what the similarity then loses is what the word does. Thread-safe. One encoder call for the document and one for
 * all that is left out.
 */
public final class Occlusion {

    /** Words that are told at most. */
    public static final int TERMS = 10;

    /**
     * Words of a document that are left out one by one; the others are rare ones at the end of a very long document.
     */
    private static final int MAX_WORDS = 512;

    private final Generation generation;
    private final EncoderService encoders;

    /** @param generation whose encoder reads the document */
    public Occlusion(Generation generation, EncoderService encoders) {
        this.generation = generation;
        this.encoders = encoders;
    }

    /**
     * A document as the encoder sees it, and where it comes to lie.
     *
     * @param latent int8; null for a document without a vector and without words that the generation knows
     */
    public record Placed(Input input, byte[] latent) {}

    /**
     * What brings a document near to something.
     *
     * @param latent int8; null for a document without a vector and without words that the generation knows
     * @param terms as {@link #terms} tells them; none for a document without a latent
     */
    public record Explained(byte[] latent, List<ClusterTerm> terms) {}

    /**
     * Places a document and tells its words, with one encoder for both. Fails as {@link EncoderService#encode} does.
     *
     * @param similarity of a latent of unit length
     */
    public Explained explain(SourceDocument document, ToDoubleFunction<float[]> similarity) {
        // else a generation that is not active would be opened and closed at every step
        Releasable held = encoders.hold(generation);
        try {
            Placed placed = place(document);
            return new Explained(placed.latent(), placed.latent() == null ? List.of() : terms(placed, similarity));
        } finally {
            held.close();
        }
    }

    /** Reads and encodes. Fails as {@link EncoderService#encode} does. */
    public Placed place(SourceDocument document) {
        Input input = encoders.input(generation, document);
        return new Placed(
                input, encoders.encodeInputs(generation, List.of(input)).get(0));
    }

    /**
     * The words that the similarity falls without, with how far it falls, at most {@link #TERMS}, strongest first; a
     * vector that goes with the words stays. None for a document without words. Fails as {@link EncoderService#encode}
     * does.
     *
     * @param document with a latent
     * @param similarity of a latent of unit length
     */
    public List<ClusterTerm> terms(Placed document, ToDoubleFunction<float[]> similarity) {
        Bow bow = document.input().words();
        int count = Math.min(bow.size(), MAX_WORDS);
        List<Input> without = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            without.add(new Input(without(bow, i), document.input().vector()));
        }
        List<byte[]> latents = encoders.encodeInputs(generation, without);
        double whole = similarity.applyAsDouble(Latents.dequantize(document.latent()));
        List<ClusterTerm> terms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] rest = latents.get(i);
            double fall = rest == null ? whole : whole - similarity.applyAsDouble(Latents.dequantize(rest));
            if (fall > 0) {
                terms.add(new ClusterTerm(generation.vocabulary().surface(bow.id(i)), (float) fall));
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

    /** The first {@link #TERMS} by weight; in alphabetical order where weights are equal. */
    static List<ClusterTerm> strongest(List<ClusterTerm> terms) {
        return terms.stream()
                .sorted(Comparator.comparingDouble((ClusterTerm term) -> -term.weight())
                        .thenComparing(ClusterTerm::term))
                .limit(TERMS)
                .toList();
    }
}
