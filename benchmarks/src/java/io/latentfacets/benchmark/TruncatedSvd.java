/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * The largest singular values and vectors of a sparse matrix by randomised subspace iteration (Halko, Martinsson and
 * Tropp, 2011, algorithm 4.4 on AᵀA).
 *
 * @param rows U·Σ: matrix rows × dims
 * @param values Σ, descending
 * @param columns V: matrix columns × dims, orthonormal
 */
record TruncatedSvd(DMatrixRMaj rows, double[] values, DMatrixRMaj columns) {
    private static final int OVERSAMPLING = 20;
    private static final int ITERATIONS = 6;

    /**
     * Computes the decomposition.
     *
     * @param matrix the sparse matrix
     * @param dims the number of singular values; fewer come back if the matrix is smaller than that
     * @param seed the seed of the random projection
     */
    static TruncatedSvd of(SparseMatrix matrix, int dims, long seed) {
        int most = Math.min(matrix.rows(), matrix.columns());
        int width = Math.min(most, dims + OVERSAMPLING);
        DMatrixRMaj basis = new DMatrixRMaj(matrix.columns(), width);
        Random random = new Random(seed);
        for (int i = 0; i < basis.data.length; i++) {
            basis.data[i] = random.nextGaussian();
        }
        for (int i = 0; i < ITERATIONS; i++) {
            basis = orthonormal(matrix.transposeTimes(matrix.times(basis)));
        }
        DMatrixRMaj projected = matrix.times(basis);
        DMatrixRMaj gram = new DMatrixRMaj(width, width);
        CommonOps_DDRM.multTransA(projected, projected, gram);
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(width, true, true);
        if (!eigen.decompose(gram)) {
            throw new IllegalStateException("no eigenvalues of a " + width + " × " + width + " matrix");
        }
        int[] order = IntStream.range(0, width)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
                .mapToInt(Integer::intValue)
                .limit(Math.min(dims, width))
                .toArray();
        DMatrixRMaj turn = new DMatrixRMaj(width, order.length);
        double[] values = new double[order.length];
        for (int j = 0; j < order.length; j++) {
            values[j] = Math.sqrt(Math.max(0, eigen.getEigenvalue(order[j]).getReal()));
            DMatrixRMaj vector = eigen.getEigenVector(order[j]);
            for (int i = 0; i < width; i++) {
                turn.set(i, j, vector.get(i));
            }
        }
        DMatrixRMaj rows = new DMatrixRMaj(matrix.rows(), order.length);
        DMatrixRMaj columns = new DMatrixRMaj(matrix.columns(), order.length);
        CommonOps_DDRM.mult(projected, turn, rows);
        CommonOps_DDRM.mult(basis, turn, columns);
        return new TruncatedSvd(rows, values, columns);
    }

    private static DMatrixRMaj orthonormal(DMatrixRMaj matrix) {
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(matrix.numRows, matrix.numCols);
        // false only means that a column depends on others: Q is orthonormal all the same
        qr.decompose(matrix);
        return qr.getQ(null, true);
    }
}
