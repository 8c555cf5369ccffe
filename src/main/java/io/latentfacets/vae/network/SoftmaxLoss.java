/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import io.latentfacets.arithmetic.Kernel;
import io.latentfacets.arithmetic.Kernels;
import io.latentfacets.arithmetic.Workers;
import java.util.Arrays;

/**
 * The negative log likelihood of words under a softmax over the vocabulary, and its gradients, in two passes over the
 * words. The first computes the logits of all rows, block by block, and their exponentials against the greatest logit
 * of the block. Then the normaliser of each row is known. The second pass turns the exponentials into the gradient of
 * the logits, and that into the gradients of weights, bias and latents. So each logit is computed once, is in a cache
 * when it is used, and has one exponential.
 *
 * <p>The words are divided into blocks, and blocks into {@value #GROUPS} groups, whatever the number of threads; sums
 * over words add up by group. So the result does not depend on the threads. Keeps its memory for the next call; not
 * thread-safe.
 */
final class SoftmaxLoss {
    /** The number of parts over which the gradient of the latents is summed. */
    private static final int GROUPS = 16;

    /** The number of words whose logits are computed together. */
    private static final int BLOCK = 64;

    /** The largest number of logits in memory; rows beyond them follow when these are done. */
    static final int MOST_LOGITS = 1 << 23;

    private final int vocabularySize;
    private final int dims;
    private final int stride;
    private final int blocks;
    private final int stripRows;
    private final Workers workers;
    private final Kernel kernel = Kernels.best();
    private final ByWord byWord;
    private float[] logits = new float[0];
    private float[] max = new float[0];
    private float[] sum = new float[0];
    private float[] latents = new float[0];
    private float[] transposed = new float[0];
    private float[] parts = new float[0];
    private float[] ofTargets = new float[0];

    /**
     * @param vocabularySize the number of words, V
     * @param dims the number of dimensions of a latent, d
     */
    SoftmaxLoss(int vocabularySize, int dims, Workers workers) {
        this.vocabularySize = vocabularySize;
        this.dims = dims;
        this.stride = Kernel.padded(dims);
        this.blocks = (vocabularySize + BLOCK - 1) / BLOCK;
        this.stripRows = stripRows(vocabularySize);
        this.workers = workers;
        this.byWord = new ByWord(vocabularySize);
    }

    /**
     * The floats that it holds at most.
     *
     * @param terms the number of words, V
     * @param latents the number of dimensions of a latent
     * @param rows the largest number of rows of a call
     */
    static long floats(long terms, long latents, int rows) {
        long width = Math.min(Kernel.padded(rows), stripRows(terms));
        long ofBlocks = 2 * (terms / BLOCK + 1) * width;
        return terms * width + ofBlocks + (GROUPS + 2) * width * Kernel.padded(Math.toIntExact(latents)) + 2 * terms;
    }

    private static int stripRows(long terms) {
        return (int) Math.max(1, MOST_LOGITS / Math.max(1, terms) / Kernel.LANES) * Kernel.LANES;
    }

    /** The decoder's parameters or their gradients: rows of words, padded, {@code [V][padded d]}, and {@code [V]}. */
    record Parts(float[] words, float[] bias) {}

    /**
     * Computes the loss and all gradients.
     *
     * @param z the latents, {@code [rows][d]}
     * @param targets the targets of each row
     * @param gradient receives the gradient of the parameters
     * @param gradientOfZ receives the gradient of z; {@code null} to leave it out
     * @return the mean over the rows of −Σ share · log p
     */
    double compute(Parts parameters, float[] z, Targets targets, Parts gradient, float[] gradientOfZ) {
        int rows = targets.rows();
        byWord.order(rows, targets::end, targets.words(), targets.shares());
        double loss = 0;
        for (int from = 0; from < rows; from += stripRows) {
            int to = Math.min(rows, from + stripRows);
            loss += new Strip(from, to, rows, parameters, z, targets, gradient).compute(gradientOfZ);
        }
        return loss / rows;
    }

    /** Rows that are computed together. */
    private final class Strip {
        private final int from;
        private final int to;
        private final int width;
        private final int rows;
        private final Parts parameters;
        private final Targets targets;
        private final Parts gradient;

        Strip(int from, int to, int rows, Parts parameters, float[] z, Targets targets, Parts gradient) {
            this.from = from;
            this.to = to;
            this.width = Kernel.padded(to - from);
            this.rows = rows;
            this.parameters = parameters;
            this.targets = targets;
            this.gradient = gradient;
            logits = atLeast(logits, vocabularySize * width);
            max = atLeast(max, blocks * width);
            sum = atLeast(sum, blocks * width);
            parts = atLeast(parts, GROUPS * dims * width);
            ofTargets = atLeast(ofTargets, targets.length());
            latents = atLeast(latents, width * stride);
            transposed = atLeast(transposed, dims * width);
            Arrays.fill(latents, 0, width * stride, 0);
            Arrays.fill(transposed, 0, dims * width, 0);
            for (int row = from; row < to; row++) {
                for (int j = 0; j < dims; j++) {
                    latents[(row - from) * stride + j] = z[row * dims + j];
                    transposed[j * width + row - from] = z[row * dims + j];
                }
            }
        }

