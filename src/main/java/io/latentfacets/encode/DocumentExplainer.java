/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.opensearch.common.lease.Releasable;

/** Encodes documents and describes how a generation interprets them. Thread-safe; computes on the calling thread. */
final class DocumentExplainer {

    private static final int CLUSTERS = 3;

    /** The number of documents that are read and encoded at a time. */
    private static final int SLICE = 32;

    private final Generation generation;
    private final ClusterEdits edits;
    private final EncoderService encoders;
    private final ExpectedWords expected;
    private final Occlusion occlusion;
    private final Certainty certainty;

    DocumentExplainer(Generation generation, ClusterEdits edits, EncoderService encoders) {
        this.generation = generation;
        this.edits = edits;
        this.encoders = encoders;
        this.expected = new ExpectedWords(generation);
        this.occlusion = new Occlusion(generation, encoders);
        this.certainty = new Certainty(generation);
    }

    /**
     * Encodes documents. Fails as {@link EncoderService#encode} does.
     *
     * @param explain whether to add the terms and the reconstruction
     * @param check a callback, called many times a second, that throws to stop
     * @return one entry per document, in order
     */
    List<EncodedDocument> encode(List<SourceDocument> documents, boolean explain, Runnable check) {
        // Without this the node would open and close the encoder of an inactive generation at every step.
        Releasable held = encoders.hold(generation);
        try {
            return encodeHeld(documents, explain, check);
        } finally {
            held.close();
        }
    }

    private List<EncodedDocument> encodeHeld(List<SourceDocument> documents, boolean explain, Runnable check) {
        List<EncodedDocument> encoded = new ArrayList<>(documents.size());
        for (int from = 0; from < documents.size(); from += SLICE) {
            check.run();
            List<Input> inputs =
                    encoders.inputs(generation, documents.subList(from, Math.min(documents.size(), from + SLICE)));
            List<byte[]> latents = encoders.encodeInputs(generation, inputs);
            for (int i = 0; i < inputs.size(); i++) {
                encoded.add(describe(inputs.get(i), latents.get(i), explain, check));
            }
        }
        return encoded;
    }

    private EncodedDocument describe(Input input, byte[] latent, boolean explain, Runnable check) {
        if (latent == null) {
            List<ClusterTerm> none = explain ? List.of() : null;
            return new EncodedDocument(generation.number(), generation.encoder(), null, 0, List.of(), none, none);
        }
        float[] unit = Latents.dequantize(latent);
        int own = generation.clusters().partition().assign(unit);
        return new EncodedDocument(
                generation.number(),
                generation.encoder(),
                latent,
                certainty.of(input, own),
                clusters(unit, own),
                explain ? terms(new Occlusion.Placed(input, latent), own, check) : null,
                explain ? reconstruction(unit) : null);
    }

    /** The words that bring the document close to the centroid of its cluster. */
    private List<ClusterTerm> terms(Occlusion.Placed document, int own, Runnable check) {
        Partition partition = generation.clusters().partition();
        return occlusion.terms(document, unit -> partition.similarity(unit, own), check);
    }

    private List<EncodedDocument.Cluster> clusters(float[] unit, int own) {
        Partition partition = generation.clusters().partition();
        double[] memberships = partition.memberships(unit);
        return IntStream.range(0, partition.count())
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> c != own)
                        .thenComparing(c -> -partition.similarity(unit, c))
                        .thenComparing(c -> c))
                .limit(CLUSTERS)
                .map(c -> {
                    String key = generation.clusters().infos().get(c).key();
                    String label = generation.clusters().infos().get(c).label();
                    return new EncodedDocument.Cluster(
                            key, edits.label(key, label), partition.similarity(unit, c), (float) memberships[c]);
                })
                .toList();
    }

    private List<ClusterTerm> reconstruction(float[] unit) {
        return expected.at(unit, Integer.MAX_VALUE).stream()
                .map(word -> new ClusterTerm(word.term(), word.weight()))
                .collect(Collectors.collectingAndThen(Collectors.toList(), Occlusion::strongest));
    }
}
