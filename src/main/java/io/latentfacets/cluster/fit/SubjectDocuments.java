/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Points;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.util.VectorUtil;

/**
 * Finds the documents that show subjects. Terms find the documents that have two of them, because a word alone has many
 * senses; of a single term, those that have it. The {@link #MOST} with the largest cosine between their words and the
 * terms, both weighted as (1 + ln tf) · idf, say most. Half of them are then left out: those that are farthest from the
 * others by their latents, which have the words and not the subject. Documents that a person gave find the
 * {@link #NEAREST} nearest by their latents. A document that shows several subjects is left to the nearest one of those
 * that have enough.
 *
 * <p>For a single use; not thread-safe.
 */
final class SubjectDocuments {
    /** The largest number of documents that terms find for one subject, before half of them are left out. */
    static final int MOST = 100;

    /** The number of documents that those of a person find, with themselves. */
    static final int NEAREST = 20;

    /** The number of times that the farthest documents are left out. */
    private static final int ROUNDS = 2;

    /** So few documents all stay. */
    private static final int FEWEST = 10;

    /** The part of the documents that stays each time: half of them after two rounds. */
    private static final double KEPT = 0.7;

    private static final Comparator<Found> WORST_FIRST = Comparator.comparingDouble(Found::similarity)
            .thenComparing(Comparator.comparingInt(Found::row).reversed());

    private final float[][] latents;
    private final BowSource words;
    private final float[] idf;
    private final Runnable checkCancelled;
    private final List<BitSet> withTerms = new ArrayList<>();

    private record Found(int row, double similarity) {}

    /**
     * @param latents the latents, {@code [documents][dims]}, unit length; rows without a direction show nothing
     * @param words the words of each document
     * @param idf the inverse document frequency of each word
     * @param checkCancelled a callback that throws to stop
     */
    SubjectDocuments(float[][] latents, BowSource words, float[] idf, Runnable checkCancelled) {
        this.latents = latents;
        this.words = words;
        this.idf = idf;
        this.checkCancelled = checkCancelled;
    }

    /** By subject, the rows of all documents that have one of its terms. Known once {@link #of} has run. */
    List<BitSet> withTerms() {
        return withTerms;
    }

    /** The rows of the documents that show each subject, ascending; no row shows two. */
    List<int[]> of(List<Subject> subjects) {
        subjects.forEach(subject -> withTerms.add(new BitSet()));
        List<int[]> byTerms = byTerms(subjects);
        List<int[]> rows = new ArrayList<>(subjects.size());
        for (int s = 0; s < subjects.size(); s++) {
            checkCancelled.run();
            int[] given = Arrays.stream(subjects.get(s).rows())
                    .filter(row -> Points.usable(latents[row]))
                    .toArray();
            rows.add(Stream.of(given, nearest(given), central(byTerms.get(s)))
                    .flatMapToInt(Arrays::stream)
                    .sorted()
                    .distinct()
                    .toArray());
        }
        return apart(rows);
    }

    /**
     * Leaves each row to one subject. A subject that then has too few for a cluster leaves all to the others, the one
     * with the fewest first, because they may need them; it keeps those that no other has.
     */
    private List<int[]> apart(List<int[]> rows) {
        BitSet competing = new BitSet();
        competing.set(0, rows.size());
        List<float[]> means = rows.stream()
                .map(shown -> shown.length == 0 ? null : mean(latents, shown))
                .toList();
        while (true) {
            List<int[]> apart = apart(rows, means, competing);
            int weakest = -1;
            for (int s = competing.nextSetBit(0); s >= 0; s = competing.nextSetBit(s + 1)) {
                if (apart.get(s).length < Clusterer.LEAST_SHOWN
                        && (weakest < 0 || apart.get(s).length <= apart.get(weakest).length)) {
                    weakest = s;
                }
            }
            if (weakest < 0) {
                return apart;
            }
            competing.clear(weakest);
        }
    }

