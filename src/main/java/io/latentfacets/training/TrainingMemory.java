/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Generation;
import io.latentfacets.model.definition.ModelDefinition;

/** How much memory a training takes, estimated before it starts. */
final class TrainingMemory {

    /** Heap per document: its id, its hash, its place in the order. */
    private static final long PER_DOCUMENT = 120;
    /** Latents held at once per document: the new ones, the clusterer's whitened copy, the previous generation's. */
    private static final int LATENT_COPIES = 4;
    /** Per weight: itself, its gradient and Adam's two moments. */
    private static final int WEIGHT_COPIES = 4;
    /** Heap per document of a model with vectors: where its vector and its words are. */
    private static final long PER_VECTOR = 8;
    /** The vectors of a batch's views: on the heap, in the direct buffer, and one product of the same size. */
    private static final long VECTOR_BATCH_COPIES = 3;
    /** Documents of a batch that go through the decoder, and arrays over the vocabulary that each needs. */
    private static final long DECODER_ROWS = 128 * 6L;
    /** Per term: the string, its counts, two hash table entries. */
    private static final long PER_TERM = 250;
    /** A vocabulary grows with the corpus; few documents do not fill a large one. */
    private static final long TERMS_PER_DOCUMENT = 50;
    /** Buffers and pages in flight. */
    private static final long BASE = 16L << 20;

    private TrainingMemory() {}

    /**
     * Bytes, heap and native together, of a training in full; the documents' terms are not in it, they lie in a
     * memory-mapped file.
     *
     * @param documents how many will be read
     */
    static long estimate(ModelDefinition definition, long documents) {
        long terms = Math.min(definition.text().vocabularySize(), TERMS_PER_DOCUMENT * documents);
        long latents = definition.vae().latentDims();
        long hidden = 0;
        for (int width : definition.vae().hiddenDims()) {
            hidden += width;
        }
        long weights = terms * (Math.max(hidden, latents) + latents);
        // of restarts that have ended, weights and the documents' clusters wait for the last one
        int restarts = definition.vae().restarts();
        int waiting = restarts == 1 ? 0 : restarts;
        return BASE
                + documents * (PER_DOCUMENT + LATENT_COPIES * latents * Float.BYTES + waiting * (long) Integer.BYTES)
                + weights * Float.BYTES * (WEIGHT_COPIES + waiting)
                + DECODER_ROWS * terms * Float.BYTES
                + terms * PER_TERM;
    }

    /**
     * What vectors add to {@link #estimate}, once it is known how long they are. They lie in a memory-mapped file
     * themselves.
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
     * As {@link #estimate}, of new clusters for a generation that is loaded: nothing but latents, and the words that
     * centroids decode to.
     */
    static long estimateClusters(Generation generation, long documents) {
        return BASE
                + documents
                        * (PER_DOCUMENT
                                + LATENT_COPIES * (long) generation.weights().latentDims() * Float.BYTES)
                + DECODER_ROWS * generation.vocabulary().size() * Float.BYTES;
    }
}
