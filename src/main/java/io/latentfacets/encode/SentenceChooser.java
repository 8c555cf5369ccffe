/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.encode.SentenceRanker.Ranked;
import io.latentfacets.text.Sentences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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

    /** A sentence that may still be chosen, and how much it is like those that are chosen. */
    private static final class Left {
        private final Ranked sentence;
        private final DocumentKey document;
        private final Set<String> groups;
        private double likeness;

        Left(Ranked sentence) {
            this.sentence = sentence;
            this.document = DocumentKey.of(sentence);
            this.groups = groups(sentence.sentence());
        }

        /** How good a choice it is now. */
        double relevance() {
            return RELEVANCE * sentence.similarity() - (1 - RELEVANCE) * likeness;
        }

        /** Notes that a sentence has been chosen; whether this one says nearly the same. */
        boolean repeats(Left chosen) {
            likeness = Math.max(likeness, alike(chosen.groups, groups));
            return likeness >= SAME;
        }
    }

    /** Returns at most {@code most} of the sentences, best first. */
    static List<Ranked> choose(List<Ranked> all, int most) {
        List<Ranked> complete =
                all.stream().filter(one -> Sentences.isComplete(one.sentence())).toList();
        List<Left> left = new ArrayList<>((complete.isEmpty() ? all : complete)
                .stream().sorted(BEST_FIRST).map(Left::new).toList());
        Set<DocumentKey> documents = new HashSet<>();
        List<Ranked> chosen = new ArrayList<>();
        while (chosen.size() < most && !left.isEmpty()) {
            Left best = best(left, documents);
            chosen.add(best.sentence);
            documents.add(best.document);
            left.removeIf(one -> one.sentence.equals(best.sentence) || one.repeats(best));
        }
        chosen.sort(BEST_FIRST);
        return chosen;
    }

    private static Left best(List<Left> left, Set<DocumentKey> documents) {
        Left best = null;
        boolean newDocument = false;
        for (Left one : left) {
            boolean isNew = !documents.contains(one.document);
            if (best == null || (isNew == newDocument ? one.relevance() > best.relevance() : isNew)) {
                best = one;
                newDocument = isNew;
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
