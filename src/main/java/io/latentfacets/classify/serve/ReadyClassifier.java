/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.serve;

import io.latentfacets.classify.regression.DocumentFeatures;
import io.latentfacets.classify.regression.LinearClassifier;
import io.latentfacets.model.Generation;
import io.latentfacets.model.StoredClassifier;
import io.latentfacets.model.store.ClassifierStore;
import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A loaded classifier. Immutable and thread-safe. */
public final class ReadyClassifier {

    private final StoredClassifier stored;
    private final String version;
    private final LinearClassifier weights;

    ReadyClassifier(ClassifierStore.Loaded loaded) {
        this.stored = loaded.stored();
        this.version = loaded.version();
        this.weights = loaded.weights();
    }

    /**
     * A label of a document.
     *
     * @param probability 0 to 1; those of all labels sum to 1 unless a document may have several
     */
    public record Predicted(String label, double probability) {}

    /** Its definition, labels and measures. */
    public StoredClassifier stored() {
        return stored;
    }

    String version() {
        return version;
    }

    /** The heap that the weights take, in bytes. */
    public long ramBytes() {
        return weights.ramBytes();
    }

    /** Whether the classifier was trained on latents of the generation's encoder. No other may be passed to it. */
    public boolean fits(Generation generation) {
        return stored.trained().encoder().equals(generation.encoder());
    }

    /** Whether the words of a document matter. */
    public boolean readsWords() {
        return stored.definition().features() == DocumentFeatures.Kind.LATENT_WORDS;
    }

    /**
     * The probability of each label, in the order of the labels, {@code [labels]}.
     *
     * @param generation a generation that {@link #fits}
     * @param latent int8 {@code [dims]}
     * @param words the words that the generation knows; not read unless {@link #readsWords}
     */
    public double[] probabilities(Generation generation, byte[] latent, Bow words) {
        DocumentFeatures features = new DocumentFeatures(
                stored.definition().features(), generation.weights().latentDims(), generation.vocabulary());
        return weights.probabilities(features.row(latent, words));
    }

    /**
     * The part of a latent in the score of a label, over the temperature.
     *
     * @param unit a latent of unit length, {@code [dims]}
     */
    public double latentScore(int label, float[] unit) {
        double sum = 0;
        for (int i = 0; i < unit.length; i++) {
            sum += weights.weight(label, i) * unit[i];
        }
        return sum / weights.temperature();
    }

    /** The part of each word itself in the score of a label, over the temperature, parallel to the words. */
    public double[] wordScores(Generation generation, int label, byte[] latent, Bow words) {
        double[] scores = new double[words.size()];
        if (readsWords()) {
            int dims = generation.weights().latentDims();
            float[] values = new DocumentFeatures(stored.definition().features(), dims, generation.vocabulary())
                    .row(latent, words)
                    .values();
            for (int i = 0; i < scores.length; i++) {
                scores[i] = weights.weight(label, dims + words.id(i)) * values[dims + i] / weights.temperature();
            }
        }
        return scores;
    }

    /**
     * The labels to give a document: the most probable one or, if it may have several, all of at least a probability,
     * most probable first.
     *
     * @param probabilities as {@link #probabilities} gave them
     * @param least the smallest probability, 0 to 1
     */
    public List<Predicted> predicted(double[] probabilities, double least) {
        List<Predicted> labels = new ArrayList<>();
        if (weights.multiLabel()) {
            for (int label = 0; label < probabilities.length; label++) {
                add(labels, label, probabilities[label], least);
            }
            labels.sort(Comparator.comparingDouble(each -> -each.probability()));
        } else {
            int best = best(probabilities);
            add(labels, best, probabilities[best], least);
        }
        return labels;
    }

    private void add(List<Predicted> labels, int label, double probability, double least) {
        if (probability >= least) {
            labels.add(new Predicted(stored.labels().get(label).label(), probability));
        }
    }

    /** The most probable labels, most probable first. */
    public List<Predicted> ranked(double[] probabilities, int count) {
        List<Predicted> labels = new ArrayList<>();
        for (int label = 0; label < probabilities.length; label++) {
            add(labels, label, probabilities[label], 0);
        }
        labels.sort(Comparator.comparingDouble(each -> -each.probability()));
        return List.copyOf(labels.subList(0, Math.min(count, labels.size())));
    }

    /** The number of the most probable label; the first of equal ones. */
    public static int best(double[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }
}
