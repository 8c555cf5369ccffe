/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Vectors of words that others have learned, as the first layer's rows of an untrained network. Words of similar
 * meaning then start at similar places, which a few short documents could not teach. Immutable and thread-safe.
 *
 * <p>A word's vector is scaled to unit length and centred (all vectors share a large part; Mu &amp; Viswanath 2018). A
 * random projection with orthonormal rows or columns, the same in every training, brings it to the width of the layer.
 * That keeps angles, exactly if the layer is as wide as the vectors are long, else nearly (Johnson &amp; Lindenstrauss
 * 1984). It is then scaled to length 1, the length of the rows that an untrained network draws.
 */
public final class WordVectors {
    /**
     * The learning rate of a first layer that starts from vectors, as a part of the rate of the other layers. At the
     * full rate Adam moves a row ten times its length, so little of the start is left.
     */
    public static final float RATE = 0.1f;

    private static final long PROJECTION_SEED = 20_140_604;
    private static final double SAME = 1e-6;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final float[][] rows;
    private final int known;

    private WordVectors(float[][] rows, int known) {
        this.rows = rows;
        this.known = known;
    }

    /** Collects the vectors of words, projected at once, so that it never holds more than the rows. For one use. */
    public static final class Builder {
        private final float[][] rows;
        private final int dims;
        private final double[][] projection;
        private final double[] sum;
        private int known;

        /**
         * @param entries the number of vocabulary entries, V
         * @param dims the length of the vectors
         * @param width the width of the first layer
         * @param checkCancelled called now and then, because wide layers take long; throws to stop
         */
        public Builder(int entries, int dims, int width, Runnable checkCancelled) {
            this.rows = new float[entries][];
            this.dims = dims;
            this.projection = projection(dims, width, checkCancelled);
            this.sum = new double[width];
        }

        /**
         * Sets the vector of an entry, in the place of an earlier one. A vector of length 0 is left out.
         *
         * @param vector finite numbers, {@code [dims]}
         * @return whether it has a length
         */
        public boolean set(int entry, float[] vector) {
            if (vector.length != dims) {
                throw new IllegalArgumentException("a vector of [" + vector.length + "] numbers, not [" + dims + "]");
            }
            double squares = 0;
            for (float value : vector) {
                squares += (double) value * value;
            }
            if (squares == 0) {
                return false;
            }
            double scale = 1 / Math.sqrt(squares);
            double[] projected = new double[sum.length];
            for (int i = 0; i < dims; i++) {
                double value = vector[i] * scale;
                for (int j = 0; j < projected.length; j++) {
                    projected[j] += value * projection[i][j];
                }
            }
            if (rows[entry] == null) {
                rows[entry] = new float[sum.length];
                known++;
            }
            for (int j = 0; j < projected.length; j++) {
                sum[j] += projected[j] - rows[entry][j];
                rows[entry][j] = (float) projected[j];
            }
            return true;
        }

        /** Centres the rows and scales them to length 1. */
        public WordVectors build() {
            for (int entry = 0; entry < rows.length; entry++) {
                if (rows[entry] != null && !centre(rows[entry])) {
                    rows[entry] = null; // it has no direction of its own
                }
            }
            return new WordVectors(
                    rows, (int) Arrays.stream(rows).filter(Objects::nonNull).count());
        }

        private boolean centre(float[] row) {
            double squares = 0;
            for (int j = 0; j < row.length; j++) {
                row[j] -= (float) (sum[j] / known);
                squares += (double) row[j] * row[j];
            }
            double scale = 1 / Math.sqrt(squares);
            for (int j = 0; j < row.length; j++) {
                row[j] *= (float) scale;
            }
            return squares > SAME * SAME;
        }

        /** A random matrix {@code [dims][width]} whose shorter side is orthonormal (Gram-Schmidt). */
        private static double[][] projection(int dims, int width, Runnable checkCancelled) {
            SplittableRandom random = new SplittableRandom(PROJECTION_SEED);
            int count = Math.min(dims, width);
            double[][] basis = new double[count][Math.max(dims, width)];
            for (int i = 0; i < count; i++) {
                checkCancelled.run();
                Arrays.setAll(basis[i], j -> random.nextGaussian());
                for (int before = 0; before < i; before++) {
                    add(basis[i], basis[before], -dot(basis[i], basis[before]));
                }
                double scale = 1 / Math.sqrt(dot(basis[i], basis[i]));
                add(basis[i], basis[i], scale - 1);
            }
            if (count == dims) {
                return basis;
            }
            double[][] transposed = new double[dims][width];
            for (int i = 0; i < dims; i++) {
                for (int j = 0; j < width; j++) {
                    transposed[i][j] = basis[j][i];
                }
            }
            return transposed;
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int j = 0; j < a.length; j++) {
                sum += a[j] * b[j];
            }
            return sum;
        }

        private static void add(double[] target, double[] addend, double factor) {
            for (int j = 0; j < target.length; j++) {
                target[j] += factor * addend[j];
            }
        }
    }

    /** Returns the number of entries with a vector. */
    public int known() {
        return known;
    }

    /** Returns the row of an entry; {@code null} for none. Nobody may write to it. */
    float[] row(int entry) {
        return rows[entry];
    }

    /** Returns an untrained network with these rows in its first layer; entries without a vector keep theirs. */
    public VaeWeights in(VaeWeights drawn) {
        Dense first = drawn.layers().get(0);
        if (first.in() != rows.length) {
            throw new IllegalArgumentException(
                    "vectors for a vocabulary of [" + rows.length + "] entries, and weights for [" + first.in() + "]");
        }
        float[] weights = first.weights().clone();
        for (int entry = 0; entry < rows.length; entry++) {
            if (rows[entry] != null) {
                System.arraycopy(rows[entry], 0, weights, entry * first.out(), first.out());
            }
        }
        List<Dense> layers = new ArrayList<>(drawn.layers());
        layers.set(0, new Dense(first.in(), first.out(), weights, first.bias()));
        return new VaeWeights(drawn.idf(), layers, drawn.mean(), drawn.logVariance(), drawn.decoder(), drawn.vectors());
    }

    /** Returns a digest of all rows, which notices that a file has changed. */
    public long digest() {
        long digest = known;
        for (float[] row : rows) {
            digest = (digest ^ Arrays.hashCode(row)) * MULTIPLIER;
            digest ^= digest >>> 32;
        }
        return digest;
    }
}
