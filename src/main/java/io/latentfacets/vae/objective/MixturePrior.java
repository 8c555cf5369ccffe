/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Scalars;
import java.util.List;

/**
 * A learned prior with clusters: p(z) = Σ_c π_c N(z; μ_c, diag σ_c²) (VaDE; Jiang et al. 2017). The parameters are the
 * logits of π and the logarithms of σ², so that every optimizer step gives valid weights and variances. Not
 * thread-safe.
 */
final class MixturePrior {
    /** The smallest initial variance of a component: the variance of a cluster of one document is 0. */
    private static final double LEAST_VARIANCE = 1e-3;

    /** The count added to each initial cluster size, so that log π is finite for an empty cluster. */
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
     * Returns a prior whose components have the moments of the clusters.
     *
     * @param points the points, {@code [n][d]}, at least one
     * @param labels the cluster of each point, 0 to {@code count} − 1, or negative for none
     * @param count the number of clusters
     * @param manager the owner of the parameters
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

    /**
     * Returns a prior with the state of another one's {@link #parameters}.
     *
     * @throws IllegalArgumentException if the state is not that of a prior
     */
    static MixturePrior of(Parameters.State state, NDManager manager) {
        List<float[]> values = state.values();
        int count = values.size() == 3 ? values.get(0).length : 0;
        int dims = count == 0 ? 0 : values.get(1).length / count;
        if (dims == 0 || values.get(1).length != count * dims || values.get(2).length != count * dims) {
            throw new IllegalArgumentException("not the parameters of a mixture: ["
                    + values.stream().map(each -> each.length).toList() + "]");
        }
        MixturePrior prior = new MixturePrior(values.get(0), values.get(1), values.get(2), dims, manager);
        prior.parameters.restore(state);
        return prior;
    }

    Parameters parameters() {
        return parameters;
    }

    /** Returns log γ_c = log p(c|z), {@code [rows][clusters]} (Jiang et al., equation 16). */
    NDArray logPosterior(NDArray z) {
        NDArray distance = distances(z, z.square());
        return Scalars.times(distance, -0.5).add(logits).logSoftmax(1);
    }

    /**
     * Returns KL(q(z, c|x) ‖ p(z, c)) for q(z|x) = N(μ, diag σ²) and q(c|x) = γ in closed form, mean over rows. These
     * are the terms of the evidence lower bound (Jiang et al., equation 12) other than the likelihood.
     *
     * @param mean μ, {@code [rows][d]}
     * @param logVariance log σ², {@code [rows][d]}
     * @param logPosterior log γ, {@code [rows][clusters]}
     * @return a scalar
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
     * Returns Σ_j log σ_cj² + (x_j² − 2 x_j μ_cj + μ_cj²)/σ_cj², {@code [rows][clusters]}, with x² given. It uses
     * matrix products, since an array {@code [rows][clusters][d]} would not fit in memory.
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
