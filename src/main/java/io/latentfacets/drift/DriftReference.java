/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.text.ReadDocument.Word;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the documents of a generation are like without drift, learned from its training sample. It gives each measure
 * the value to expect, and the bound that chance does not pass with as many documents as came. Immutable and
 * thread-safe.
 *
 * <p>Words: each document of the sample counts the words that a vocabulary learned without it would not know. So the
 * documents stand for such as come later.
 *
 * <p>Similarity and floors: the documents of the sample themselves. The encoder was taught to tell these apart, so they
 * lie a little farther from their centroids than others on the same subjects. The bounds on this side are therefore
 * careful: they alarm later, not earlier.
 *
 * <p>Shares of clusters: random halves of the sample give the distribution of the divergence.
 */
public final class DriftReference {

    /** The least number of documents that are compared. */
    public static final int FEWEST = 100;

    private static final int VERSION = 1;
    private static final long SEED = 20_251_128;

    /** The part of the sample's documents whose share of unknown words is usual. */
    private static final double USUAL = 0.9;

    /** A word is listed if at least this share of the odd documents of the sample has it, and two of them. */
    private static final double LISTED = 0.001;

    /** The number of odd documents of the sample whose words are counted. */
    private static final int MOST_ODD = 20_000;

    /** So many documents tell which words are usual, whether they are odd or not. */
    private static final int LEAST_ODD = 30;

    private static final int MOST_CLUSTERS = 1 << 16;
    private static final int MOST_TERMS = 1_000 * OddDocument.MOST_WORDS;

    private final long documents;
    private final Moments words;
    private final float usualShare;
    private final Moments similarity;
    private final long below;
    private final long[] clusters;
    private final double halvesMean;
    private final double halvesVariance;
    private final int oddDocuments;
    private final Map<String, Integer> oddTerms;

    private DriftReference(
            long documents,
            Moments words,
            float usualShare,
            Moments similarity,
            long below,
            long[] clusters,
            double halvesMean,
            double halvesVariance,
            int oddDocuments,
            Map<String, Integer> oddTerms) {
        this.documents = documents;
        this.words = words;
        this.usualShare = usualShare;
        this.similarity = similarity;
        this.below = below;
        this.clusters = clusters;
        this.halvesMean = halvesMean;
        this.halvesVariance = halvesVariance;
        this.oddDocuments = oddDocuments;
        this.oddTerms = oddTerms;
    }

    /**
     * Learns the reference.
     *
     * @param clusters the clusters of the generation
     * @param latents the latents, {@code [documents][dims]}, unit length
     * @param assigned the cluster of each document, negative for none
     * @param unseenShares by document, the share of its words that a vocabulary learned without it would not know; NaN
     *     for a document without words; empty if not known
     * @param words the most characteristic words of a document
     * @param before the reference of an earlier generation with the same encoder, which then says what to expect of
     *     words; null for none
     */
    public static DriftReference learn(
            Clusters clusters,
            float[][] latents,
            int[] assigned,
            float[] unseenShares,
            IntFunction<List<Word>> words,
            DriftReference before) {
        float usual = before == null ? usual(unseenShares) : before.usualShare;
        DriftSketch sketch = new DriftSketch(clusters.partition().count());
        SplittableRandom random = new SplittableRandom(SEED);
        int[] odd = new int[latents.length];
        int oddities = 0;
        for (int i = 0; i < latents.length; i++) {
            double unseen = unseenShares.length == 0 ? Double.NaN : unseenShares[i];
            Observation seen = assigned[i] < 0
                    ? new Observation(unseen, -1, 0, false, false)
                    : observe(clusters, latents[i], assigned[i], unseen, usual);
            sketch.add(seen, 0);
            if (seen.odd()) {
                odd[oddities++] = i;
            }
        }
        oddities = atLeast(LEAST_ODD, odd, oddities, latents.length, random);
        double[] halves = Shares.halves(assigned, clusters.partition().count(), SEED);
        int kept = Math.min(oddities, MOST_ODD);
        Map<String, Integer> terms = new HashMap<>();
        for (int i = 0; i < kept; i++) {
            int j = i + random.nextInt(oddities - i);
            int document = odd[j];
            odd[j] = odd[i];
            terms(words.apply(document)).forEach(term -> terms.merge(term, 1, Integer::sum));
        }
        int least = listed(kept);
        terms.values().removeIf(count -> count < least);
        return new DriftReference(
                latents.length,
                before == null ? sketch.words() : before.words,
                usual,
                sketch.similarity(),
                sketch.below(),
                sketch.clusters(),
                halves[0],
                halves[1],
                kept,
                terms);
    }

    /**
     * Fills the odd documents up with others, by chance. Where hardly any document is odd, nothing else would tell
     * which words are usual, and so no word could be new.
     *
     * @param odd the odd documents, ascending, at the beginning
     * @return the number of documents at the beginning of {@code odd}
     */
    private static int atLeast(int least, int[] odd, int oddities, int documents, SplittableRandom random) {
        if (oddities >= least) {
            return oddities;
        }
        int[] others = new int[documents - oddities];
        int size = 0;
        int next = 0;
        for (int document = 0; document < documents; document++) {
            if (next < oddities && odd[next] == document) {
                next++;
            } else {
                others[size++] = document;
            }
        }
        int filled = oddities;
        for (int i = 0; filled < least && i < size; i++) {
            int j = i + random.nextInt(size - i);
            odd[filled++] = others[j];
            others[j] = others[i];
        }
        return filled;
    }

    private static Set<String> terms(List<Word> words) {
        return words.stream().map(Word::term).collect(Collectors.toCollection(HashSet::new));
    }

