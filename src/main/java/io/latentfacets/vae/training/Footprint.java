/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.network.Network;
import java.util.List;

/**
 * The memory that {@link VaeTrainer#train} takes at its peak, in bytes, estimated from shapes alone. It follows the
 * arrays that the trainer, the network and the objectives hold; a benchmark compares it with what trainings take. It
 * excludes the documents, which the caller holds.
 *
 * @param heap the bytes on the heap
 * @param engine the bytes in the memory of the engine, with the buffers through which Java hands arrays to it
 */
public record Footprint(long heap, long engine) {
    /** Per weight in the engine: the value, its gradient and Adam's two moments. */
    private static final int TRAINED = 4;

    /** Arrays of the size of the largest layer that a step of Adam or a backward pass holds for a moment. */
    private static final int OF_LARGEST_LAYER = 3;

    /** Arrays of one hidden layer's activations: ReLU, product and sum going forward, two gradients coming back. */
    private static final int OF_LAYER = 5;

    /** Arrays of latents, of all rows: mean, unit vector, both views and their gradients. */
    private static final int OF_LATENTS = 14;

    /** Arrays of the contrastive term, documents × documents: seven going forward, up to seven coming back. */
    private static final int OF_CONTRAST = 14;

    /** Arrays of latents × components of a mixture prior. */
    private static final int OF_COMPONENTS = 24;

    /** Arrays of decoded rows, rows × terms, in the engine: logits, log probabilities, counts, and their gradients. */
    private static final long OF_DECODED = 8;

    /** A direct buffer grows to a quarter more than it needs. */
    private static final double BUFFER = 1.25;

    /** The engine's allocator keeps gaps between arrays. */
    private static final double GAPS = 1.25;

    /** The header and the reference of an array on the heap. */
    private static final int ARRAY = 24;

    /** Bytes of a point that the clusterer holds beside its copy: label, norm, fit, distances and weights. */
    private static final int OF_FITTED_POINT = 64;

    /** Both views of each document are decoded; a batch of whole documents has no more rows. */
    private static final int DECODED_ROWS = Math.max(2 * EncoderStep.DECODED, LabelFit.BATCH);

    /**
     * @param options the options of the training
     * @param documents the number of documents with content
     * @param terms the number of vocabulary entries, V
     * @param vectorDims the length of the vectors; 0 for a model of words alone
     * @param clusters the number of clusters of objectives and restarts that use clusters
     * @param inEngine whether the engine learns the decoder, as on a GPU
     */
    public static Footprint of(
            VaeOptions options, long documents, long terms, long vectorDims, long clusters, boolean inEngine) {
        Shape shape = new Shape(options, terms, vectorDims);
        long batch = Fit.batch(options, documents);
        long engine = engine(options, shape, documents, batch, clusters) + (inEngine ? decoder(shape) : 0);
        return new Footprint(heap(options, shape, documents, batch), engine);
    }

    /** The weights of a decoder in the engine, and what a step of it holds: logits and probabilities of all words. */
    private static long decoder(Shape shape) {
        long weights = (TRAINED + OF_LARGEST_LAYER) * shape.decoder;
        return (long) (GAPS * Float.BYTES * (weights + OF_DECODED * DECODED_ROWS * shape.terms));
    }

    /**
     * The number of weights of a network.
     *
     * @param options the options that give its shape
     * @param terms the number of vocabulary entries, V
     * @param vectorDims the length of the vectors; 0 for a model of words alone
     */
    public static long weights(VaeOptions options, long terms, long vectorDims) {
        Shape shape = new Shape(options, terms, vectorDims);
        return shape.words + shape.rest + shape.decoder;
    }

    /**
     * The sizes of layers, in weights; the heap holds {@code words}, the sparse first layer, and {@code decoder}, the
     * engine the rest. On a GPU the decoder is in the memory of the device; the heap is estimated as if it were not.
     */
    private record Shape(
            long terms, long first, long latents, long vectorDims, long words, long rest, long decoder, long largest) {

        Shape(VaeOptions options, long terms, long vectorDims) {
            this(options.hiddenDims(), terms, vectorDims, options.latentDims());
        }

        private Shape(List<Integer> widths, long terms, long vectorDims, long latents) {
            this(
                    terms,
                    widths.get(0),
                    latents,
                    vectorDims,
                    terms * widths.get(0),
                    between(widths) + head(widths, latents) + vectors(widths, vectorDims),
                    terms * (latents + 1),
                    Math.max(Math.max(largestBetween(widths), head(widths, latents) / 2), vectors(widths, vectorDims)));
        }

        private static long between(List<Integer> widths) {
            long weights = 0;
            for (int i = 1; i < widths.size(); i++) {
                weights += (widths.get(i - 1) + 1L) * widths.get(i);
            }
            return weights;
        }

        private static long largestBetween(List<Integer> widths) {
            long largest = 0;
            for (int i = 1; i < widths.size(); i++) {
                largest = Math.max(largest, (long) widths.get(i - 1) * widths.get(i));
            }
            return largest;
        }

        /** The layers of mean and log variance. */
        private static long head(List<Integer> widths, long latents) {
            return 2L * (widths.get(widths.size() - 1) + 1) * latents;
        }

        private static long vectors(List<Integer> widths, long dims) {
            return dims == 0 ? 0 : (dims + 1) * widths.get(0);
        }
    }

