/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Generation;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.List;

/** Estimates the memory of a training before it starts. Stateless. */
final class TrainingMemory {

    /** Heap bytes per document: its id, its hash, its place in the order. */
    private static final long PER_DOCUMENT = 120;
    /** Latents held at once per document: the new ones, the clusterer's whitened copy, the previous generation's. */
    private static final int LATENT_COPIES = 4;
    /** Per weight: itself, its gradient and Adam's two moments. */
    private static final int WEIGHT_COPIES = 4;
    /**
     * Per weight between layers, which are dense: the value, its gradient, Adam's two moments and a product of the same
     * size natively; on the heap the first weights, the trainer's copy of them, and the best so far, old and new.
     */
    private static final int COPIES_BETWEEN_LAYERS = 9;
    /** Per activation of a batch: forward, backward, and the product in between. */
    private static final int ACTIVATION_COPIES = 3;
    /** The latents of a document in a batch: mean, variance, noise, sample and the contrast. */
    private static final int ACTIVATED_LATENTS = 5;
    /** Heap bytes per document of a model with vectors: the positions of its vector and its words. */
    private static final long PER_VECTOR = 8;
    /** The vectors of a batch's views: on the heap, in the direct buffer, and one product of the same size. */
    private static final long VECTOR_BATCH_COPIES = 3;
    /** The documents of a decoder batch, times the arrays over the vocabulary per document. */
    private static final long DECODER_ROWS = 128 * 6L;
    /** Heap bytes per term: the string, its counts, two hash table entries. */
    private static final long PER_TERM = 250;
    /** The bound on terms per document: few documents do not fill a large vocabulary. */
    private static final long TERMS_PER_DOCUMENT = 50;
    /** Bytes of buffers and pages in flight. */
    private static final long BASE = 16L << 20;

    private TrainingMemory() {}

    /**
     * The bytes, heap and native together, of a training with {@link TrainMode#FULL}. They exclude the documents'
     * words, which are in a memory-mapped file.
     *
     * @param documents the number of documents to read
     */
    static long estimate(ModelDefinition definition, long documents) {
        long terms = Math.min(definition.text().vocabularySize(), TERMS_PER_DOCUMENT * documents);
        long latents = definition.vae().latentDims();
        long hidden = 0;
        for (int width : definition.vae().hiddenDims()) {
            hidden += width;
        }
        long weights = terms * (Math.max(hidden, latents) + latents);
        long between = betweenLayers(definition);
        long activations = 2L * definition.vae().batchSize() * (hidden + ACTIVATED_LATENTS * latents);
        // the trainer keeps the weights and the documents' clusters of ended restarts until the last one has ended
        int restarts = definition.vae().restarts();
        int waiting = restarts == 1 ? 0 : restarts;
        return BASE
                + documents * (PER_DOCUMENT + LATENT_COPIES * latents * Float.BYTES + waiting * (long) Integer.BYTES)
                + weights * Float.BYTES * (WEIGHT_COPIES + waiting)
                + between * Float.BYTES * (COPIES_BETWEEN_LAYERS + waiting)
                + activations * Float.BYTES * ACTIVATION_COPIES
                + DECODER_ROWS * terms * Float.BYTES
                + terms * PER_TERM;
    }

    /** The weights between hidden layers, and from the last one to mean and variance. */
    private static long betweenLayers(ModelDefinition definition) {
        List<Integer> widths = definition.vae().hiddenDims();
        long weights = 2L * widths.get(widths.size() - 1) * definition.vae().latentDims();
        for (int i = 1; i < widths.size(); i++) {
            weights += (long) widths.get(i - 1) * widths.get(i);
        }
        return weights;
    }

    /**
     * The bytes that vectors add to {@link #estimate}. They exclude the vectors themselves, which are in a
     * memory-mapped file.
     *
     * @param dims the number of dimensions of a vector, 0 for a model without vectors
     */
    static long estimateVectors(ModelDefinition definition, int dims, long documents) {
        if (dims == 0) {
            return 0;
        }
        long weights = (long) dims * definition.vae().hiddenDims().get(0);
        long batch = 2L * definition.vae().batchSize() * dims;
        return documents * PER_VECTOR
                + weights * Float.BYTES * WEIGHT_COPIES
                + batch * Float.BYTES * VECTOR_BATCH_COPIES;
    }

    /**
     * The bytes of a training with {@link TrainMode#CLUSTERS} on a loaded generation: latents, and the word
     * distributions of centroids.
     */
    static long estimateClusters(Generation generation, long documents) {
        return BASE
                + documents
                        * (PER_DOCUMENT
                                + LATENT_COPIES * (long) generation.weights().latentDims() * Float.BYTES)
                + DECODER_ROWS * generation.vocabulary().size() * Float.BYTES;
    }
}
