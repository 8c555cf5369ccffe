/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.text.TermPatterns;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.util.LongHeap;
import org.apache.lucene.util.NumericUtils;

/**
 * Chooses the terms that describe each cluster from the word distribution that the decoder gives for its centroid. A
 * word w scores {@code ln p(w|c) + 2 ln p(c|w)}: high if it is likely in this cluster and unlikely in the others.
 * {@code p(c|w) = p(w|c) / (Σ p(w|c') + p(w))} weights all clusters equally, whatever their sizes, and treats the
 * background p(w) as one more cluster. Words with the same meaning ("bank", "banks"; "crude" beside "crude oil") appear
 * once. The first three terms of two clusters differ as long as the terms allow it. A cluster of documents in several
 * languages gets terms in the language with the largest probability. Words of other languages and boilerplate fill a
 * label only if it has fewer than three terms. The best three nouns come first. {@link PhraseChooser} then looks for a
 * noun phrase that names the cluster. Stateless and thread-safe.
 */
public final class Labeler {
    /** The number of words to rank per requested term: near-duplicates of better words drop out. */
    private static final int CANDIDATES_PER_TERM = 8;

    /** The words that are sorted first; all others only if these do not suffice. */
    private static final int FIRST_SORTED = 512;

    private static final int SPECIFICITY = 2;

    /** A phrase replaces a better-scored word that it contains if p(phrase) is above ¼ of p(word). */
    private static final double PHRASE_FLOOR = Math.log(0.25);

    private final LabelOptions options;
    private final List<TermPatterns> excluded;
    private final Runnable checkCancelled;

    /** @throws IllegalArgumentException if an excluded pattern is not a regular expression; names the pattern */
    public Labeler(LabelOptions options) {
        this(options, TermPatterns.of("exclude", List.of()), () -> {});
    }

    /**
     * A labeler that excludes further terms.
     *
     * @param unwanted the terms to exclude in addition to those of the options
     * @param checkCancelled a callback, called for each cluster and each word that patterns are tried on, that throws
     *     to stop
     */
    public Labeler(LabelOptions options, TermPatterns unwanted, Runnable checkCancelled) {
        this.options = options;
        this.checkCancelled = checkCancelled;
        this.excluded = List.of(TermPatterns.of("exclude", options.exclude()), unwanted);
    }

    /**
     * Labels the clusters of a whole generation.
     *
     * @param logProbabilities log p(w|c), {@code [clusters][vocabulary]}; not changed
     * @param shares the share of the documents of each cluster; of two equal labels the larger cluster keeps its own
     * @param taken labels that no phrase may equal
     * @return for each cluster, its phrase if one is good enough, and its terms, best first, at most
     *     {@link LabelOptions#termCount}; fewer, even none, if the vocabulary has too few suitable words
     */
    public List<ClusterLabel> label(
            float[][] logProbabilities, double[] shares, Vocabulary vocabulary, List<String> taken) {
        return label(logProbabilities, shares, LabelWords.of(vocabulary), vocabulary.logUnigram(), taken);
    }

    /** With the properties of the words instead of a vocabulary. */
    List<ClusterLabel> label(
            float[][] logProbabilities,
            double[] shares,
            LabelWords vocabulary,
            float[] logBackground,
            List<String> taken) {
        float[] logTotals = logTotals(logProbabilities, logBackground);
        return label(
                logProbabilities,
                shares,
                vocabulary,
                // a word no more likely here than in the background does not describe the cluster
                (log, w) -> log > logBackground[w] ? log + SPECIFICITY * (log - logTotals[w]) : Score.UNFIT,
                taken);
    }

    /**
     * Labels clusters of a part of the corpus, such as the results of a search. A word w scores {@code p(w|c)·(ln
     * p(w|c) − ln p(w|part))}: its contribution to the Kullback–Leibler divergence of the cluster from the part. Words
     * that are common to the whole part, such as the words of the query, describe no cluster.
     *
     * @param logReference log p(w|part), {@code [vocabulary]}: the decoder's output for the mean of the part
     * @see #label(float[][], double[], Vocabulary, List)
     */
    public List<ClusterLabel> labelWithin(
            float[][] logProbabilities, double[] shares, float[] logReference, Vocabulary vocabulary) {
        return label(
                logProbabilities,
                shares,
                LabelWords.of(vocabulary),
                (log, w) -> log > logReference[w] ? log + Math.log(log - logReference[w]) : Score.UNFIT,
                List.of());
    }

