/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A trained encoder, loaded with DJL, that turns words and vectors into posterior means. Thread-safe: each call uses
 * memory of its own. Closing frees the weights. The owner must not close it while a call runs; later calls fail.
 */
public final class Encoder implements AutoCloseable {
    /** The largest number of words of the documents of one call; a single document may have more. */
    static final int MAX_VALUES = 1 << 18;

    /** The largest number of activations of one layer in one call: 16 MiB. */
    private static final int MAX_ACTIVATIONS = 1 << 22;

    /**
     * The largest memory of a call that is kept for later calls, in bytes. A call of {@link #MAX_VALUES} words without
     * vectors takes about 13 MiB; only the garbage collector frees what is not kept.
     */
    static final long MAX_KEPT_BYTES = 16 << 20;

    private final float[] idf;
    private final int dims;
    private final int vectorDims;
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
    private final int widest;
    private final Model model;
    private final EncoderBlock block;

    /**
     * Copies the weights to {@code device}. The engine must already run.
     *
     * @param device the device that computes the batches
     */
    public Encoder(VaeWeights weights, Device device) {
        this.idf = weights.idf();
        this.dims = weights.latentDims();
        this.vectorDims = weights.vectorDims();
        this.widest = weights.layers().stream().mapToInt(Dense::out).reduce(Math.max(dims, vectorDims), Math::max);
        this.model = Model.newInstance("latent-encoder", device, "PyTorch");
        this.block = new EncoderBlock(folded(weights), vectorRows(weights), model.getNDManager());
        model.setBlock(block);
    }

    /** Returns the layers up to the mean, consecutive linear layers merged into one. */
    private static List<Dense> folded(VaeWeights weights) {
        List<Dense> layers = new ArrayList<>(weights.layers());
        layers.add(weights.mean());
        // the last hidden layer and the mean have no ReLU between them
        Dense mean = layers.remove(layers.size() - 1);
        Dense last = layers.remove(layers.size() - 1);
        layers.add(last.then(mean));
        return layers;
    }

    /**
     * Returns the matrix that multiplies rows of vectors, matching the first layer of {@link #folded}; {@code null}
     * without vectors.
     */
    private static float[] vectorRows(VaeWeights weights) {
        Dense vectors = weights.vectors();
        if (vectors == null) {
            return null;
        }
        float[] rows = vectors.withBiasAsRow();
        if (weights.layers().size() > 1) {
            return rows;
        }
        // the first layer is folded into the mean, so the vectors' layer, which adds to it, is folded as well
        return new Dense(vectors.in() + 1, vectors.out(), rows, new float[vectors.out()])
                .then(weights.mean())
                .weights();
    }

    /**
     * Encodes documents, with one call of the engine for as many as its bounded memory holds.
     *
     * @param documents the documents; may be empty
     * @return the posterior means μ, {@code [documents][d]}; all zero for an empty document
     * @throws IllegalArgumentException if a vector has not the length that the encoder takes, or the encoder takes none
     */
    public float[][] encode(List<Input> documents) {
        float[][] means = new float[documents.size()][dims];
        Workspace workspace = idle.poll();
        if (workspace == null) {
            workspace = new Workspace(idf, vectorDims);
        }
        try {
            for (int from = 0, to; from < documents.size(); from = to) {
                to = end(documents, from);
                encode(documents, from, to, workspace, means);
            }
        } finally {
            if (workspace.bytes() <= MAX_KEPT_BYTES) {
                idle.add(workspace);
            }
        }
        return means;
    }

    /** The memory that is kept for later calls, in bytes, heap and native; for tests. */
    long keptBytes() {
        return idle.stream().mapToLong(Workspace::bytes).sum();
    }