    private static long heap(VaeOptions options, Shape shape, long documents, long batch) {
        long all = shape.words + shape.rest + shape.decoder;
        // Adam's arrays of both layers of words; the network of the best epoch or of the ended run; a layer on its way
        long floats = TRAINED * (shape.words + Network.decoderFloats(shape.terms, shape.latents)) + all;
        floats += 2 * Math.max(shape.largest, shape.decoder);
        floats += Network.decodingFloats(shape.terms, shape.latents, DECODED_ROWS);
        // a checkpoint: values and both moments; it shares the best epoch's network and the ended runs
        floats += 3 * all;
        // ended runs wait until the last one has ended
        floats += (options.restarts() - 1L) * all;
        // rows of the first layer and their gradient, twice on its way to the heap; the vectors of a batch
        floats += 2 * batch * (3 * shape.first + shape.vectorDims);
        long bytes = floats * Float.BYTES + shape.terms * Float.BYTES * 4;
        bytes += documents * ofDocument(options, shape.latents) + ofFit(options, documents, shape.latents);
        long pool = Math.min(NearestDocuments.CANDIDATES, documents);
        return bytes + (options.neighbors() == 0 ? 0 : NearestDocuments.bytes(pool, shape.latents));
    }

    /** Document numbers and their order, neighbours, and latents while neighbours or clusters are found. */
    private static long ofDocument(VaeOptions options, long latents) {
        long numbers = 4L * Integer.BYTES;
        long neighbors = options.neighbors() == 0 ? 0 : 2L * ARRAY + (long) options.neighbors() * Integer.BYTES;
        long means = latents * Float.BYTES + ARRAY;
        boolean clustered = clusters(options);
        long labels = options.restarts() == 1 ? 0 : (long) options.restarts() * Integer.BYTES;
        return numbers + neighbors + (clustered ? 2 : 1) * means + labels;
    }

    private static boolean clusters(VaeOptions options) {
        return options.restarts() > 1 || options.objective().equals("mixture");
    }

    /** What a clusterer holds of its sample, whitened. */
    private static long ofFit(VaeOptions options, long documents, long latents) {
        return clusters(options) ? fitted(documents, latents) : 0;
    }

    /**
     * The heap that a clusterer takes beside the latents.
     *
     * @param documents the number of latents
     * @param latents the number of their dimensions
     */
    public static long fitted(long documents, long latents) {
        return Math.min(documents, Clusterer.MAX_FIT) * (latents * Float.BYTES + ARRAY + OF_FITTED_POINT);
    }

    private static long engine(VaeOptions options, Shape shape, long documents, long batch, long clusters) {
        long weights = TRAINED * shape.rest + OF_LARGEST_LAYER * shape.largest;
        long components =
                options.objective().equals("mixture") ? OF_COMPONENTS * clusters * (shape.latents + DECODED_ROWS) : 0;
        long step = activations(options, shape, 2 * batch) + OF_CONTRAST * batch * batch + components;
        long heldOutRows = Math.min(2L * Fit.MOST_HELD_OUT, documents);
        long heldOut = activations(options, shape, heldOutRows) + OF_CONTRAST * heldOutRows / 2 * heldOutRows / 2;
        long buffers = (long) (BUFFER * Math.max(2 * batch, heldOutRows) * (shape.first + shape.vectorDims + 1));
        long passing = Math.max(step, heldOut);
        return (long) (GAPS * Float.BYTES * (weights + buffers + passing));
    }

    /** The activations of a pass over rows, forward and backward. */
    private static long activations(VaeOptions options, Shape shape, long rows) {
        long floats = (shape.vectorDims == 0 ? 1 : 4) * shape.first + OF_LATENTS * shape.latents;
        List<Integer> widths = options.hiddenDims();
        for (int i = 1; i < widths.size(); i++) {
            floats += (long) OF_LAYER * widths.get(i);
        }
        return rows * floats;
    }
}