    private List<int[]> byTerms(List<Subject> subjects) {
        Map<Integer, BitSet> subjectsOf = new HashMap<>();
        for (int s = 0; s < subjects.size(); s++) {
            for (int[] term : subjects.get(s).terms()) {
                for (int id : term) {
                    subjectsOf.computeIfAbsent(id, any -> new BitSet()).set(s);
                }
            }
        }
        List<PriorityQueue<Found>> found = new ArrayList<>();
        subjects.forEach(subject -> found.add(new PriorityQueue<>(WORST_FIRST)));
        BitSet touched = new BitSet();
        for (int row = 0; row < latents.length && !subjectsOf.isEmpty(); row++) {
            if (row % 1024 == 0) {
                checkCancelled.run();
            }
            if (!Points.usable(latents[row])) {
                continue;
            }
            Bow bag = words.get(row);
            touched.clear();
            for (int id : bag.ids()) {
                BitSet with = subjectsOf.get(id);
                if (with != null) {
                    touched.or(with);
                }
            }
            for (int s = touched.nextSetBit(0); s >= 0; s = touched.nextSetBit(s + 1)) {
                double similarity = similarity(bag, subjects.get(s), row, withTerms.get(s));
                if (similarity > 0) {
                    found.get(s).add(new Found(row, similarity));
                    if (found.get(s).size() > MOST) {
                        found.get(s).remove();
                    }
                }
            }
        }
        return found.stream()
                .map(all -> all.stream().mapToInt(Found::row).sorted().toArray())
                .toList();
    }

    /** The cosine between a document's words and the terms; 0 if it has too few of them. */
    private double similarity(Bow bag, Subject subject, int row, BitSet withTerm) {
        int present = 0;
        double product = 0;
        double squares = 0;
        for (int[] term : subject.terms()) {
            double ofTerm = 0;
            boolean whole = true;
            for (int id : term) {
                double weight = weight(bag, Arrays.binarySearch(bag.ids(), id));
                squares += (double) idf[id] * idf[id];
                ofTerm += weight * idf[id];
                whole &= weight > 0;
            }
            present += whole ? 1 : 0;
            product += whole ? ofTerm : 0;
        }
        if (present > 0) {
            withTerm.set(row);
        }
        if (present < Math.min(2, subject.given())) {
            return 0;
        }
        double length = 0;
        for (int at = 0; at < bag.size(); at++) {
            length += weight(bag, at) * weight(bag, at);
        }
        return product / Math.sqrt(length * squares);
    }

    /** The weight of a document's word; 0 for one that it does not have. */
    private double weight(Bow bag, int at) {
        return at < 0 ? 0 : (1 + Math.log(Math.max(1, bag.count(at)))) * idf[bag.id(at)];
    }

    private int[] central(int[] rows) {
        int[] kept = rows;
        for (int round = 0; round < ROUNDS && kept.length > FEWEST; round++) {
            kept = nearest(mean(latents, kept), kept, Math.max(FEWEST, (int) (KEPT * kept.length)));
        }
        return kept;
    }

    private int[] nearest(int[] given) {
        if (given.length == 0) {
            return given;
        }
        int[] all = IntStream.range(0, latents.length)
                .filter(row -> Points.usable(latents[row]))
                .toArray();
        return nearest(mean(latents, given), all, Math.max(NEAREST, given.length));
    }

    /** The rows nearest to a point, nearest first; of equally near ones the first. */
    private int[] nearest(float[] point, int[] rows, int most) {
        PriorityQueue<Found> best = new PriorityQueue<>(WORST_FIRST);
        for (int row : rows) {
            best.add(new Found(row, VectorUtil.dotProduct(latents[row], point)));
            if (best.size() > most) {
                best.remove();
            }
        }
        return best.stream().mapToInt(Found::row).sorted().toArray();
    }

    /**
     * Leaves each row to the competing subject whose mean is nearest, the first of equally near ones; a row that none
     * of them has is left to the first subject with it.
     */
    private List<int[]> apart(List<int[]> rows, List<float[]> means, BitSet competing) {
        Map<Integer, Integer> owners = new HashMap<>();
        for (int s = competing.nextSetBit(0); s >= 0; s = competing.nextSetBit(s + 1)) {
            for (int row : rows.get(s)) {
                int subject = s;
                owners.merge(
                        row,
                        subject,
                        (before, now) -> VectorUtil.dotProduct(latents[row], means.get(now))
                                        > VectorUtil.dotProduct(latents[row], means.get(before))
                                ? now
                                : before);
            }
        }
        for (int s = 0; s < rows.size(); s++) {
            for (int row : rows.get(s)) {
                owners.putIfAbsent(row, s);
            }
        }
        return IntStream.range(0, rows.size())
                .mapToObj(s -> Arrays.stream(rows.get(s))
                        .filter(row -> owners.get(row) == s)
                        .toArray())
                .toList();
    }

    /** The mean direction of some rows, at least one; zero if they cancel out. */
    private static float[] mean(float[][] latents, int[] rows) {
        float[] mean = new float[latents[rows[0]].length];
        for (int row : rows) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += latents[row][j];
            }
        }
        Points.normalize(mean);
        return mean;
    }
}
