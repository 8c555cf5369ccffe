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
import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A trained encoder, loaded with DJL: bags of words in, posterior means out. Thread-safe; each call has its own native
 * memory and frees it. Closing frees the weights; a call after that fails, and calls must not be under way.
 */
public final class Encoder implements AutoCloseable {
    private final float[] idf;
    private final int dims;
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
    private final Model model;
    private final EncoderBlock block;

    /** Puts the weights on {@code device}. The engine must have been started. */
    public Encoder(VaeWeights weights, Device device) {
        this.idf = weights.idf();
        this.dims = weights.latentDims();
        this.model = Model.newInstance("latent-encoder", device, "PyTorch");
        this.block = new EncoderBlock(folded(weights), model.getNDManager());
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
     * Posterior means μ, n × d, of a batch of documents, in one call of the engine.
     *
     * @return one row for each bag; all zero for an empty one
     */
    public float[][] encode(List<Bow> bows) {
        float[][] means = new float[bows.size()][dims];
        Workspace workspace = idle.poll();
        if (workspace == null) {
            workspace = new Workspace(idf);
        }
        try {
            encode(bows, workspace, means);
        } finally {
            idle.add(workspace);
        }
        return means;
    }

    private void encode(List<Bow> bows, Workspace workspace, float[][] means) {
        SparseRows rows = workspace.rows;
        rows.clear();
        int[] filled = new int[bows.size()];
        for (int i = 0; i < bows.size(); i++) {
            if (!bows.get(i).isEmpty()) {
                filled[rows.rows()] = i;
                rows.addRow(bows.get(i));
            }
        }
        if (rows.rows() == 0) {
            return;
        }
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDArray x = workspace.sparse(manager);
            NDArray mean = block.forward(new ParameterStore(manager, false), new NDList(x), false)
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
        private final DirectBuffer indexBuffer = new DirectBuffer();
        private final DirectBuffer valueBuffer = new DirectBuffer();
        private long[] index = new long[0];

        Workspace(float[] idf) {
            this.rows = new SparseRows(idf);
        }

        /** The rows as one sparse array; valid until the next call. */
        NDArray sparse(NDManager manager) {
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
            // manager.createCoo closes the arrays that the sparse one still looks at; here they live as long as the
            // call
            NDArray positions = indexBuffer.longs(manager, index, new Shape(2, length));
            NDArray values = valueBuffer.floats(manager, rows.values(), new Shape(length));
            return JniUtils.createSparseCoo(
                    (PtNDArray) positions, (PtNDArray) values, new Shape(rows.rows(), rows.vocabularySize()));
        }
    }
}
