/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Encodes documents and says what a generation makes of them. Thread-safe; computes on the calling thread. */
final class DocumentExplainer {

    private static final int CLUSTERS = 3;
    private static final int TERMS = 10;
    /**
     * Words of a document that are left out one by one; the others are rare ones at the end of a very long document.
     */
    private static final int MAX_OCCLUSIONS = 512;

    private final Generation generation;
    private final ClusterEdits edits;
    private final EncoderService encoders;
    private final Decoder decoder;

    DocumentExplainer(Generation generation, ClusterEdits edits, EncoderService encoders) {
        this.generation = generation;
        this.edits = edits;
        this.encoders = encoders;
        this.decoder = new Decoder(generation.weights());
    }

    /** One entry per document, in order. */
    List<EncodedDocument> encode(List<SourceDocument> documents, boolean explain) {
        List<Input> inputs = documents.stream()
                .map(document -> encoders.input(generation, document))
                .toList();
        List<byte[]> latents = encoders.encodeInputs(generation, inputs);
        List<EncodedDocument> encoded = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            encoded.add(describe(inputs.get(i), latents.get(i), explain));
        }
        return encoded;
    }

    private EncodedDocument describe(Input input, byte[] latent, boolean explain) {
        if (latent == null) {
            List<ClusterTerm> none = explain ? List.of() : null;
            return new EncodedDocument(generation.number(), null, List.of(), none, none);
        }
        float[] unit = Latents.dequantize(latent);
        int own = generation.clusters().partition().assign(unit);
        return new EncodedDocument(
                generation.number(),
                latent,
                clusters(unit, own),
                explain ? terms(input, unit, own) : null,
                explain ? reconstruction(unit) : null);
    }

    private List<EncodedDocument.Cluster> clusters(float[] unit, int own) {
        Partition partition = generation.clusters().partition();
        return IntStream.range(0, partition.count())
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> c != own)
                        .thenComparing(c -> -partition.similarity(unit, c))
                        .thenComparing(c -> c))
                .limit(CLUSTERS)
                .map(c -> {
                    String key = generation.clusters().infos().get(c).key();
                    String label = generation.clusters().infos().get(c).label();
                    return new EncodedDocument.Cluster(key, edits.label(key, label), partition.similarity(unit, c));
                })
                .toList();
    }

    /**
     * What drove it: the fall of the similarity to the own centroid when a word is left out of the document, whose
     * vector stays. None for a document without words.
     */
    private List<ClusterTerm> terms(Input input, float[] unit, int own) {
        Bow bow = input.words();
        Partition partition = generation.clusters().partition();
        int count = Math.min(bow.size(), MAX_OCCLUSIONS);
        List<Input> without = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            without.add(new Input(without(bow, i), input.vector()));
        }
        List<byte[]> latents = encoders.encodeInputs(generation, without);
        float whole = partition.similarity(unit, own);
        List<ClusterTerm> terms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] rest = latents.get(i);
            float fall = rest == null ? whole : whole - partition.similarity(Latents.dequantize(rest), own);
            if (fall > 0) {
                terms.add(new ClusterTerm(generation.vocabulary().surface(bow.id(i)), fall));
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

    /** Words by their part of the divergence of what the decoder expects from what documents in general hold. */
    private List<ClusterTerm> reconstruction(float[] unit) {
        Vocabulary vocabulary = generation.vocabulary();
        float[] expected = decoder.logProbabilities(unit);
        float[] usual = vocabulary.logUnigram();
        List<ClusterTerm> terms = new ArrayList<>();
        for (int id = 0; id < expected.length; id++) {
            float weight = (float) (Math.exp(expected[id]) * (expected[id] - usual[id]));
            if (weight > 0) {
                terms.add(new ClusterTerm(vocabulary.surface(id), weight));
            }
        }
        return strongest(terms);
    }

    private static List<ClusterTerm> strongest(List<ClusterTerm> terms) {
        return terms.stream()
                .sorted(Comparator.comparingDouble((ClusterTerm term) -> -term.weight())
                        .thenComparing(ClusterTerm::term))
                .limit(TERMS)
                .toList();
    }
}
