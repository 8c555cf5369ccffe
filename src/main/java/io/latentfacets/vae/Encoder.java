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
 * A trained encoder, loaded with DJL: words and vectors in, posterior means out. Thread-safe; each call has its own
 * native memory and frees it. Closing frees the weights; a call after that fails, and calls must not be under way.
 */
public final class Encoder implements AutoCloseable {
    private final float[] idf;
    private final int dims;
    private final int vectorDims;
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
    private final Model model;
    private final EncoderBlock block;

    /** Puts the weights on {@code device}. The engine must have been started. */
    public Encoder(VaeWeights weights, Device device) {
        this.idf = weights.idf();
        this.dims = weights.latentDims();
        this.vectorDims = weights.vectorDims();
        this.model = Model.newInstance("latent-encoder", device, "PyTorch");
        this.block = new EncoderBlock(folded(weights), vectorRows(weights), model.getNDManager());
        model.setBlock(block);
    }

    /** The layers up to the mean; what is linear from end to end becomes one layer. */
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
     * What rows of vectors are multiplied with: goes with the first of {@link #folded}; {@code null} without vectors.
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
        // the first layer was folded into the mean, and so is what adds to it
        return new Dense(vectors.in() + 1, vectors.out(), rows, new float[vectors.out()])
                .then(weights.mean())
                .weights();
    }

    /**
     * Posterior means μ, n × d, of a batch of documents, in one call of the engine.
     *
     * @return one row for each document; all zero for an empty one
     * @throws IllegalArgumentException if a vector is not of the length that the encoder takes, or it takes none
     */
    public float[][] encode(List<Input> documents) {
        float[][] means = new float[documents.size()][dims];
        Workspace workspace = idle.poll();
        if (workspace == null) {
            workspace = new Workspace(idf, vectorDims);
        }
        try {
            encode(documents, workspace, means);
        } finally {
            idle.add(workspace);
        }
        return means;
    }

    private void encode(List<Input> documents, Workspace workspace, float[][] means) {
        SparseRows rows = workspace.rows;
        workspace.clear();
        int[] filled = new int[documents.size()];
        for (int i = 0; i < documents.size(); i++) {
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

    /** What one call needs of memory. Kept for the next one: direct buffers are freed by the garbage collector only. */
    private static final class Workspace {
        private final SparseRows rows;
        private final VectorRows vectors;
        private final DirectBuffer indexBuffer = new DirectBuffer();
        private final DirectBuffer valueBuffer = new DirectBuffer();
        private long[] index = new long[0];

        /** @param vectorDims 0 for no vectors */
        Workspace(float[] idf, int vectorDims) {
            this.rows = new SparseRows(idf);
            this.vectors = vectorDims == 0 ? null : new VectorRows(Centering.none(vectorDims));
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

        /** The rows, as the block takes them; valid until the next call. */
        NDList inputs(NDManager manager) {
            NDList inputs = new NDList(sparse(manager));
            if (vectors != null) {
                inputs.add(vectors.toArray(manager));
            }
            return inputs;
        }

        /** The rows of words as one sparse array. */
        private NDArray sparse(NDManager manager) {
            if (rows.length() == 0) {
                // vectors alone: a sparse array needs a value, be it a zero
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
            // manager.createCoo closes the arrays that the sparse one still looks at; here they live as long as the
            // call
            NDArray positions = indexBuffer.longs(manager, index, new Shape(2, length));
            NDArray values = valueBuffer.floats(manager, nonZero, new Shape(length));
            return JniUtils.createSparseCoo(
                    (PtNDArray) positions, (PtNDArray) values, new Shape(rows.rows(), rows.vocabularySize()));
        }
    }
}