    /** The end of the documents, from a first one, whose words and activations fit into one call; at least one. */
    private int end(List<Input> documents, int from) {
        long values = documents.get(from).words().size();
        int to = from + 1;
        while (to < documents.size()
                && values + documents.get(to).words().size() <= MAX_VALUES
                && (long) (to - from + 1) * widest <= MAX_ACTIVATIONS) {
            values += documents.get(to).words().size();
            to++;
        }
        return to;
    }

    private void encode(List<Input> documents, int from, int to, Workspace workspace, float[][] means) {
        SparseRows rows = workspace.rows;
        workspace.clear();
        int[] filled = new int[to - from];
        for (int i = from; i < to; i++) {
            if (!documents.get(i).isEmpty()) {
                filled[rows.rows()] = i;
                workspace.add(documents.get(i));
            }
        }
        if (rows.rows() == 0) {
            return;
        }
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDArray mean = block.forward(new ParameterStore(manager, false), workspace.inputs(manager), false)
                    .singletonOrThrow();
            float[] flat = mean.toFloatArray();
            for (int row = 0; row < rows.rows(); row++) {
                means[filled[row]] = Arrays.copyOfRange(flat, row * dims, (row + 1) * dims);
            }
        }
    }

    @Override
    public void close() {
        model.close();
    }

    /** The memory of one call. Reused by later calls, since only the garbage collector frees direct buffers. */
    private static final class Workspace {
        private final SparseRows rows;
        private final VectorRows vectors;
        private final DirectBuffer indexBuffer = new DirectBuffer();
        private final DirectBuffer valueBuffer = new DirectBuffer();
        private long[] index = new long[0];

        /** @param vectorDims the length of the vectors; 0 for no vectors */
        Workspace(float[] idf, int vectorDims) {
            this.rows = new SparseRows(idf);
            this.vectors = vectorDims == 0 ? null : new VectorRows(Centering.none(vectorDims));
        }

        /** What it holds, in bytes, heap and native. */
        long bytes() {
            return rows.bytes()
                    + (vectors == null ? 0 : vectors.bytes())
                    + indexBuffer.bytes()
                    + valueBuffer.bytes()
                    + (long) Long.BYTES * index.length;
        }

        void clear() {
            rows.clear();
            if (vectors != null) {
                vectors.clear();
            }
        }

        void add(Input document) {
            if (vectors != null) {
                vectors.add(document.vector());
            } else if (document.vector() != null) {
                throw new IllegalArgumentException(
                        "the encoder takes no vector: one of [" + document.vector().length + "] dimensions");
            }
            rows.addRow(document.words());
        }

        /** Returns the inputs of the block; valid until the next call. */
        NDList inputs(NDManager manager) {
            NDList inputs = new NDList(sparse(manager));
            if (vectors != null) {
                inputs.add(vectors.toArray(manager));
            }
            return inputs;
        }

        /** Returns the rows of words as one sparse array, {@code [rows][V]}. */
        private NDArray sparse(NDManager manager) {
            if (rows.length() == 0) {
                // all documents have vectors only: a sparse array needs at least one value, so store a zero
                return sparse(manager, new long[] {0, 0}, new float[] {0}, 1);
            }
            int length = rows.length();
            if (index.length < 2 * length) {
                index = new long[2 * length];
            }
            for (int row = 0; row < rows.rows(); row++) {
                for (int i = rows.start(row); i < rows.end(row); i++) {
                    index[i] = row;
                    index[length + i] = rows.word(i);
                }
            }
            return sparse(manager, index, rows.values(), length);
        }

        private NDArray sparse(NDManager manager, long[] index, float[] nonZero, int length) {
            // manager.createCoo closes the arrays that the sparse array still uses; here they live as long as the call
            NDArray positions = indexBuffer.longs(manager, index, new Shape(2, length));
            NDArray values = valueBuffer.floats(manager, nonZero, new Shape(length));
            return JniUtils.createSparseCoo(
                    (PtNDArray) positions, (PtNDArray) values, new Shape(rows.rows(), rows.vocabularySize()));
        }
    }
}
