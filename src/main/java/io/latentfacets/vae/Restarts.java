/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.cluster.Clusterer;

/**
 * Runs the same training from several seeds and keeps the best, without labels to tell which that is. Used once, by one
 * thread; holds the weights of one finished run, on the heap.
 */
final class Restarts {
    private final int count;
    private final Clusterer clusterer;
    private final TrainingListener listener;
    private Progress progress;
    private Run best;

    /** @param score the more the better */
    private record Run(VaeWeights weights, double heldOutLoss, double score) {}

    /**
     * @param count how many runs there will be
     * @param clusterer finds the clusters that runs are compared by
     */
    Restarts(int count, Clusterer clusterer, TrainingListener listener) {
        this.count = count;
        this.clusterer = clusterer;
        this.listener = listener;
    }

    /** One run from beginning to end. All of them have the same plan. */
    void run(Fit fit, Network network) {
        if (progress == null) {
            Plan plan = fit.plan();
            progress = new Progress(listener, count * plan.epochs(), count * plan.steps());
        }
        progress.nextRestart();
        fit.run(progress);
        double score = count == 1 ? 0 : score(fit);
        if (best == null || score > best.score) {
            best = new Run(network.weights(), fit.heldOutLoss(), score);
        }
    }

    private double score(Fit fit) {
        return LatentClusters.of(fit.means(), clusterer, progress::checkCancelled)
                .silhouette();
    }

    /** The best run's weights, after the last run. */
    VaeWeights end() {
        listener.kept(best.heldOutLoss);
        return best.weights;
    }
}
