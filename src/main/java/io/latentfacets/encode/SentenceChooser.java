/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.encode.SentenceRanker.Ranked;
import io.latentfacets.text.Sentences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Chooses a few of many sentences by maximal marginal relevance (Carbonell and Goldstein, 1998): each time the sentence
 * that is near the topic and unlike those chosen so far. How alike two sentences are is the share of groups of three
 * characters that they have in common (Dice, 1945), which works in every script. Sentences that say nearly the same,
 * such as descriptions from one template, are never chosen together. Sentences of different documents go before those
 * of one. A text without a stop, such as a title, is chosen only where no text has one. Stateless.
 */
final class SentenceChooser {
    /** The weight of the nearness to the topic; the rest is that of being unlike the chosen sentences. */
    private static final double RELEVANCE = 0.7;

    /** Sentences that are so much alike or more say nearly the same. */
    private static final double SAME = 0.6;

    private static final int GROUP = 3;

    static final Comparator<Ranked> BEST_FIRST = Comparator.comparingDouble((Ranked one) -> -one.similarity())
            .thenComparing(Ranked::sentence)
            .thenComparing(Ranked::index);

    private SentenceChooser() {}

    /** Identifies a document: two indices may contain the same id. */
    private record DocumentKey(String index, String id) {
        static DocumentKey of(Ranked one) {
            return new DocumentKey(one.index(), one.id());
        }
    }

    /** Returns at most {@code most} of the sentences, best first. */
    static List<Ranked> choose(List<Ranked> all, int most) {
        List<Ranked> left = new ArrayList<>(
                all.stream().anyMatch(one -> Sentences.isComplete(one.sentence()))
                        ? all.stream()
                                .filter(one -> Sentences.isComplete(one.sentence()))
                                .toList()
                        : all);
        left.sort(BEST_FIRST);
        Map<Ranked, Double> likeness = new HashMap<>();
        Set<DocumentKey> documents = new HashSet<>();
        List<Ranked> chosen = new ArrayList<>();
        while (chosen.size() < most && !left.isEmpty()) {
            Ranked best = best(left, likeness, documents);
            chosen.add(best);
            documents.add(DocumentKey.of(best));
            Set<String> groups = groups(best.sentence());
            left.removeIf(one ->
                    one.equals(best) || likeness.merge(one, alike(groups, groups(one.sentence())), Math::max) >= SAME);
        }
        chosen.sort(BEST_FIRST);
        return chosen;
    }

    private static Ranked best(List<Ranked> left, Map<Ranked, Double> likeness, Set<DocumentKey> documents) {
        Ranked best = null;
        boolean newDocument = false;
        double most = 0;
        for (Ranked one : left) {
            boolean isNew = !documents.contains(DocumentKey.of(one));
            double relevance = RELEVANCE * one.similarity() - (1 - RELEVANCE) * likeness.getOrDefault(one, 0.0);
            if (best == null || (isNew == newDocument ? relevance > most : isNew)) {
                best = one;
                newDocument = isNew;
                most = relevance;
            }
        }
        return best;
    }

    /** Dice's coefficient of two sets, 0 to 1. */
    static double alike(Set<String> a, Set<String> b) {
        long common = a.stream().filter(b::contains).count();
        return a.isEmpty() && b.isEmpty() ? 1 : 2.0 * common / (a.size() + b.size());
    }

    /** The groups of adjacent characters of a sentence; whatever is no letter and no digit counts as one blank. */
    static Set<String> groups(String sentence) {
        String text = (' ' + sentence.toLowerCase(Locale.ROOT) + ' ').replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ");
        Set<String> groups = new HashSet<>();
        for (int i = 0; i + GROUP <= text.length(); i++) {
            groups.add(text.substring(i, i + GROUP));
        }
        return groups;
    }
}
