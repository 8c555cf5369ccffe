/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.label.LabelMeasures;
import io.latentfacets.model.Decision;
import io.latentfacets.model.Decision.Verdict;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.WordPerplexity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures a new generation, and decides whether it is worse than the active generation on the same documents. It
 * compares the quality of clusters, each in the latent space of its own generation, their words, the documents without
 * a latent, and the prediction of words. It tolerates small losses, because two trainings on the same text differ by
 * chance. Stateless.
 *
 * <p>It does not compare the held-out losses: that loss is a classification among the other held-out documents by words
 * of the network's own vocabulary, so the losses of two vocabularies measure different tasks. The perplexity over the
 * words that both know stands in for it. It does not reject a generation whose clusters are other ones either
 * ({@link #KEPT_SHARE}): documents that have changed need other clusters.
 */
final class QualityGate {

    static final String SILHOUETTE = "silhouette";
    static final String DIVERSITY = "diversity";
    static final String COHERENCE = "coherence";
    static final String UNASSIGNED = "unassigned_share";
    static final String OUTLIERS = "outlier_share";
    static final String HELD_OUT_LOSS = "held_out_loss";
    static final String PERPLEXITY = "perplexity";

    /** The share of the documents with a cluster in both generations that are in the cluster of the same key. */
    static final String KEPT_SHARE = "kept_share";

    private static final String PREVIOUS = "previous_";
    static final String PREVIOUS_SILHOUETTE = PREVIOUS + SILHOUETTE;

    /** The largest number of clusters, as a multiple of the former number, at which their words are compared. */
    private static final double MOST_GROWTH = 2;

    /** The number of documents whose words are predicted. */
    private static final int PREDICTED_DOCUMENTS = 1000;

    /**
     * A measure that decides.
     *
     * @param metric its name
     * @param sign 1 if more is better, −1 if less is
     * @param absolute the tolerated loss
     * @param relative the tolerated loss as a share of the old value, if that is more
     * @param anyCount whether generations with very different numbers of clusters can be compared by it
     */
    private record Criterion(String metric, int sign, double absolute, double relative, boolean anyCount) {

        /** The worst value that is allowed. */
        double bound(double before) {
            return before - sign * Math.max(absolute, relative * Math.abs(before));
        }

        boolean fails(double before, double now) {
            return sign * now < sign * bound(before);
        }
    }

    private static final List<Criterion> CRITERIA = List.of(
            new Criterion(SILHOUETTE, 1, 0.05, 0.25, true),
            new Criterion(COHERENCE, 1, 0.1, 0.5, false),
            new Criterion(DIVERSITY, 1, 0.25, 0, false),
            new Criterion(UNASSIGNED, -1, 0.05, 0, true),
            new Criterion(PERPLEXITY, -1, 0, 0.25, true));

    private QualityGate() {}

    /**
     * The measures of a new generation by name and, where it has a predecessor, those of the predecessor on the same
     * documents. All are finite.
     *
     * @param heldOutLoss the trainer's loss on held-out documents; omitted from the result if it is not finite
     */
    static Map<String, Double> measure(TrainingCorpus corpus, ClusterPhase.Result found, double heldOutLoss) {
        Map<String, Double> metrics = new TreeMap<>();
        measure(metrics, "", corpus, found.clusters(), found.latents(), found.assigned());
        put(metrics, HELD_OUT_LOSS, heldOutLoss);
        Clusters clusters = found.clusters();
        put(metrics, OUTLIERS, clusters.floors().outlierShare(clusters.partition(), found.assigned(), found.latents()));
        ClusterPhase.Before before = found.before();
        if (before != null) {
            measure(metrics, PREVIOUS, corpus, before.clusters(), before.latents(), before.assigned());
            put(metrics, KEPT_SHARE, keptShare(before, found));
        }
        return metrics;
    }

    private static void measure(
            Map<String, Double> metrics,
            String prefix,
            TrainingCorpus corpus,
            Clusters clusters,
            float[][] latents,
            int[] assigned) {
        put(metrics, prefix + SILHOUETTE, Measures.silhouette(latents, assigned));
        LabelMeasures labels = new LabelMeasures(clusters, corpus.vocabulary());
        for (int row = 0; row < corpus.size(); row++) {
            labels.add(corpus.get(row));
        }
        put(metrics, prefix + DIVERSITY, labels.diversity());
        put(metrics, prefix + COHERENCE, labels.coherence());
        long unassigned = 0;
        for (int cluster : assigned) {
            unassigned += cluster == ClusterPhase.UNASSIGNED ? 1 : 0;
        }
        put(metrics, prefix + UNASSIGNED, (double) unassigned / assigned.length);
    }

    /** The number of clusters over that of the predecessor; 1 without one. */
    static double growth(ClusterPhase.Result found) {
        return found.before() == null
                ? 1
                : (double) found.clusters().infos().size()
                        / found.before().clusters().infos().size();
    }

    private static double keptShare(ClusterPhase.Before before, ClusterPhase.Result found) {
        List<String> oldKeys = before.clusters().keys();
        List<String> newKeys = found.clusters().keys();
        long both = 0;
        long kept = 0;
        for (int row = 0; row < found.assigned().length; row++) {
            int old = before.assigned()[row];
            int now = found.assigned()[row];
            if (old != ClusterPhase.UNASSIGNED && now != ClusterPhase.UNASSIGNED) {
                both++;
                kept += oldKeys.get(old).equals(newKeys.get(now)) ? 1 : 0;
            }
        }
        return both == 0 ? Double.NaN : (double) kept / both;
    }

    /**
     * Adds the perplexities of both networks on a sample of the documents, over the words that both know. Adds nothing
     * if the generations analyse text differently or share too few words.
     *
     * @param weights the weights of the new network
     * @param text how the new generation analyses text
     * @param metrics takes the measures
     */
    static void comparePerplexity(
            TrainingCorpus corpus,
            ClusterPhase.Result found,
            VaeWeights weights,
            Generation previous,
            TextOptions text,
            Map<String, Double> metrics) {
        if (!text.analyzer().equals(previous.text().analyzer())) {
            return;
        }
        WordPerplexity words = new WordPerplexity(
                new Decoder(weights), corpus.vocabulary(), new Decoder(previous.weights()), previous.vocabulary());
        int left = PREDICTED_DOCUMENTS;
        // rows are in the order of hashes of ids, so the first ones are a random sample
        for (int row = 0; row < corpus.size() && left > 0; row++) {
            Bow document = corpus.get(row);
            if (!document.isEmpty()
                    && found.assigned()[row] != ClusterPhase.UNASSIGNED
                    && found.before().assigned()[row] != ClusterPhase.UNASSIGNED) {
                words.add(document, found.latents()[row], found.before().latents()[row]);
                left--;
            }
        }
        if (words.comparable()) {
            put(metrics, PERPLEXITY, words.newer());
            put(metrics, PREVIOUS + PERPLEXITY, words.older());
        }
    }

    private static void put(Map<String, Double> metrics, String name, double value) {
        if (Double.isFinite(value)) {
            metrics.put(name, value);
        }
    }

    /**
     * Decides whether to activate a generation.
     *
     * @param comparedWith the number of its predecessor; 0 for none
     * @param growth its number of clusters over that of its predecessor. The words of more clusters are less coherent
     *     and less diverse by nature, so they are not compared above {@link #MOST_GROWTH}
     * @param force whether to activate it even if it is worse
     * @return the decision; its reason names the first measure that is worse, both values and the bound
     */
    static Decision decide(
            String model,
            int generation,
            TrainMode mode,
            String why,
            int comparedWith,
            double growth,
            boolean force,
            Map<String, Double> metrics) {
        String worse = worse(growth, metrics);
        if (comparedWith == 0) {
            return new Decision(mode.toString(), why, 0, Verdict.FIRST, null);
        }
        if (worse == null) {
            return new Decision(mode.toString(), why, comparedWith, Verdict.ACCEPTED, null);
        }
        return force
                ? new Decision(mode.toString(), why, comparedWith, Verdict.FORCED, worse)
                : new Decision(
                        mode.toString(),
                        why,
                        comparedWith,
                        Verdict.REJECTED,
                        String.format(
                                Locale.ROOT,
                                "generation [%d] of model [%s] is not activated: %s; it is kept, [_activate] makes it"
                                        + " active, and a training with [\"force\": true] does not ask",
                                generation,
                                model,
                                worse));
    }

    /** The first measure that is worse than tolerated, as a part of a sentence; null for none. */
    private static String worse(double growth, Map<String, Double> metrics) {
        for (Criterion criterion : CRITERIA) {
            if (growth > MOST_GROWTH && !criterion.anyCount()) {
                continue;
            }
            Double before = metrics.get(PREVIOUS + criterion.metric());
            Double now = metrics.get(criterion.metric());
            if (before != null && now != null && criterion.fails(before, now)) {
                return String.format(
                        Locale.ROOT,
                        "its [%s] is [%.3f], that of the active generation on the same documents [%.3f], the %s"
                                + " allowed [%.3f]",
                        criterion.metric(),
                        now,
                        before,
                        criterion.sign() > 0 ? "least" : "most",
                        criterion.bound(before));
            }
        }
        return null;
    }
}