    private static float usual(float[] unseenShares) {
        double[] sorted = IntStream.range(0, unseenShares.length)
                .mapToDouble(i -> unseenShares[i])
                .filter(share -> !Double.isNaN(share))
                .sorted()
                .toArray();
        return sorted.length == 0 ? 1 : (float) sorted[(int) (USUAL * (sorted.length - 1))];
    }

    static Observation observe(Clusters clusters, float[] unit, int cluster, double unknownShare, float usualShare) {
        float similarity = clusters.partition().similarity(unit, cluster);
        boolean below = similarity < clusters.floors().of(cluster);
        return new Observation(unknownShare, cluster, similarity, below, below || unknownShare > usualShare);
    }

    /** The share of odd documents to expect that have a word among their characteristic ones. */
    double oddShare(String term) {
        return oddTerms.getOrDefault(term, listed(oddDocuments) - 1) / (double) Math.max(1, oddDocuments);
    }

    private static int listed(int oddDocuments) {
        return (int) Math.max(2, Math.ceil(LISTED * oddDocuments));
    }

    /** The share of unknown words above which a document is odd. */
    float usualShare() {
        return usualShare;
    }

    /** The number of documents of the sample. */
    long documents() {
        return documents;
    }

    /** Compares documents with what the generation learned. */
    public DriftReport report(DriftSketch sketch) {
        Map<String, Signal> signals = new TreeMap<>();
        if (sketch.documents() < FEWEST) {
            return DriftReport.of(sketch, signals, List.of());
        }
        if (words.count() >= FEWEST && sketch.words().count() >= FEWEST) {
            signals.put(
                    DriftReport.OUT_OF_VOCABULARY,
                    Signal.rising(
                            sketch.words().mean(),
                            words.mean(),
                            words.mean()
                                    + Normal.RARE * spread(words, sketch.words().count())));
        }
        long latents = sketch.similarity().count();
        if (latents >= FEWEST) {
            signals.put(
                    DriftReport.SIMILARITY,
                    Signal.falling(
                            sketch.similarity().mean(),
                            similarity.mean(),
                            similarity.mean() - Normal.RARE * spread(similarity, latents)));
            double learned = (double) below / similarity.count();
            signals.put(
                    DriftReport.UNASSIGNED,
                    Signal.rising(
                            (double) sketch.below() / latents,
                            learned,
                            Normal.shareBound(learned, Math.sqrt(1.0 / latents + 1.0 / similarity.count()))));
            if (halvesMean > 0 && halvesVariance > 0) {
                double scale = Shares.scale((double) latents, (double) similarity.count());
                // the chi-squared variable with this mean and variance
                double unit = halvesVariance / (2 * halvesMean);
                signals.put(
                        DriftReport.CLUSTER_SHARES,
                        Signal.rising(
                                Shares.divergence(sketch.clusters(), clusters),
                                scale * halvesMean,
                                scale * unit * Normal.chiSquareBound(halvesMean / unit)));
            }
        }
        return DriftReport.of(sketch, signals, NewSubjects.find(sketch, this));
    }

    /** The standard deviation of the difference of two means: of that many documents, and of the sample. */
    private static double spread(Moments learned, long documents) {
        return Math.sqrt(learned.variance() * (1.0 / documents + 1.0 / learned.count()));
    }

    /** The number of clusters of its generation. */
    public int clusters() {
        return clusters.length;
    }

    /** Writes a format with a version. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(documents);
        words.writeTo(out);
        out.writeFloat(usualShare);
        similarity.writeTo(out);
        out.writeLong(below);
        out.writeInt(clusters.length);
        for (long count : clusters) {
            out.writeLong(count);
        }
        out.writeDouble(halvesMean);
        out.writeDouble(halvesVariance);
        out.writeInt(oddDocuments);
        out.writeInt(oddTerms.size());
        for (Map.Entry<String, Integer> term : new TreeMap<>(oddTerms).entrySet()) {
            out.writeUTF(term.getKey());
            out.writeInt(term.getValue());
        }
    }

    /** @throws IOException also if {@link #writeTo} did not write these bytes */
    public static DriftReference readFrom(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "a reference of drift has format [" + version + "], this plugin reads [" + VERSION + "]");
        }
        long documents = in.readLong();
        Moments words = Moments.readFrom(in);
        float usualShare = in.readFloat();
        Moments similarity = Moments.readFrom(in);
        long below = in.readLong();
        long[] clusters = new long[size(in.readInt(), MOST_CLUSTERS)];
        for (int i = 0; i < clusters.length; i++) {
            clusters[i] = in.readLong();
        }
        double mean = in.readDouble();
        double variance = in.readDouble();
        int odd = size(in.readInt(), MOST_ODD);
        int count = size(in.readInt(), MOST_TERMS);
        Map<String, Integer> terms = new HashMap<>();
        for (int i = 0; i < count; i++) {
            terms.put(in.readUTF(), size(in.readInt(), odd));
        }
        boolean sound = documents >= 0
                && below >= 0
                && below <= similarity.count()
                && Arrays.stream(clusters).allMatch(c -> c >= 0 && c <= documents)
                && usualShare >= 0
                && usualShare <= 1
                && mean >= 0
                && variance >= 0
                && Double.isFinite(mean)
                && Double.isFinite(variance);
        if (!sound) {
            throw new IOException("corrupt reference of drift: [" + documents + "] documents, [" + below
                    + "] below the floor, halves [" + mean + "] and [" + variance + "]");
        }
        return new DriftReference(
                documents, words, usualShare, similarity, below, clusters, mean, variance, odd, terms);
    }

    private static int size(int value, int most) throws IOException {
        if (value < 0 || value > most) {
            throw new IOException("corrupt reference of drift: [" + value + "] is not in [0, " + most + "]");
        }
        return value;
    }
}