    private List<ClusterLabel> label(
            float[][] logProbabilities, double[] shares, LabelWords vocabulary, Score score, List<String> taken) {
        List<List<Candidate>> chosen = new ArrayList<>(logProbabilities.length);
        List<String> languages = new ArrayList<>(logProbabilities.length);
        IntPredicate wanted = once(
                w -> isWanted(vocabulary.surfaces().apply(w), vocabulary.terms().apply(w)));
        ClusterLanguages byWord =
                logProbabilities.length == 0 ? null : new ClusterLanguages(vocabulary, logProbabilities[0].length);
        for (float[] cluster : logProbabilities) {
            checkCancelled.run();
            languages.add(byWord.of(cluster));
            chosen.add(nounsFirst(
                    select(rank(cluster, score, wanted, vocabulary, languages.get(languages.size() - 1))), vocabulary));
        }
        DistinctTerms.make(chosen, shares, options.termCount());
        PhraseChooser phrases = new PhraseChooser(
                vocabulary,
                wanted,
                once(p -> isWanted(vocabulary.phrases().get(p).surface(), vocabulary.term(p))),
                taken);
        ClusterLabel[] labels = new ClusterLabel[chosen.size()];
        for (int c : DistinctTerms.largestFirst(shares)) {
            checkCancelled.run();
            String phrase = phrases.choose(chosen.get(c), logProbabilities[c], score, languages.get(c));
            labels[c] = new ClusterLabel(phrase, weigh(chosen.get(c)));
        }
        return List.of(labels);
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

    private boolean isWanted(String surface, String term) {
        checkCancelled.run();
        return excluded.stream().noneMatch(patterns -> patterns.matchesAny(surface) || patterns.matchesAny(term));
    }

    /** Caches the answer per number: many patterns are slow to match, and clusters test the same words. */
    private static IntPredicate once(IntPredicate slow) {
        BitSet asked = new BitSet();
        BitSet yes = new BitSet();
        return number -> {
            if (!asked.get(number)) {
                asked.set(number);
                yes.set(number, slow.test(number));
            }
            return yes.get(number);
        };
    }

    /** The best-scored words that a label can show, best first. */
    private List<Candidate> rank(
            float[] logProbabilities, Score score, IntPredicate isWanted, LabelWords vocabulary, String language) {
        int size = logProbabilities.length;
        long[] order = new long[size];
        int n = 0;
        for (int w = 0; w < size; w++) {
            double of = score.of(logProbabilities[w], w);
            if (Double.isFinite(of)) {
                // best first, ties by number; sorting numbers is much faster than sorting objects
                order[n++] = (long) ~NumericUtils.floatToSortableInt((float) of) << Integer.SIZE | w;
            }
        }
        int sorted = sortBest(order, n);
        int wanted = options.termCount() * CANDIDATES_PER_TERM;
        List<Candidate> ranked = new ArrayList<>(wanted);
        List<Candidate> foreign = new ArrayList<>();
        List<Candidate> boilerplate = new ArrayList<>();
        for (int i = 0; i < n && ranked.size() < wanted; i++) {
            if (i == sorted) {
                Arrays.sort(order, 0, n);
                sorted = n;
            }
            int w = (int) order[i];
            String surface = vocabulary.surfaces().apply(w);
            TermWords words = new TermWords(surface);
            if (words.showable() && isWanted.test(w)) {
                String own = vocabulary.languages().apply(w);
                boolean fits = own.isEmpty() || own.equals(language);
                (vocabulary.boilerplate().test(w) ? boilerplate : fits ? ranked : foreign)
                        .add(new Candidate(w, words, logProbabilities[w], score.of(logProbabilities[w], w)));
            }
        }
        for (List<Candidate> lesser : List.of(foreign, boilerplate)) {
            if (ranked.size() < ClusterInfo.LABEL_TERMS) {
                ranked.addAll(lesser);
            }
        }
        return ranked;
    }

    /**
     * Puts the lowest numbers first, sorted: nearly always they are all that is needed.
     *
     * @return how many are sorted
     */
    private static int sortBest(long[] order, int n) {
        if (n <= 2 * FIRST_SORTED) {
            Arrays.sort(order, 0, n);
            return n;
        }
        // the heap has the lowest number on top, and throws it away for a higher one
        LongHeap lowest = new LongHeap(FIRST_SORTED);
        for (int i = 0; i < n; i++) {
            lowest.insertWithOverflow(~order[i]);
        }
        long bound = ~lowest.top();
        int first = 0;
        for (int i = 0; i < n; i++) {
            if (order[i] <= bound) {
                long swap = order[first];
                order[first++] = order[i];
                order[i] = swap;
            }
        }
        Arrays.sort(order, 0, first);
        return first;
    }

    /**
     * Selects the best candidates; skips a word with the same meaning as a selected one, or lets a phrase replace it.
     */
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

    /** Puts the best three nouns first, because these terms are the label; the others keep their order. */
    private static List<Candidate> nounsFirst(List<Candidate> terms, LabelWords vocabulary) {
        List<Candidate> ordered = new ArrayList<>(terms.stream()
                .filter(term -> vocabulary.nouns().test(term.id()))
                .limit(ClusterInfo.LABEL_TERMS)
                .toList());
        terms.stream().filter(term -> !ordered.contains(term)).forEach(ordered::add);
        return ordered;
    }

    private static boolean replaces(Candidate phrase, Candidate word) {
        return phrase.words().contains(word.words()) && phrase.logProbability() - word.logProbability() > PHRASE_FLOOR;
    }

    /** The weights: each term's share of the sum of exp(score) over the cluster's terms. */
    private static List<ClusterTerm> weigh(List<Candidate> terms) {
        double max = terms.stream().mapToDouble(Candidate::score).max().orElse(0);
        double total =
                terms.stream().mapToDouble(t -> Math.exp(t.score() - max)).sum();
        return terms.stream()
                .map(t -> new ClusterTerm(t.words().surface(), (float) (Math.exp(t.score() - max) / total)))
                .toList();
    }
}
