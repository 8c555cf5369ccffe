/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import io.latentfacets.encode.Likeness;
import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/**
 * Chooses the sentences of a summary. The measure of a summary is the cosine between the latent of all its sentences,
 * encoded as one text, and the source's. Each step takes the sentence that leads to the best summary, less a penalty
 * for being like a chosen one; then single sentences are exchanged as long as that helps. Greedy selection by a value
 * of the whole set follows Lin and Bilmes (2011). Sentences that say nearly the same are never chosen together. Equal
 * input gives an equal choice. For one use, not thread-safe.
 */
final class SentenceSelection {

    /** The number of passes over the chosen sentences in which each may be exchanged. */
    private static final int MOST_PASSES = 3;

    /** A change must improve the value by so much, so that rounding does not decide. */
    private static final float LEAST_GAIN = 1e-4f;

    /**
     * A sentence.
     *
     * @param text the text
     * @param words the bag of its words, not empty
     */
    record Candidate(String text, Bow words) {}

    /** Encodes bags of words. */
    interface Encoding {
        /**
         * Encodes bags.
         *
         * @return a unit vector for each bag, {@code [bags][dims]}
         */
        float[][] encode(List<Bow> bags);
    }

    private final List<Candidate> candidates;
    private final List<Likeness> likenesses;
    private final float[] target;
    private final double redundancy;
    private final Encoding encoding;
    private final List<Integer> chosen = new ArrayList<>();

    /**
     * @param candidates the sentences
     * @param target the latent of the source, {@code [dims]}, unit length
     * @param redundancy how much likeness counts against the cosine, 0 to 1
     */
    SentenceSelection(List<Candidate> candidates, float[] target, double redundancy, Encoding encoding) {
        this.candidates = List.copyOf(candidates);
        this.likenesses = candidates.stream()
                .map(candidate -> Likeness.of(candidate.text()))
                .toList();
        this.target = target;
        this.redundancy = redundancy;
        this.encoding = encoding;
    }

    /** Returns the places of at most {@code count} sentences in the list of candidates, ascending. */
    List<Integer> choose(int count) {
        float value = Float.NEGATIVE_INFINITY;
        while (chosen.size() < count) {
            Choice best = best(chosen);
            if (best.candidate() < 0) {
                break;
            }
            chosen.add(best.candidate());
            value = best.value();
        }
        for (int pass = 0; pass < MOST_PASSES && exchange(value); pass++) {
            value = value(chosen);
        }
        return chosen.stream().sorted().toList();
    }

    /** The candidate that goes best with others; −1 if there is none. */
    private record Choice(int candidate, float value) {}

    /** Tries to replace each chosen sentence by another one; whether that has helped. */
    private boolean exchange(float before) {
        float value = before;
        for (int place = 0; place < chosen.size(); place++) {
            List<Integer> others = new ArrayList<>(chosen);
            others.remove(place);
            Choice best = best(others);
            if (best.candidate() >= 0 && best.value() > value + LEAST_GAIN) {
                chosen.set(place, best.candidate());
                value = best.value();
            }
        }
        return value > before;
    }

    private Choice best(List<Integer> with) {
        Bow sum = sum(with);
        List<Integer> open = new ArrayList<>();
        List<Bow> bags = new ArrayList<>();
        float[] penalties = new float[candidates.size()];
        for (int i = 0; i < candidates.size(); i++) {
            double likeness = likeness(i, with);
            if (likeness < Likeness.SAME) {
                penalties[open.size()] = (float) (redundancy * likeness);
                open.add(i);
                bags.add(BagSums.sum(sum, candidates.get(i).words()));
            }
        }
        float[][] latents = encoding.encode(bags);
        float penalty = penalty(with);
        Choice best = new Choice(-1, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < open.size(); i++) {
            float value = VectorUtil.dotProduct(latents[i], target) - penalty - penalties[i];
            if (value > best.value()) {
                best = new Choice(open.get(i), value);
            }
        }
        return best;
    }

    /** How much a sentence is like the most similar of others. */
    private double likeness(int candidate, List<Integer> others) {
        double most = 0;
        for (int other : others) {
            most = other == candidate
                    ? 1
                    : Math.max(most, likenesses.get(candidate).to(likenesses.get(other)));
        }
        return most;
    }

    /** The penalty of some sentences: of each for the most similar one before it. */
    private float penalty(List<Integer> of) {
        float penalty = 0;
        for (int i = 1; i < of.size(); i++) {
            penalty += (float) (redundancy * likeness(of.get(i), of.subList(0, i)));
        }
        return penalty;
    }

    private float value(List<Integer> of) {
        return VectorUtil.dotProduct(encoding.encode(List.of(sum(of)))[0], target) - penalty(of);
    }

    private Bow sum(List<Integer> of) {
        Bow sum = Bow.EMPTY;
        for (int candidate : of) {
            sum = BagSums.sum(sum, candidates.get(candidate).words());
        }
        return sum;
    }

    /** Sums of bags of words. */
    static final class BagSums {
        private BagSums() {}

        /** The bag of two texts together. */
        static Bow sum(Bow a, Bow b) {
            int[] ids = new int[a.size() + b.size()];
            float[] counts = new float[ids.length];
            int size = 0;
            for (int i = 0, j = 0; i < a.size() || j < b.size(); size++) {
                int left = i < a.size() ? a.id(i) : Integer.MAX_VALUE;
                int right = j < b.size() ? b.id(j) : Integer.MAX_VALUE;
                ids[size] = Math.min(left, right);
                counts[size] = (left <= right ? a.count(i++) : 0) + (right <= left ? b.count(j++) : 0);
            }
            return new Bow(Arrays.copyOf(ids, size), Arrays.copyOf(counts, size));
        }
    }
}
