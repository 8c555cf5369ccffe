/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import org.apache.lucene.util.VectorUtil;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * A linear map of latent space that scales down the directions in which points vary within small neighbourhoods. S is
 * the covariance of points around the centers of many micro-clusters, shrunk toward a multiple of the identity. With
 * S⁻¹ = LLᵀ the map is x = zL, so that |x|² = z S⁻¹ zᵀ. Immutable and thread-safe.
 */
final class Whitening {
    /** The weight of the multiple of the identity in a shrunk covariance, 0 to 1. */
    static final double SHRINKAGE = 0.3;

    private final float[][] columns;
    private final RealMatrix map;

    private Whitening(RealMatrix map) {
        this.map = map;
        int dims = map.getRowDimension();
        columns = new float[dims][dims];
        for (int j = 0; j < dims; j++) {
            for (int i = 0; i < dims; i++) {
                columns[j][i] = (float) map.getEntry(i, j);
            }
        }
    }

    /** @return the map; null if the points do not vary within the micro-clusters */
    static Whitening fit(float[][] points, KMeans.Result micro) {
        int dims = points[0].length;
        double[][] covariance = new double[dims][dims];
        double[] deviation = new double[dims];
        for (int i = 0; i < points.length; i++) {
            float[] center = micro.centers()[micro.labels()[i]];
            for (int j = 0; j < dims; j++) {
                deviation[j] = points[i][j] - center[j];
            }
            addOuterProduct(covariance, deviation);
        }
        RealMatrix shrunk = shrink(covariance, points.length);
        if (shrunk == null) {
            return null;
        }
        RealMatrix inverse = new CholeskyDecomposition(shrunk).getSolver().getInverse();
        // the decomposition requires exact symmetry, and the inverse is symmetric only up to rounding
        RealMatrix symmetric = inverse.add(inverse.transpose()).scalarMultiply(0.5);
        return new Whitening(new CholeskyDecomposition(symmetric).getL());
    }

    /** Maps points {@code [n][dims]} to new arrays {@code [n][dims]}. */
    float[][] apply(float[][] points) {
        float[][] mapped = new float[points.length][columns.length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                mapped[i][j] = VectorUtil.dotProduct(points[i], columns[j]);
            }
        }
        return mapped;
    }

    /** Pulls a direction d back to latent space: the result's dot product with z equals d's with the mapped zL. */
    float[] unmap(double[] direction) {
        double[] unmapped = map.operate(direction);
        float[] result = new float[unmapped.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) unmapped[i];
        }
        return result;
    }

    /** Adds v vᵀ to the upper triangle of the matrix. */
    static void addOuterProduct(double[][] matrix, double[] v) {
        for (int a = 0; a < v.length; a++) {
            double[] row = matrix[a];
            double va = v[a];
            for (int b = a; b < v.length; b++) {
                row[b] += va * v[b];
            }
        }
    }

    /**
     * The shrunk covariance of n points.
     *
     * @param sum the sum of their outer products, {@code [dims][dims]}, upper triangle
     * @return the covariance; null if the points do not vary
     */
    static RealMatrix shrink(double[][] sum, double n) {
        int dims = sum.length;
        double trace = 0;
        for (int a = 0; a < dims; a++) {
            trace += sum[a][a] / n;
        }
        if (!(trace > 1e-9)) {
            return null;
        }
        double[][] shrunk = new double[dims][dims];
        for (int a = 0; a < dims; a++) {
            for (int b = a; b < dims; b++) {
                shrunk[a][b] = (1 - SHRINKAGE) * sum[a][b] / n;
                shrunk[b][a] = shrunk[a][b];
            }
            shrunk[a][a] += SHRINKAGE * trace / dims;
        }
        return new Array2DRowRealMatrix(shrunk, false);
    }
}