        double compute(float[] gradientOfZ) {
            workers.run(blocks, this::exponentials);
            double loss = normalise();
            workers.run(GROUPS, group -> gradients(group, gradientOfZ != null));
            if (gradientOfZ == null) {
                return loss;
            }
            for (int group = 1; group < GROUPS; group++) {
                for (int i = 0; i < dims * width; i++) {
                    parts[i] += parts[group * dims * width + i];
                }
            }
            for (int row = from; row < to; row++) {
                for (int j = 0; j < dims; j++) {
                    gradientOfZ[row * dims + j] = parts[j * width + row - from];
                }
            }
            return loss;
        }

        /** Computes the logits of a block of words, those of the targets, and the exponentials. */
        private void exponentials(int block) {
            int word = block * BLOCK;
            int words = Math.min(BLOCK, vocabularySize - word);
            for (int i = word; i < word + words; i++) {
                Arrays.fill(logits, i * width, (i + 1) * width, parameters.bias[i]);
            }
            kernel.multiply(
                    parameters.words,
                    word * stride,
                    stride,
                    1,
                    transposed,
                    0,
                    width,
                    logits,
                    word * width,
                    width,
                    words,
                    width,
                    dims);
            for (int i = word; i < word + words; i++) {
                for (int at = byWord.start(i); at < byWord.start(i + 1); at++) {
                    int row = byWord.rows()[at];
                    if (row >= from && row < to) {
                        ofTargets[byWord.entries()[at]] = logits[i * width + row - from];
                    }
                }
            }
            kernel.exponentials(logits, word * width, words, width, max, sum, block * width);
        }

        /**
         * Turns the greatest logits of the blocks into factors of their exponentials; returns the sum of the losses.
         */
        private double normalise() {
            double loss = 0;
            float[] greatest = new float[width];
            double[] total = new double[width];
            Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < blocks * width; i++) {
                greatest[i % width] = Math.max(greatest[i % width], max[i]);
            }
            for (int i = 0; i < blocks * width; i++) {
                max[i] -= greatest[i % width];
            }
            kernel.exp(max, 0, blocks * width);
            for (int i = 0; i < blocks * width; i++) {
                total[i % width] += (double) sum[i] * max[i];
            }
            float[] factors = new float[width];
            for (int row = from; row < to; row++) {
                int column = row - from;
                // a row without targets has no loss
                boolean counts = targets.end(row) > targets.start(row);
                factors[column] = counts ? (float) (1 / (total[column] * rows)) : 0;
                double normaliser = greatest[column] + StrictMath.log(total[column]);
                for (int i = targets.start(row); i < targets.end(row); i++) {
                    loss -= targets.shares()[i] * (ofTargets[i] - normaliser);
                }
            }
            for (int block = 0; block < blocks; block++) {
                for (int j = 0; j < width; j++) {
                    max[block * width + j] *= factors[j];
                }
            }
            return loss;
        }

        /** Computes the gradients of the words of a group, and what they add to those of the latents. */
        private void gradients(int group, boolean ofLatents) {
            int part = group * dims * width;
            Arrays.fill(parts, part, part + dims * width, 0);
            int last = (int) ((long) blocks * (group + 1) / GROUPS);
            for (int block = (int) ((long) blocks * group / GROUPS); block < last; block++) {
                int word = block * BLOCK;
                int words = Math.min(BLOCK, vocabularySize - word);
                kernel.scaleColumns(logits, word * width, words, width, max, block * width);
                subtractTargets(word, words);
                gradientsOfParameters(word, words);
                if (ofLatents) {
                    kernel.multiply(
                            parameters.words,
                            word * stride,
                            1,
                            stride,
                            logits,
                            word * width,
                            width,
                            parts,
                            part,
                            width,
                            dims,
                            width,
                            words);
                }
            }
        }

        private void subtractTargets(int word, int words) {
            for (int i = word; i < word + words; i++) {
                for (int at = byWord.start(i); at < byWord.start(i + 1); at++) {
                    int row = byWord.rows()[at];
                    if (row >= from && row < to) {
                        logits[i * width + row - from] -= byWord.values()[at] / rows;
                    }
                }
            }
        }

        private void gradientsOfParameters(int word, int words) {
            if (from == 0) {
                Arrays.fill(gradient.words, word * stride, (word + words) * stride, 0);
                Arrays.fill(gradient.bias, word, word + words, 0);
            }
            float[] sums = new float[words];
            kernel.sumRows(logits, word * width, words, width, sums, 0);
            for (int i = 0; i < words; i++) {
                gradient.bias[word + i] += sums[i];
            }
            kernel.multiply(
                    logits,
                    word * width,
                    width,
                    1,
                    latents,
                    0,
                    stride,
                    gradient.words,
                    word * stride,
                    stride,
                    words,
                    stride,
                    width);
        }
    }

    private static float[] atLeast(float[] array, int length) {
        return array.length < length ? new float[length] : array;
    }
}
