/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * Places clusters on a map by the two principal components of their centroids, which is classical multidimensional
 * scaling of their distances. Stateless.
 */
public final class ClusterMap {
    private ClusterMap() {}

    /**
     * @param centroids the centroids, {@code [count][dims]}, at least one
     * @return the coordinates, {@code [count][2]}, both axes on one scale, the farthest coordinate at 1 or −1; all 0
     *     for a single cluster
     */
    public static float[][] place(float[][] centroids) {
        int count = centroids.length;
        int dims = centroids[0].length;
        double[] mean = new double[dims];
        for (float[] centroid : centroids) {
            for (int j = 0; j < dims; j++) {
                mean[j] += (double) centroid[j] / count;
            }
        }
        double[][] centered = new double[count][dims];
        for (int c = 0; c < count; c++) {
            for (int j = 0; j < dims; j++) {
                centered[c][j] = centroids[c][j] - mean[j];
            }
        }
        RealMatrix rows = new Array2DRowRealMatrix(centered, false);
        // the eigenvectors of the covariance by way of its root. With fewer clusters than dimensions the covariance
        // has many eigenvalues of 0, with which a solver need not converge
        SingularValueDecomposition components = new SingularValueDecomposition(rows);
        double[] deviations = components.getSingularValues();
        float[][] places = new float[count][2];
        double farthest = 0;
        for (int axis = 0; axis < Math.min(2, deviations.length); axis++) {
            // a variance this small is noise, and scaling would stretch it over the whole map
            if (deviations[axis] * deviations[axis] < 1e-9) {
                break;
            }
            double[] component = components.getV().getColumn(axis);
            double[] coordinates = rows.operate(component);
            double sign = sign(component);
            for (int c = 0; c < count; c++) {
                places[c][axis] = (float) (sign * coordinates[c]);
                farthest = Math.max(farthest, Math.abs(coordinates[c]));
            }
        }
        for (int c = 0; c < count && farthest > 0; c++) {
            for (int axis = 0; axis < 2; axis++) {
                places[c][axis] = (float) Math.max(-1, Math.min(1, places[c][axis] / farthest));
            }
        }
        return places;
    }

    /**
     * The sign that makes an eigenvector's largest component positive. The solver's own sign is arbitrary, and the map
     * must not flip between trainings.
     */
    public static double sign(double[] vector) {
        double largest = 0;
        for (double v : vector) {
            // the margin selects the first of several components that differ by rounding only
            if (Math.abs(v) > Math.abs(largest) * (1 + 1e-6)) {
                largest = v;
            }
        }
        return largest < 0 ? -1 : 1;
    }
}
