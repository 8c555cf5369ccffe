/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.encode.SentenceRanker.Ranked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses a few of many sentences by maximal marginal relevance (Carbonell and Goldstein, 1998): each time the sentence
 * that is near the topic and unlike those chosen so far. {@link Likeness} says how alike two sentences are. Sentences
 * that say nearly the same, such as descriptions from one template, are never chosen together. Sentences of different
 * documents go before those of one. A text without a stop, such as a title, is chosen only where no text has one.
 * Stateless.
 */
final class SentenceChooser {
    /** The weight of the nearness to the topic; the rest is that of being unlike the chosen sentences. */
    private static final double RELEVANCE = 0.7;

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
        private final Likeness text;
        private double likeness;

        Left(Ranked sentence) {
            this.sentence = sentence;
            this.document = DocumentKey.of(sentence);
            this.text = Likeness.of(sentence.sentence());
        }

        /** How good a choice it is now. */
        double relevance() {
            return RELEVANCE * sentence.similarity() - (1 - RELEVANCE) * likeness;
        }

        /** Notes that a sentence has been chosen; whether this one says nearly the same. */
        boolean repeats(Left chosen) {
            likeness = Math.max(likeness, text.to(chosen.text));
            return likeness >= Likeness.SAME;
        }
    }

    /** Returns at most {@code most} of the sentences, best first. */
    static List<Ranked> choose(List<Ranked> all, int most) {
        List<Left> left = new ArrayList<>(ReadableSentences.complete(all, Ranked::sentence).stream()
                .sorted(BEST_FIRST)
                .map(Left::new)
                .toList());
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
}
