/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Non-negative matrix factorisation of the TF-IDF vectors, A ≈ W·Hᵀ in the Frobenius norm, by hierarchical alternating
 * least squares (Cichocki and Phan, 2009, which is scikit-learn's coordinate descent) from NNDSVD (Boutsidis and
 * Gallopoulos, 2008). A document belongs to the topic with its largest weight.
 */
final class Nmf implements Baseline {
    private static final int ITERATIONS = 200;
    private static final double TOLERANCE = 1e-5;

    @Override
    public String name() {
        return "nmf";
    }

    @Override
    public String title() {
        return "NMF";
    }

    @Override
    public Clustering fit(Bags corpus, int count, long seed) {
        int[] usable = corpus.usable();
        SparseMatrix matrix = corpus.tfIdf(usable);
        TruncatedSvd svd = TruncatedSvd.of(matrix, count, seed);
        int topics = svd.values().length;
        DMatrixRMaj w = svd.rows();
        DMatrixRMaj h = svd.columns();
        start(svd, w, h);
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ITERATIONS; i++) {
            DMatrixRMaj hh = gram(h);
            DMatrixRMaj ah = matrix.times(h);
            improve(w, ah, hh);
            DMatrixRMaj ww = gram(w);
            improve(h, matrix.transposeTimes(w), ww);
            // |A|² is a constant: rows have unit length, so it is the number of rows
            double error = matrix.rows() - 2 * dot(w, matrix.times(h)) + dot(ww, gram(h));
            if (before - error < TOLERANCE * error) {
                break;
            }
            before = error;
        }

        int[] clusters = new int[corpus.size()];
        Arrays.fill(clusters, -1);
        DMatrixRMaj hh = gram(h);
        for (int i = 0; i < usable.length; i++) {
            int best = -1;
            double bestWeight = 0;
            for (int t = 0; t < topics; t++) {
                double weight = w.get(i, t) * Math.sqrt(hh.get(t, t));
                if (weight > bestWeight) {
                    bestWeight = weight;
                    best = t;
                }
            }
            clusters[usable[i]] = best;
        }
        List<int[]> words = new ArrayList<>();
        for (int t = 0; t < topics; t++) {
            double[] scores = new double[h.numRows];
            for (int word = 0; word < scores.length; word++) {
                scores[word] = h.get(word, t);
            }
            words.add(TopWords.largest(scores));
        }
        return new Clustering(clusters, words);
    }

    /**
     * The initial factors (NNDSVD): for each pair of singular vectors, the larger of the positive and the negative
     * part. {@link #floor} then replaces zeros.
     */
    private static void start(TruncatedSvd svd, DMatrixRMaj w, DMatrixRMaj h) {
        for (int t = 0; t < svd.values().length; t++) {
            double scale = svd.values()[t] > 0 ? 1 / svd.values()[t] : 0;
            double plusW = part(w, t, 1) * scale;
            double plusH = part(h, t, 1);
            double minusW = part(w, t, -1) * scale;
            double minusH = part(h, t, -1);
            int sign = plusW * plusH >= minusW * minusH ? 1 : -1;
            double normW = sign > 0 ? plusW : minusW;
            double normH = sign > 0 ? plusH : minusH;
            double size = Math.sqrt(svd.values()[t] * normW * normH);
            keep(w, t, sign, normW > 0 ? size * scale / normW : 0);
            keep(h, t, sign, normH > 0 ? size / normH : 0);
        }
        floor(w);
        floor(h);
    }

    private static double part(DMatrixRMaj m, int column, int sign) {
        double squares = 0;
        for (int i = 0; i < m.numRows; i++) {
            double value = Math.max(0, sign * m.get(i, column));
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private static void keep(DMatrixRMaj m, int column, int sign, double scale) {
        for (int i = 0; i < m.numRows; i++) {
            m.set(i, column, scale * Math.max(0, sign * m.get(i, column)));
        }
    }

    /**
     * Replaces zeros by a hundredth of the mean, as scikit-learn's nndsvdar does, because coordinate descent leaves
     * zeros slowly.
     */
    private static void floor(DMatrixRMaj m) {
        double least = CommonOps_DDRM.elementSum(m) / m.getNumElements() / 100;
        for (int i = 0; i < m.data.length; i++) {
            m.data[i] = Math.max(m.data[i], least);
        }
    }

    /** Makes one pass of coordinate descent over the columns of a factor, given the products of the other factor. */
    private static void improve(DMatrixRMaj factor, DMatrixRMaj product, DMatrixRMaj gram) {
        int topics = factor.numCols;
        for (int i = 0; i < factor.numRows; i++) {
            int row = i * topics;
            for (int t = 0; t < topics; t++) {
                double diagonal = gram.get(t, t);
                if (diagonal <= 0) {
                    continue;
                }
                double gradient = -product.data[row + t];
                for (int s = 0; s < topics; s++) {
                    gradient += factor.data[row + s] * gram.data[t * topics + s];
                }
                factor.data[row + t] = Math.max(0, factor.data[row + t] - gradient / diagonal);
            }
        }
    }

    private static DMatrixRMaj gram(DMatrixRMaj m) {
        DMatrixRMaj gram = new DMatrixRMaj(m.numCols, m.numCols);
        CommonOps_DDRM.multTransA(m, m, gram);
        return gram;
    }

    private static double dot(DMatrixRMaj a, DMatrixRMaj b) {
        double sum = 0;
        for (int i = 0; i < a.data.length; i++) {
            sum += a.data[i] * b.data[i];
        }
        return sum;
    }
}
