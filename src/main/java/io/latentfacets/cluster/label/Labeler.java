/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.text.TermPatterns;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.apache.lucene.util.NumericUtils;

/**
 * Chooses the words that say what each cluster is about, from what the decoder says at its centroid. A word w scores
 * {@code ln p(w|c) + 2 ln p(c|w)}: likely here, and not likely elsewhere. {@code p(c|w) = p(w|c) / (Σ p(w|c') + p(w))},
 * every cluster counting the same whatever its size, and the background p(w) as one cluster more. Words that say the
 * same ("bank", "banks"; "crude" beside "crude oil") appear once, and no two clusters get the same label. A cluster of
 * documents in several languages is labelled in the one that most of its words are in, and boilerplate is shown only
 * where there is hardly anything else. Stateless and thread-safe.
 */
public final class Labeler {
    /** Most terms fall away as near-duplicates of better ones only at the top of the list: this many are looked at. */
    private static final int CANDIDATES_PER_TERM = 8;

    private static final int SPECIFICITY = 2;

    private static final double UNFIT = Double.NEGATIVE_INFINITY;

    /** A phrase takes the place of a better-scored word of its own if it is not much rarer than the word. */
    private static final double PHRASE_FLOOR = Math.log(0.25);

    private final LabelOptions options;
    private final List<TermPatterns> excluded;

    /**
     * What is known of a vocabulary's entries, by number: as analyzed, as written, in which language if in one,
     * boilerplate.
     */
    record Words(
            IntFunction<String> terms,
            IntFunction<String> surfaces,
            IntFunction<String> languages,
            IntPredicate boilerplate) {}

    /** How well a word says what a cluster is about, as a logarithm; {@link #UNFIT} for words that do not. */
    @FunctionalInterface
    private interface Score {
        double of(float logProbability, int word);
    }

    private record Candidate(int id, TermWords words, double logProbability, double score) {}

    /** @throws IllegalArgumentException naming an excluded pattern that is not a regular expression */
    public Labeler(LabelOptions options) {
        this(options, TermPatterns.of("exclude", List.of()));
    }

    /**
     * As above, with terms that are not wanted this time.
     *
     * @param unwanted beside those that the options exclude
     */
    public Labeler(LabelOptions options, TermPatterns unwanted) {
        this.options = options;
        this.excluded = List.of(TermPatterns.of("exclude", options.exclude()), unwanted);
    }

    /**
     * @param logProbabilities clusters × vocabulary, log p(w|c); not changed
     * @param shares of the documents, per cluster: when labels would be equal, the larger cluster has first choice
     * @return per cluster its terms, best first, up to {@link LabelOptions#termCount}; fewer, even none, if there are
     *     not enough that can be shown
     */
    public List<List<ClusterTerm>> label(float[][] logProbabilities, double[] shares, Vocabulary vocabulary) {
        return label(logProbabilities, shares, words(vocabulary), vocabulary.logUnigram());
    }

    private static Words words(Vocabulary vocabulary) {
        return new Words(vocabulary::term, vocabulary::surface, vocabulary::language, vocabulary::isBoilerplate);
    }

    /** As above, without a vocabulary. */
    List<List<ClusterTerm>> label(
            float[][] logProbabilities, double[] shares, Words vocabulary, float[] logBackground) {
        float[] logTotals = logTotals(logProbabilities, logBackground);
        return label(
                logProbabilities,
                shares,
                vocabulary,
                // what is no more likely here than anywhere says nothing about the cluster
                (log, w) -> log > logBackground[w] ? log + SPECIFICITY * (log - logTotals[w]) : UNFIT);
    }

    /**
     * Labels for clusters of a part of the corpus, such as the results of a search: a word w scores {@code p(w|c)·(ln
     * p(w|c) − ln p(w|part))}, its part of the divergence of the cluster from what all of the part has in common. What
     * that is – the words that were searched for, as a rule – names no cluster.
     *
     * @param logReference vocabulary: log p(w|part), what the decoder says at the mean of the part
     * @see #label(float[][], double[], Vocabulary)
     */
    public List<List<ClusterTerm>> labelWithin(
            float[][] logProbabilities, double[] shares, float[] logReference, Vocabulary vocabulary) {
        return label(
                logProbabilities,
                shares,
                words(vocabulary),
                (log, w) -> log > logReference[w] ? log + Math.log(log - logReference[w]) : UNFIT);
    }

    private List<List<ClusterTerm>> label(float[][] logProbabilities, double[] shares, Words vocabulary, Score score) {
        List<List<Candidate>> chosen = new ArrayList<>(logProbabilities.length);
        IntPredicate wanted = onceAWord(w -> !isExcluded(vocabulary, w));
        for (float[] cluster : logProbabilities) {
            chosen.add(select(rank(cluster, score, wanted, vocabulary)));
        }
        makeDistinct(chosen, shares);
        return chosen.stream().map(Labeler::weigh).toList();
    }

    /** ln(Σ p(w|c) + p(w)) per word. */
    private static float[] logTotals(float[][] logProbabilities, float[] logBackground) {
        float[] totals = new float[logBackground.length];
        for (int w = 0; w < totals.length; w++) {
            double total = Math.exp(logBackground[w]);
            for (float[] cluster : logProbabilities) {
                total += Math.exp(cluster[w]);
            }
            totals[w] = (float) Math.log(total);
        }
        return totals;
    }

    private boolean isExcluded(Words vocabulary, int word) {
        String surface = vocabulary.surfaces.apply(word);
        String term = vocabulary.terms.apply(word);
        return excluded.stream().anyMatch(patterns -> patterns.matchesAny(surface) || patterns.matchesAny(term));
    }

