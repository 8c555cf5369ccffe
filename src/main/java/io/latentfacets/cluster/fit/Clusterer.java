/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.Points;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Divides latents into clusters, in four steps. k-means runs in a space whitened by the variance within small
 * neighbourhoods. A Gaussian mixture with one shared covariance refines its result. The graph of nearest neighbours
 * selects the best of several candidates. The rule is folded into one dot product and one bias per cluster. For few
 * points, plain spherical k-means replaces the first three steps. The cost is bounded: the rule is fitted on a sample
 * of {@link #MAX_FIT}, and then every point is assigned once. Where the words of the documents are given, they select
 * instead of the graph, and improve the division.
 *
 * <p>Stateless and thread-safe. Computes on the calling thread. Equal options and equal points in the same order give
 * an equal partition, bit for bit.
 */
public final class Clusterer {
    /** The largest number of points that a rule is fitted on. */
    public static final int MAX_FIT = 50_000;

    /** The largest number of clusters that is chosen from the data. */
    public static final int MOST_CHOSEN = CountChooser.MOST;

    private static final int STARTS = 4;

    /** The least number of documents that must show a subject. */
    static final int LEAST_SHOWN = 5;

    private static final String NO_DIVISION =
            "no division has it: the documents that show it are scattered among those of other clusters";

    private final ClusterOptions options;
    private final int added;

    public Clusterer(ClusterOptions options) {
        this(options, 0);
    }

    /**
     * @param added how many clusters of the former division are there for subjects: a division that continues it says
     *     that so many fewer were chosen, else every training would take them for chosen and add them again
     */
    public Clusterer(ClusterOptions options, int added) {
        this.options = options;
        this.added = added;
    }

    public ClusterOptions options() {
        return options;
    }

    /**
     * @param unitLatents the latents, {@code [documents][dims]}, unit length, not changed; rows without a direction
     *     (documents without known words) are ignored
     * @param checkCancelled a callback, called many times a second, that throws to stop
     * @return a partition without empty clusters, the largest first (of the latents that the rule was fitted on); it
     *     has fewer clusters than requested only if there are fewer distinct latents
     * @throws IllegalArgumentException if no row has unit length
     */
    public Partition cluster(float[][] unitLatents, Runnable checkCancelled) {
        return cluster(unitLatents, null, ExpectedClusters.NONE, checkCancelled);
    }

    /**
     * Divides latents like {@link #cluster(float[][], Runnable)}, but selects and improves the rule by the words of the
     * documents ({@link WordSelector}), if at least half of the documents have words and there are no more than
     * {@link RuleSelector#MANY} clusters. The words have no say in the number of clusters.
     *
     * @param words the words of the document of each latent; null for none
     */
    public Partition cluster(float[][] unitLatents, BowSource words, Runnable checkCancelled) {
        return cluster(unitLatents, words, ExpectedClusters.NONE, checkCancelled);
    }

    /**
     * Divides latents like {@link #cluster(float[][], BowSource, Runnable)}. Where the number of clusters is chosen
     * from the data, it is an expected one unless another one is clearly better, and a former division goes on
     * ({@link FormerDivision}) unless a division anew is clearly better.
     *
     * @param expected what is known of the clusters
     */
    public Partition cluster(
            float[][] unitLatents, BowSource words, ExpectedClusters expected, Runnable checkCancelled) {
        Sample sample = sample(unitLatents);
        CountCurve curve = curve(sample, expected.counts(), checkCancelled);
        LinearRule rule = rule(sample, words, count(curve), checkCancelled);
        if (options.count() == ClusterOptions.AUTO && expected.former() != null) {
            LinearRule continued = continued(unitLatents, sample, words, expected, rule, checkCancelled);
            if (continued != null) {
                rule = continued;
                curve = continued(curve, rule);
            }
        }
        return partition(unitLatents, sample, rule, curve, checkCancelled);
    }

    private CountCurve continued(CountCurve curve, LinearRule rule) {
        return new CountCurve(curve.points(), Math.max(1, rule.count() - added));
    }

    /**
     * A division in which some subjects have clusters of their own.
     *
     * @param partition the division
     * @param clusters the cluster of each subject, −1 for a subject without one
     * @param shown the rows of the documents that show each subject, ascending
     * @param why for each subject why it has no cluster, as a sentence; null if it has one
     */
    public record Guided(Partition partition, int[] clusters, List<int[]> shown, List<String> why) {}

    /**
     * Gives each of some subjects a cluster of its own, as far as the documents show it ({@link SubjectDocuments},
     * {@link GuidedDivision}). The rest stays divided as it was. Where the options give the number of clusters, there
     * are no more: others join. Where it is chosen, there are as many more as the subjects need; the curve says how
     * many were chosen, without those.
     *
     * @param found the division
     * @param words the words of the document of each latent
     * @param idf the inverse document frequency of each word
     * @param subjects the subjects, at most {@link io.latentfacets.cluster.Seed#MAX_SEEDS}
     */
    public Guided guided(
            Partition found,
            float[][] unitLatents,
            BowSource words,
            float[] idf,
            List<Subject> subjects,
            Runnable checkCancelled) {
        int[] former = new int[subjects.size()];
        Arrays.fill(former, -1);
        return guided(found, unitLatents, words, idf, subjects, former, checkCancelled);
    }

    /**
     * Guides a division like {@link #guided(Partition, float[][], BowSource, float[], List, Runnable)}, where subjects
     * may have had clusters before.
     *
     * @param former the cluster of the division that goes on from the former one of each subject, −1 for none
     */
    public Guided guided(
            Partition found,
            float[][] unitLatents,
            BowSource words,
            float[] idf,
            List<Subject> subjects,
            int[] former,
            Runnable checkCancelled) {
        if (subjects.isEmpty()) {
            return new Guided(found, new int[0], List.of(), List.of());
        }
        SubjectDocuments documents = new SubjectDocuments(unitLatents, words, idf, checkCancelled);
        List<int[]> shown = documents.of(subjects);
        int[] supported = IntStream.range(0, shown.size())
                .filter(s -> shown.get(s).length >= LEAST_SHOWN)
                .toArray();
        Sample sample = sample(unitLatents, shown);
        GuidedDivision.Result result = supported.length == 0
                ? new GuidedDivision.Result(null, new int[0])
                : guided(found, sample, words, documents, shown, supported, former, checkCancelled);
        LinearRule rule = result.rule();
        int[] divided = Arrays.stream(result.subjects()).map(s -> supported[s]).toArray();
        int[] order = rule == null ? new int[0] : bySize(rule, sample.points);
        int[] clusters = new int[shown.size()];
        List<String> why = new ArrayList<>();
        for (int s = 0; s < clusters.length; s++) {
            int at = Arrays.binarySearch(divided, s);
            String without =
                    Arrays.binarySearch(supported, s) < 0 ? tooFew(subjects.get(s), shown.get(s)) : NO_DIVISION;
            why.add(at < 0 ? without : null);
            clusters[s] = -1;
            for (int c = 0; c < order.length && at >= 0; c++) {
                clusters[s] = order[c] == at ? c : clusters[s];
            }
        }
        return rule == null
                ? new Guided(found, clusters, shown, why)
                : new Guided(partition(found, unitLatents, inOrder(rule, order), checkCancelled), clusters, shown, why);
    }

    private static String tooFew(Subject subject, int[] shown) {
        if (subject.terms().length == 0 && subject.rows().length == 0) {
            return "none of its terms is a word of the model, none of its documents is among those learned from";
        }
        return "[" + shown.length + "] documents show it, by " + (subject.given() > 1 ? "two of its terms" : "its term")
                + " or as examples, a cluster needs at least [" + LEAST_SHOWN + "]";
    }

    /** A division with clusters of those of the supported subjects that it can have. */
    private GuidedDivision.Result guided(
            Partition found,
            Sample sample,
            BowSource words,
            SubjectDocuments documents,
            List<int[]> shown,
            int[] supported,
            int[] former,
            Runnable checkCancelled) {
        List<GuidedDivision.Shown> points = Arrays.stream(supported)
                .mapToObj(s -> new GuidedDivision.Shown(
                        Arrays.stream(shown.get(s))
                                .map(row -> Arrays.binarySearch(sample.rows, row))
                                .toArray(),
                        points(documents.withTerms().get(s), sample),
                        former[s]))
                .toList();
        return new GuidedDivision(sample.points, options.seed(), checkCancelled)
                .guided(
                        new LinearRule(found.directions(), found.biases()),
                        options.count(),
                        points,
                        (labels, count) -> words(sample, words, checkCancelled).polish(labels, count));
    }

    private static BitSet points(BitSet rows, Sample sample) {
        BitSet points = new BitSet();
        for (int i = 0; i < sample.rows.length; i++) {
            points.set(i, rows.get(sample.rows[i]));
        }
        return points;
    }

    private Partition partition(Partition found, float[][] latents, LinearRule rule, Runnable checkCancelled) {
        CountCurve curve = options.count() == ClusterOptions.AUTO ? found.curve() : CountCurve.NONE;
        return new Partition(centroids(latents, rule, checkCancelled), rule.directions(), rule.biases(), curve);
    }

    /** The sample that rules are fitted on, with all rows that show a subject. */
    private Sample sample(float[][] latents, List<int[]> shown) {
        int[] rows = IntStream.concat(
                        Arrays.stream(sample(latents).rows), shown.stream().flatMapToInt(Arrays::stream))
                .sorted()
                .distinct()
                .toArray();
        return sample(latents, rows);
    }

    /** The rule that continues the former division; null if a rule anew is clearly better. */
    private LinearRule continued(
            float[][] latents,
            Sample sample,
            BowSource words,
            ExpectedClusters expected,
            LinearRule anew,
            Runnable checkCancelled) {
        int[] former =
                Arrays.stream(sample.rows).map(row -> expected.former()[row]).toArray();
        List<float[][]> subjects = expected.subjects().stream()
                .map(rows -> Arrays.stream(rows)
                        .mapToObj(row -> latents[row])
                        .filter(Points::usable)
                        .toArray(float[][]::new))
                .toList();
        FormerDivision division = new FormerDivision(sample.points, STARTS, options.seed(), checkCancelled);
        LinearRule rule = division.continued(
                former,
                subjects,
                divided -> words == null
                        ? divided
                        : words(sample, words, checkCancelled).polished(divided));
        return rule == null || division.isClearlyWorse(rule, anew) ? null : rule;
    }

    /** The numbers that are tried, and the chosen one; none if the options give the number. */
    private CountCurve curve(Sample sample, int[] expected, Runnable checkCancelled) {
        return options.count() == ClusterOptions.AUTO
                ? new CountChooser(options.seed(), checkCancelled).choose(sample.points, expected)
                : CountCurve.NONE;
    }

    private int count(CountCurve curve) {
        return options.count() == ClusterOptions.AUTO ? curve.chosen() : options.count();
    }

    /**
     * The latents that rules are fitted on.
     *
     * @param rows their numbers among all latents, ascending
     */
    private record Sample(int[] rows, float[][] points) {}

    private Sample sample(float[][] latents) {
        int[] rows = Points.sampleRows(latents, MAX_FIT, options.seed());
        if (rows.length == 0) {
            throw new IllegalArgumentException(
                    "none of the [" + latents.length + "] latents has a direction: there is nothing to cluster");
        }
        return sample(latents, rows);
    }

    private static Sample sample(float[][] latents, int[] rows) {
        float[][] points = new float[rows.length][];
        Arrays.setAll(points, i -> latents[rows[i]]);
        return new Sample(rows, points);
    }

    /** @param words the words of the document of each latent; null for none */
    private LinearRule rule(Sample sample, BowSource words, int count, Runnable checkCancelled) {
        float[][] points = sample.points;
        LinearRule rule = null;
        if (words != null) {
            rule = words(sample, words, checkCancelled).select(count);
        }
        return rule == null
                ? new RuleSelector(points, STARTS, new SplittableRandom(options.seed()), checkCancelled).select(count)
                : rule;
    }

    private WordSelector words(Sample sample, BowSource words, Runnable checkCancelled) {
        return new WordSelector(
                sample.points, new Selected(words, sample.rows), new SplittableRandom(options.seed()), checkCancelled);
    }

    private Partition partition(
            float[][] latents, Sample sample, LinearRule rule, CountCurve curve, Runnable checkCancelled) {
        LinearRule sorted = largestFirst(rule, sample.points);
        return new Partition(centroids(latents, sorted, checkCancelled), sorted.directions(), sorted.biases(), curve);
    }

    /**
     * The heap that the words of documents take at most while {@link #cluster(float[][], BowSource, Runnable)} runs, in
     * bytes.
     *
     * @param documents the number of documents
     * @param terms the number of vocabulary entries
     * @param clusters the number of clusters, or {@link #MOST_CHOSEN} where it is chosen
     */
    public static long wordBytes(long documents, long terms, long clusters) {
        return WordSelector.bytes(documents, terms, clusters);
    }

    /**
     * Divides latents like {@link #cluster(float[][], Runnable)}, but continues a former division as far as the latents
     * allow ({@link Continuation}). There are new clusters only where the latents clearly have a group that the former
     * division lacks. The new partition may therefore be worse, by a little, than one without a former division.
     *
     * @param former the former cluster of each latent, or −1 for none
     * @param formerShares the share of the documents that each former cluster had when it was made
     * @return a partition without empty clusters; its ordinals say nothing about the former clusters
     */
    public Partition cluster(float[][] unitLatents, int[] former, double[] formerShares, Runnable checkCancelled) {
        Sample sample = sample(unitLatents);
        Partition anew = anew(unitLatents, sample, checkCancelled);
        LinearRule rule = anew.count() > RuleSelector.MANY || formerShares.length > RuleSelector.MANY
                ? null
                : continued(sample, former, formerShares, anew, checkCancelled);
        if (rule == null || (options.count() != ClusterOptions.AUTO && rule.count() != anew.count())) {
            return anew;
        }
        CountCurve curve = options.count() == ClusterOptions.AUTO ? continued(anew.curve(), rule) : CountCurve.NONE;
        return new Partition(centroids(unitLatents, rule, checkCancelled), rule.directions(), rule.biases(), curve);
    }

    /**
     * A division that shows what the former one lacks. Where the number is chosen, it is the largest one that is nearly
     * as good: a new cluster that nothing else speaks for is not used, but one that is not there cannot be.
     */
    private Partition anew(float[][] latents, Sample sample, Runnable checkCancelled) {
        CountCurve curve = curve(sample, ExpectedClusters.NONE.counts(), checkCancelled);
        if (options.count() == ClusterOptions.AUTO) {
            curve = new CountCurve(curve.points(), CountChooser.finest(curve));
        }
        return partition(latents, sample, rule(sample, null, count(curve), checkCancelled), curve, checkCancelled);
    }

    private LinearRule continued(
            Sample all, int[] former, double[] formerShares, Partition anew, Runnable checkCancelled) {
        int[] rows = all.rows;
        float[][] points = all.points;
        int[] now = new int[rows.length];
        int[] before = new int[rows.length];
        long[][] shared = new long[anew.count()][formerShares.length];
        for (int i = 0; i < rows.length; i++) {
            now[i] = anew.assign(points[i]);
            before[i] = former[rows[i]];
            if (before[i] >= 0) {
                shared[now[i]][before[i]]++;
            }
        }
        for (int i = 0; i < rows.length; i++) {
            // a point without a former cluster goes where most of its new one come from
            before[i] = before[i] >= 0 ? before[i] : largest(shared[now[i]]);
        }
        int[] seen = Points.sampleRows(points, RuleSelector.MAX_POINTS, options.seed());
        float[][] sample = new float[seen.length][];
        int[] beforeOfSample = new int[seen.length];
        int[] nowOfSample = new int[seen.length];
        for (int i = 0; i < seen.length; i++) {
            sample[i] = points[seen[i]];
            beforeOfSample[i] = before[seen[i]];
            nowOfSample[i] = now[seen[i]];
        }
        NeighborGraph graph = new NeighborGraph(sample, RuleSelector.NEIGHBORS, checkCancelled);
        Continuation continuation =
                new Continuation(graph, beforeOfSample, formerShares, nowOfSample, anew.count(), checkCancelled);
        continuation.change(options.count());
        int[] labels = new int[rows.length];
        Arrays.setAll(labels, i -> continuation.cluster(before[i], now[i]));
        int[] compact = Arrays.stream(labels).distinct().sorted().toArray();
        Arrays.setAll(labels, i -> Arrays.binarySearch(compact, labels[i]));
        return new RuleFitter(points, STARTS, new SplittableRandom(options.seed()), checkCancelled)
                .continued(labels, compact.length);
    }

    /** Some rows of a source. */
    private record Selected(BowSource all, int[] rows) implements BowSource {
        @Override
        public int size() {
            return rows.length;
        }

        @Override
        public Bow get(int doc) {
            return all.get(rows[doc]);
        }
    }

    private static int largest(long[] counts) {
        int best = 0;
        for (int i = 1; i < counts.length; i++) {
            best = counts[i] > counts[best] ? i : best;
        }
        return best;
    }

    /** The same rule with its clusters in the order of their sizes, so that a first training's keys say something. */
    private static LinearRule largestFirst(LinearRule rule, float[][] points) {
        return inOrder(rule, bySize(rule, points));
    }

    /** The clusters in the order of their sizes, the largest first. */
    private static int[] bySize(LinearRule rule, float[][] points) {
        int[] sizes = new int[rule.count()];
        // a partition decides near ties alike at every call, and the order must not hang on them
        for (int cluster :
                new Partition(rule.directions(), rule.directions(), rule.biases(), CountCurve.NONE).assign(points)) {
            sizes[cluster]++;
        }
        return IntStream.range(0, sizes.length)
                .boxed()
                .sorted(Comparator.comparingInt(cluster -> -sizes[cluster]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static LinearRule inOrder(LinearRule rule, int[] order) {
        float[][] directions = new float[order.length][];
        float[] biases = new float[order.length];
        for (int i = 0; i < order.length; i++) {
            directions[i] = rule.directions()[order[i]];
            biases[i] = rule.biases()[order[i]];
        }
        return new LinearRule(directions, biases);
    }

    /** The mean direction of each cluster's members, over all points and not only the sample. */
    private static float[][] centroids(float[][] latents, LinearRule rule, Runnable checkCancelled) {
        int count = rule.count();
        int dims = rule.directions()[0].length;
        double[][] sums = new double[count][dims];
        for (int i = 0; i < latents.length; i++) {
            if (i % 1024 == 0) {
                checkCancelled.run();
            }
            if (Points.usable(latents[i])) {
                double[] sum = sums[rule.assign(latents[i])];
                for (int j = 0; j < dims; j++) {
                    sum[j] += latents[i][j];
                }
            }
        }
        float[][] centroids = new float[count][dims];
        for (int c = 0; c < count; c++) {
            for (int j = 0; j < dims; j++) {
                centroids[c][j] = (float) sums[c][j];
            }
            if (!Points.normalize(centroids[c])) {
                // the members cancel out, so they have no mean direction: use the rule's
                centroids[c] = rule.directions()[c].clone();
                Points.normalize(centroids[c]);
            }
        }
        return centroids;
    }
}
