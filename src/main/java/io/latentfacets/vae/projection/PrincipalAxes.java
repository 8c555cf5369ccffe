/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import io.latentfacets.cluster.ClusterMap;
import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * The two principal components of points, scaled so that the first coordinate has a standard deviation of 1. Immutable.
 */
final class PrincipalAxes {
    private final double[] mean;
    private final double[][] axes;

    private PrincipalAxes(double[] mean, double[][] axes) {
        this.mean = mean;
        this.axes = axes;
    }

    /** @return null if the points are all in one place */
    static PrincipalAxes of(float[][] points) {
        int dims = points[0].length;
        double[] mean = new double[dims];
        for (float[] point : points) {
            for (int j = 0; j < dims; j++) {
                mean[j] += (double) point[j] / points.length;
            }
        }
        double[][] covariance = new double[dims][dims];
        double[] centered = new double[dims];
        for (float[] point : points) {
            for (int j = 0; j < dims; j++) {
                centered[j] = point[j] - mean[j];
            }
            for (int i = 0; i < dims; i++) {
                for (int j = 0; j <= i; j++) {
                    covariance[i][j] += centered[i] * centered[j] / points.length;
                }
            }
        }
        for (int i = 0; i < dims; i++) {
            for (int j = 0; j < i; j++) {
                covariance[j][i] = covariance[i][j];
            }
        }
        // singular values of a covariance are its eigenvalues. With fewer points than dimensions many of them are 0,
        // with which an eigenvalue solver need not converge
        SingularValueDecomposition components =
                new SingularValueDecomposition(new Array2DRowRealMatrix(covariance, false));
        double deviation = Math.sqrt(components.getSingularValues()[0]);
        if (deviation < 1e-6) {
            return null;
        }
        double[][] axes = new double[Projection.AXES][dims];
        for (int axis = 0; axis < Math.min(Projection.AXES, dims); axis++) {
            double[] component = components.getV().getColumn(axis);
            double sign = ClusterMap.sign(component);
            axes[axis] = Arrays.stream(component).map(v -> sign * v / deviation).toArray();
        }
        return new PrincipalAxes(mean, axes);
    }

    /** The weights of the function that gives a point its coordinates, {@code [dims][2]} row-major. */
    float[] weights(float length) {
        float[] weights = new float[mean.length * Projection.AXES];
        for (int j = 0; j < mean.length; j++) {
            for (int axis = 0; axis < Projection.AXES; axis++) {
                weights[j * Projection.AXES + axis] = (float) (length * axes[axis][j]);
            }
        }
        return weights;
    }

    /** The constants of that function, {@code [2]}: the mean of the points lies in the middle. */
    float[] bias(float length) {
        float[] bias = new float[Projection.AXES];
        for (int axis = 0; axis < Projection.AXES; axis++) {
            double dot = 0;
            for (int j = 0; j < mean.length; j++) {
                dot += mean[j] * axes[axis][j];
            }
            bias[axis] = (float) (-length * dot);
        }
        return bias;
    }
}