    /** Many patterns take their time, and clusters ask for the same words: the answer is remembered. */
    private static IntPredicate onceAWord(IntPredicate slow) {
        BitSet asked = new BitSet();
        BitSet yes = new BitSet();
        return word -> {
            if (!asked.get(word)) {
                asked.set(word);
                yes.set(word, slow.test(word));
            }
            return yes.get(word);
        };
    }

    /** The best-scored words that can be shown, best first. */
    private List<Candidate> rank(float[] logProbabilities, Score score, IntPredicate isWanted, Words vocabulary) {
        int size = logProbabilities.length;
        long[] order = new long[size];
        int n = 0;
        for (int w = 0; w < size; w++) {
            double of = score.of(logProbabilities[w], w);
            if (Double.isFinite(of)) {
                // best first, equal ones by number; sorting numbers takes a fraction of the time of sorting objects
                order[n++] = (long) ~NumericUtils.floatToSortableInt((float) of) << Integer.SIZE | w;
            }
        }
        Arrays.sort(order, 0, n);
        int wanted = options.termCount() * CANDIDATES_PER_TERM;
        String language = language(logProbabilities, vocabulary);
        List<Candidate> ranked = new ArrayList<>(wanted);
        List<Candidate> foreign = new ArrayList<>();
        List<Candidate> boilerplate = new ArrayList<>();
        for (int i = 0; i < n && ranked.size() < wanted; i++) {
            int w = (int) order[i];
            String surface = vocabulary.surfaces.apply(w);
            TermWords words = new TermWords(surface);
            if (words.showable() && isWanted.test(w)) {
                String own = vocabulary.languages.apply(w);
                boolean fits = own.isEmpty() || own.equals(language);
                (vocabulary.boilerplate.test(w) ? boilerplate : fits ? ranked : foreign)
                        .add(new Candidate(w, words, logProbabilities[w], score.of(logProbabilities[w], w)));
            }
        }
        if (ranked.size() < ClusterInfo.LABEL_TERMS) {
            ranked.addAll(foreign);
        }
        if (ranked.size() < ClusterInfo.LABEL_TERMS) {
            ranked.addAll(boilerplate);
        }
        return ranked;
    }

    /** The language that most of a cluster's words are in; empty if none of them is in any. */
    private static String language(float[] logProbabilities, Words vocabulary) {
        Map<String, Double> totals = new TreeMap<>();
        for (int w = 0; w < logProbabilities.length; w++) {
            String language = vocabulary.languages.apply(w);
            if (!language.isEmpty()) {
                totals.merge(language, Math.exp(logProbabilities[w]), Double::sum);
            }
        }
        return totals.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** Takes the best, passing over what says the same as something already taken. */
    private List<Candidate> select(List<Candidate> ranked) {
        int wanted = options.termCount() + ClusterInfo.LABEL_TERMS;
        List<Candidate> taken = new ArrayList<>(wanted);
        for (Candidate candidate : ranked) {
            List<Candidate> alike = taken.stream()
                    .filter(t -> t.words().saysSameAs(candidate.words()))
                    .toList();
            if (alike.isEmpty()) {
                if (taken.size() < wanted) {
                    taken.add(candidate);
                }
            } else if (alike.stream().allMatch(t -> replaces(candidate, t))) {
                taken.set(taken.indexOf(alike.get(0)), candidate);
                taken.removeAll(alike);
            }
        }
        return taken;
    }

    private static boolean replaces(Candidate phrase, Candidate word) {
        return phrase.words().contains(word.words()) && phrase.logProbability() - word.logProbability() > PHRASE_FLOOR;
    }

    /**
     * Makes labels differ, as sets of words: of two clusters with the same first three, the smaller one shows its next
     * best term in the third place (or second, or first, if there is no other way).
     */
    private void makeDistinct(List<List<Candidate>> chosen, double[] shares) {
        Integer[] order = new Integer[chosen.size()];
        Arrays.setAll(order, c -> c);
        Arrays.sort(order, Comparator.<Integer>comparingDouble(c -> -shares[c]).thenComparingInt(c -> c));
        Set<Set<String>> labels = new HashSet<>();
        for (int c : order) {
            List<Candidate> terms = chosen.get(c);
            if (!terms.isEmpty() && !labels.add(labelOf(terms))) {
                differ(terms, labels);
            }
            while (terms.size() > options.termCount()) {
                terms.remove(terms.size() - 1);
            }
        }
    }

    private static void differ(List<Candidate> terms, Set<Set<String>> labels) {
        int labelled = Math.min(ClusterInfo.LABEL_TERMS, terms.size());
        for (int place = labelled - 1; place >= 0; place--) {
            for (int other = labelled; other < terms.size(); other++) {
                List<Candidate> moved = new ArrayList<>(terms);
                moved.add(place, moved.remove(other));
                if (labels.add(labelOf(moved))) {
                    terms.clear();
                    terms.addAll(moved);
                    return;
                }
            }
        }
    }

    private static Set<String> labelOf(List<Candidate> terms) {
        Set<String> label = new HashSet<>();
        terms.stream()
                .limit(ClusterInfo.LABEL_TERMS)
                .forEach(t -> label.add(t.words().surface()));
        return label;
    }

    /** Shares of p(w|c)·p(c|w)² among the terms that are shown. */
    private static List<ClusterTerm> weigh(List<Candidate> terms) {
        double max = terms.stream().mapToDouble(Candidate::score).max().orElse(0);
        double total =
                terms.stream().mapToDouble(t -> Math.exp(t.score() - max)).sum();
        return terms.stream()
                .map(t -> new ClusterTerm(t.words().surface(), (float) (Math.exp(t.score() - max) / total)))
                .toList();
    }
}
