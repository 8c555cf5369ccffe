/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.label.LabelMeasures;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.rest.RestStatus;

/**
 * Measures a new generation and refuses it if it is worse than the active generation on the same documents. The gate
 * compares their silhouettes, each in the latent space of its own generation. It tolerates a small drop, because two
 * trainings on the same text differ by chance. Stateless.
 */
final class QualityGate {

    static final String SILHOUETTE = "silhouette";
    static final String PREVIOUS_SILHOUETTE = "previous_silhouette";
    static final String DIVERSITY = "diversity";
    static final String COHERENCE = "coherence";
    static final String UNASSIGNED = "unassigned_share";
    static final String OUTLIERS = "outlier_share";
    static final String HELD_OUT_LOSS = "held_out_loss";

    /** The tolerated drop of the silhouette; {@link #RELATIVE_TOLERANCE} of the old silhouette if that is more. */
    static final double TOLERANCE = 0.05;

    /** The tolerated drop of the silhouette as a share of the old one. */
    static final double RELATIVE_TOLERANCE = 0.25;

    private QualityGate() {}

    /**
     * The measures of a new generation, by name, all finite.
     *
     * @param previous the clusters of the active generation; null for none
     * @param heldOutLoss the trainer's loss on held-out documents; omitted from the result if it is not finite
     */
    static Map<String, Double> measure(
            TrainingCorpus corpus, ClusterPhase.Result found, Clusters previous, double heldOutLoss) {
        Map<String, Double> metrics = new TreeMap<>();
        put(metrics, SILHOUETTE, Measures.silhouette(found.latents(), found.assigned()));
        LabelMeasures labels = labels(corpus, found.clusters());
        put(metrics, DIVERSITY, labels.diversity());
        put(metrics, COHERENCE, labels.coherence());
        put(metrics, HELD_OUT_LOSS, heldOutLoss);
        long unassigned = 0;
        for (int cluster : found.assigned()) {
            unassigned += cluster == ClusterPhase.UNASSIGNED ? 1 : 0;
        }
        put(metrics, UNASSIGNED, (double) unassigned / found.assigned().length);
        Clusters clusters = found.clusters();
        put(metrics, OUTLIERS, clusters.floors().outlierShare(clusters.partition(), found.assigned(), found.latents()));
        if (previous != null && corpus.hasPrevious()) {
            float[][] latents = ClusterPhase.dequantised(
                    corpus.previous(), previous.partition().dims());
            int[] assigned = ClusterPhase.assign(previous.partition(), latents, corpus.previous());
            put(metrics, PREVIOUS_SILHOUETTE, Measures.silhouette(latents, assigned));
        }
        return metrics;
    }

    private static void put(Map<String, Double> metrics, String name, double value) {
        if (Double.isFinite(value)) {
            metrics.put(name, value);
        }
    }

    /**
     * Fails with status 409 if the new generation is worse than the active one. The message names both silhouettes and
     * the bound.
     */
    static void requireNoWorse(String model, int generation, Map<String, Double> metrics) {
        Double before = metrics.get(PREVIOUS_SILHOUETTE);
        Double now = metrics.get(SILHOUETTE);
        if (before == null || now == null) {
            return;
        }
        double least = before - Math.max(TOLERANCE, RELATIVE_TOLERANCE * Math.abs(before));
        if (now < least) {
            throw new OpenSearchStatusException(
                    String.format(
                            Locale.ROOT,
                            "generation [%d] of model [%s] is not activated: its [%s] is [%.3f], that of the active"
                                    + " generation on the same documents [%.3f], the least allowed"
                                    + " [%.3f]; [\"force\": true] overrides",
                            generation,
                            model,
                            SILHOUETTE,
                            now,
                            before,
                            least),
                    RestStatus.CONFLICT);
        }
    }

    private static LabelMeasures labels(TrainingCorpus corpus, Clusters clusters) {
        LabelMeasures labels = new LabelMeasures(clusters, corpus.vocabulary());
        for (int row = 0; row < corpus.size(); row++) {
            labels.add(corpus.get(row));
        }
        return labels;
    }
}
