/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.classify.serve.ReadyClassifier;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.Occlusion;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.vae.Input;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.common.lease.Releasable;

/**
 * Classifies documents and explains the result. The score of a label over that of the next one is explained: by how
 * much it falls when a word is left out of the latent, plus the word's own part if the classifier reads words.
 * Thread-safe; computes on the calling thread.
 */
final class DocumentClassifier {

    /** The number of documents that are read and encoded at a time. */
    private static final int SLICE = 32;

    private final Generation generation;
    private final ReadyClassifier classifier;
    private final EncoderService encoders;
    private final Occlusion occlusion;

    /** @param classifier one that fits the generation */
    DocumentClassifier(Generation generation, ReadyClassifier classifier, EncoderService encoders) {
        this.generation = generation;
        this.classifier = classifier;
        this.encoders = encoders;
        this.occlusion = new Occlusion(generation, encoders);
    }

    /**
     * Classifies documents. Fails as {@link EncoderService#encode} does.
     *
     * @param size the largest number of labels of a document
     * @param why whether to name the words that carried the decision
     * @param check a callback, called many times a second, that throws to stop
     * @return one entry per document, in order
     */
    List<ClassifiedDocument> classify(List<SourceDocument> documents, int size, boolean why, Runnable check) {
        Releasable held = encoders.hold(generation);
        try {
            List<ClassifiedDocument> classified = new ArrayList<>(documents.size());
            for (int from = 0; from < documents.size(); from += SLICE) {
                check.run();
                List<Input> inputs =
                        encoders.inputs(generation, documents.subList(from, Math.min(documents.size(), from + SLICE)));
                List<byte[]> latents = encoders.encodeInputs(generation, inputs);
                for (int i = 0; i < inputs.size(); i++) {
                    classified.add(describe(inputs.get(i), latents.get(i), size, why, check));
                }
            }
            return classified;
        } finally {
            held.close();
        }
    }

    private ClassifiedDocument describe(Input input, byte[] latent, int size, boolean why, Runnable check) {
        if (latent == null) {
            return new ClassifiedDocument(List.of(), why ? List.of() : null);
        }
        double[] probabilities = classifier.probabilities(generation, latent, input.words());
        return new ClassifiedDocument(
                classifier.ranked(probabilities, size), why ? why(input, latent, probabilities, check) : null);
    }

    private List<ClusterTerm> why(Input input, byte[] latent, double[] probabilities, Runnable check) {
        int best = ReadyClassifier.best(probabilities);
        int next = next(probabilities, best);
        Map<String, Float> weights = new HashMap<>();
        occlusion
                .terms(
                        new Occlusion.Placed(input, latent),
                        unit -> classifier.latentScore(best, unit) - against(next, unit),
                        check)
                .forEach(term -> weights.merge(term.term(), term.weight(), Float::sum));
        if (classifier.readsWords()) {
            addWords(input.words(), latent, best, next, weights);
        }
        return weights.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> new ClusterTerm(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingDouble((ClusterTerm term) -> -term.weight())
                        .thenComparing(ClusterTerm::term))
                .limit(Occlusion.TERMS)
                .toList();
    }

    /** The score to compare with: that of the next label, or 0 if labels do not exclude each other. */
    private double against(int next, float[] unit) {
        return next < 0 ? 0 : classifier.latentScore(next, unit);
    }

    private int next(double[] probabilities, int best) {
        if (classifier.stored().definition().multiLabel()) {
            return -1;
        }
        int next = best == 0 ? 1 : 0;
        for (int i = 0; i < probabilities.length; i++) {
            next = i != best && probabilities[i] > probabilities[next] ? i : next;
        }
        return next;
    }

    private void addWords(Bow words, byte[] latent, int best, int next, Map<String, Float> weights) {
        double[] own = classifier.wordScores(generation, best, latent, words);
        double[] other = next < 0 ? new double[own.length] : classifier.wordScores(generation, next, latent, words);
        for (int i = 0; i < own.length; i++) {
            weights.merge(generation.vocabulary().surface(words.id(i)), (float) (own[i] - other[i]), Float::sum);
        }
    }
}
