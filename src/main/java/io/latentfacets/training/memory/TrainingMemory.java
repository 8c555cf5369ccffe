/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.memory;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Seed;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.model.Generation;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.vae.WordVectorFile;
import io.latentfacets.vae.projection.ProjectionTrainer;
import io.latentfacets.vae.training.Footprint;
import java.util.List;

/**
 * The memory of a training, estimated before it starts. The estimate excludes the words and vectors of the documents,
 * which are in memory-mapped files, and the distinct words while they are counted. {@code MemoryBenchmark} compares it
 * with what trainings take.
 *
 * @param heap the bytes of heap
 * @param engine the bytes of native memory, on a GPU of its memory: of the engine, and of the buffers to it
 */
public record TrainingMemory(long heap, long engine) {

    /** Heap bytes per document: its id, its hash, its place in the order, and the boxed numbers that sort it. */
    private static final long PER_DOCUMENT = 160;
    /** Heap bytes per document of a model with vectors: the positions of its vector and its words. */
    private static final long PER_VECTOR = 8;
    /** Heap bytes per document whose index is kept: a reference. */
    private static final long PER_INDEX = 8;
    /** Heap bytes per term: the string, its counts, two hash table entries, half a noun phrase. */
    private static final long PER_TERM = 520;
    /** The bound on terms per document: few documents do not fill a large vocabulary. */
    private static final long TERMS_PER_DOCUMENT = 50;
    /** The word distributions of a cluster and its parent, over the vocabulary. */
    private static final long DISTRIBUTIONS = 2;
    /** The header and the reference of an array on the heap. */
    private static final long ARRAY = 24;
    /** Heap bytes per term while a file of word vectors is read: three forms to look up, two of them seldom new. */
    private static final long PER_FORM = 400;
    /** Bytes of buffers and pages in flight. */
    private static final long BASE = 24L << 20;
    /** Native bytes of the engine's own, whatever it computes. */
    private static final long ENGINE_BASE = 72L << 20;

    /**
     * Estimates a training of a new encoder and its clusters.
     *
     * @param documents the number of documents to read
     * @param vectorDims the number of dimensions of a vector, 0 for a model without vectors
     * @param compared whether an active generation encodes the documents too
     * @param inEngine whether the engine learns the decoder, and its memory has it: a GPU's, or the CPU's without fast
     *     loops
     */
    public static TrainingMemory estimate(
            ModelDefinition definition, long documents, int vectorDims, boolean compared, boolean inEngine) {
        long terms = Math.min(definition.text().vocabularySize(), TERMS_PER_DOCUMENT * documents);
        long latents = definition.vae().latentDims();
        Footprint network =
                Footprint.of(definition.vae(), documents, terms, vectorDims, clusters(definition), inEngine);
        // after the network's training, its weights on the heap, the same once more as an encoder, and the clusters
        long weights = Float.BYTES * Footprint.weights(definition.vae(), terms, vectorDims);
        long perDocument = PER_DOCUMENT + (vectorDims == 0 ? 0 : PER_VECTOR) + (compared ? ARRAY + latents : 0);
        return new TrainingMemory(
                BASE
                        + documents * perDocument
                        + terms * PER_TERM
                        + wordVectors(definition, terms)
                        + Math.max(
                                network.heap(),
                                2 * weights + clustering(definition, documents, terms, latents, compared)),
                ENGINE_BASE + Math.max(network.engine(), weights));
    }

    /**
     * The rows that a network starts from, the look-up of their words and the projection of the longest vectors; a
     * training holds the rows throughout.
     */
    private static long wordVectors(ModelDefinition definition, long terms) {
        long width = definition.vae().hiddenDims().get(0);
        long projection = Double.BYTES * width * WordVectorFile.MOST_DIMS;
        return definition.text().wordVectors() == null
                ? 0
                : terms * (ARRAY + Float.BYTES * width + PER_FORM) + projection;
    }

    /** Estimates new clusters for the encoder of a loaded generation. */
    public static TrainingMemory estimateClusters(ModelDefinition definition, Generation generation, long documents) {
        long latents = generation.weights().latentDims();
        long terms = generation.vocabulary().size();
        return new TrainingMemory(
                BASE
                        + documents * (PER_DOCUMENT + PER_VECTOR + ARRAY + latents)
                        + terms * PER_TERM
                        + clustering(definition, documents, terms, latents, true),
                ENGINE_BASE);
    }

    /**
     * Estimates what the reading of documents takes, which only the reading can tell.
     *
     * @param documents the number of documents so far
     * @param words the heap of the distinct words so far, in bytes; their selection takes as much again
     */
    public static TrainingMemory reading(long documents, long words) {
        return new TrainingMemory(BASE + documents * PER_DOCUMENT + 2 * words, 0);
    }

    /**
     * Latents, quantised and as floats, of the new and, where there are any, of the active clusters; the words that
     * select the division; what seeds take; and what describes the clusters.
     */
    private static long clustering(
            ModelDefinition definition, long documents, long terms, long latents, boolean compared) {
        long floats = latents * Float.BYTES + ARRAY;
        long perDocument = 2 * ARRAY + latents + (compared ? 2 : 1) * floats + 4L * Long.BYTES;
        return documents * perDocument
                + ProjectionTrainer.bytes(documents, latents)
                + fits(definition) * Footprint.fitted(documents, latents)
                + seeds(definition, documents)
                + Clusterer.wordBytes(documents, terms, clusters(definition))
                + DISTRIBUTIONS * clusters(definition) * terms * Float.BYTES;
    }

    /** The number of samples that are held at once: one that continues the former division, one that improves it. */
    private static int fits(ModelDefinition definition) {
        return definition.clusters().count() == ClusterOptions.AUTO ? 2 : 1;
    }

    private static long clusters(ModelDefinition definition) {
        long count = definition.clusters().count();
        // until some join, each seed has one more
        return (count == ClusterOptions.AUTO ? Clusterer.MOST_CHOSEN : count)
                + definition.clusters().seeds().size();
    }

    /** A bit for each seed and document, and the index of each document where seeds have documents. */
    private static long seeds(ModelDefinition definition, long documents) {
        List<Seed> seeds = definition.clusters().seeds();
        long examples = seeds.stream().mapToLong(seed -> seed.ids().size()).sum();
        return documents * seeds.size() / Byte.SIZE + (examples == 0 ? 0 : documents * PER_INDEX);
    }
}
