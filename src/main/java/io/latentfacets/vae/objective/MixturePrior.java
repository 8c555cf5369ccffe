/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Scalars;

/**
 * A prior with clusters: p(z) = Σ_c π_c N(z; μ_c, diag σ_c²), all of it learned (VaDE; Jiang et al. 2017). Weights are
 * kept as logits and variances as logarithms, so that every step stays within what they may be. Not thread-safe.
 */
final class MixturePrior {
    /** Variance that a component is started with at least: a cluster of one document has none. */
    private static final double LEAST_VARIANCE = 1e-3;

    /** Occurrences that every component is started with, so that log π is finite for an empty one. */
    private static final double SMOOTHING = 1;

    private final Parameters parameters;
    private final NDArray logits;
    private final NDArray means;
    private final NDArray logVariances;

    private MixturePrior(float[] logits, float[] means, float[] logVariances, int dims, NDManager manager) {
        int count = logits.length;
        this.parameters = new Parameters(manager);
        this.logits = parameters.add(logits, new Shape(1, count));
        this.means = parameters.add(means, new Shape(count, dims));
        this.logVariances = parameters.add(logVariances, new Shape(count, dims));
    }

    /**
     * The moments of a clustering.
     *
     * @param points n × d
     * @param labels of each point, 0 to {@code count} − 1, or negative for none
     * @param manager that the parameters belong to
     */
    static MixturePrior of(float[][] points, int[] labels, int count, NDManager manager) {
        int dims = points[0].length;
        double[] sizes = new double[count];
        double[] sums = new double[count * dims];
        double[] squares = new double[count * dims];
        for (int i = 0; i < points.length; i++) {
            if (labels[i] >= 0) {
                sizes[labels[i]]++;
                for (int j = 0; j < dims; j++) {
                    sums[labels[i] * dims + j] += points[i][j];
                    squares[labels[i] * dims + j] += (double) points[i][j] * points[i][j];
                }
            }
        }
        float[] logits = new float[count];
        float[] means = new float[count * dims];
        float[] logVariances = new float[count * dims];
        for (int c = 0; c < count; c++) {
            logits[c] = (float) Math.log(sizes[c] + SMOOTHING);
            for (int k = c * dims; k < (c + 1) * dims; k++) {
                double mean = sums[k] / Math.max(1, sizes[c]);
                means[k] = (float) mean;
                double variance = squares[k] / Math.max(1, sizes[c]) - mean * mean;
                logVariances[k] = (float) Math.log(Math.max(LEAST_VARIANCE, variance));
            }
        }
        return new MixturePrior(logits, means, logVariances, dims, manager);
    }

    Parameters parameters() {
        return parameters;
    }

    /** log γ_c = log p(c|z), rows × clusters (Jiang et al., equation 16). */
    NDArray logPosterior(NDArray z) {
        NDArray distance = distances(z, z.square());
        return Scalars.times(distance, -0.5).add(logits).logSoftmax(1);
    }

    /**
     * KL(q(z, c|x) ‖ p(z, c)) of q(z|x) = N(μ, diag σ²) and q(c|x) = γ in closed form, mean over rows: the terms of the
     * evidence lower bound of Jiang et al., equation 12, beside the likelihood.
     *
     * @param mean μ, rows × d
     * @param logVariance log σ², rows × d
     * @param logPosterior log γ, rows × clusters
     */
    NDArray divergence(NDArray mean, NDArray logVariance, NDArray logPosterior) {
        NDArray gamma = logPosterior.exp();
        NDArray distance = distances(mean, mean.square().add(logVariance.exp()));
        NDArray logWeights = Parameters.within(mean.getManager(), logits).logSoftmax(1);
        NDArray perCluster = logPosterior.sub(logWeights).add(Scalars.times(distance, 0.5));
        NDArray entropy = Scalars.times(logVariance.add(1).sum(), 0.5);
        return Scalars.times(
                gamma.mul(perCluster).sum().sub(entropy), 1.0 / mean.getShape().get(0));
    }

    /**
     * Σ_j log σ_cj² + (x_j² − 2 x_j μ_cj + μ_cj²)/σ_cj² with x² given, rows × clusters. As products of matrices: a cube
     * rows × clusters × d would not fit.
     */
    private NDArray distances(NDArray x, NDArray square) {
        NDArray spread = Parameters.within(x.getManager(), logVariances);
        NDArray centres = Parameters.within(x.getManager(), means);
        NDArray precision = spread.neg().exp();
        NDArray weighted = centres.mul(precision);
        NDArray constant = centres.mul(weighted).add(spread).sum(new int[] {1}).expandDims(0);
        NDArray cross = x.matMul(weighted.transpose());
        return square.matMul(precision.transpose()).sub(cross).sub(cross).add(constant);
    }
}
