/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import io.latentfacets.text.ReadDocument.Word;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.VectorUtil;

/**
 * Finds new subjects among the documents that a model represents badly: groups of documents that are near each other in
 * latent space and share words that are much more frequent among them than among the badly represented documents of the
 * training sample. A frozen encoder alone does not tell them apart: it puts a subject that it has not learned where its
 * general words belong. Stateless.
 */
final class NewSubjects {

    /** The largest number of words, of examples and of latents of a subject. */
    static final int MOST = 10;

    /**
     * The least number of documents of the sample that show a subject. One long discussion may have a dozen: with 8,
     * one in 450 posts of known subjects had a model trained anew ({@code YearIT}).
     */
    private static final int LEAST_SHOWN = 20;

    /**
     * The least share of documents of a subject: with a hundred clusters, the most that are chosen, a smaller one would
     * have none of its own. Only about half of its documents are odd.
     */
    private static final double LEAST_SHARE = 0.005;

    /** What twice the log likelihood ratio of a word does not pass by chance among thousands of words. */
    private static final double RARE = 12;

    private static final int LEAST_DOCUMENTS = 4;

    /** How much more frequent a word must be. Words of a known subject that merely has more documents rise less. */
    private static final double MULTIPLE = 4;

    private static final double NEAR = 0.3;
    private static final int ROUNDS = 3;

    private NewSubjects() {}

    /** An odd document with its unit vectors of latent space and of new words. */
    private record Point(OddDocument document, float[] latent, Map<String, Double> words) {}

    /** Finds the subjects, the largest first. */
    static List<NewSubject> find(DriftSketch sketch, DriftReference reference) {
        List<OddDocument> odd = sketch.odd();
        Map<String, Double> risen = risen(odd, reference);
        List<Point> left = new ArrayList<>();
        for (OddDocument document : odd) {
            Map<String, Double> words = new HashMap<>();
            for (Word word : document.words()) {
                Double weight = risen.get(word.term());
                if (weight != null) {
                    words.put(word.term(), weight);
                }
            }
            if (words.size() >= 2) {
                scale(words);
                left.add(new Point(document, Latents.dequantize(document.latent()), words));
            }
        }
        double each = odd.isEmpty() ? 0 : (double) sketch.oddities() / odd.size();
        List<NewSubject> subjects = new ArrayList<>();
        while (left.size() >= LEAST_SHOWN) {
            List<Point> group = densest(left);
            if (group.size() < LEAST_SHOWN) {
                break;
            }
            if (group.size() * each >= LEAST_SHARE * sketch.documents()) {
                subjects.add(describe(group, Math.round(group.size() * each), risen));
            }
            left.removeAll(group);
        }
        subjects.sort(Comparator.comparingLong(NewSubject::documents).reversed());
        return subjects;
    }

    /** The words that are much more frequent than among the odd documents of the training sample, with weights. */
    private static Map<String, Double> risen(List<OddDocument> odd, DriftReference reference) {
        Map<String, Integer> counts = new HashMap<>();
        for (OddDocument document : odd) {
            Set<String> terms = new HashSet<>();
            document.words().forEach(word -> terms.add(word.term()));
            terms.forEach(term -> counts.merge(term, 1, Integer::sum));
        }
        Map<String, Double> risen = new HashMap<>();
        counts.forEach((term, count) -> {
            if (count >= LEAST_DOCUMENTS) {
                double expected = odd.size() * reference.oddShare(term);
                double ratio = ratio(count, expected);
                if (ratio >= RARE && count >= MULTIPLE * expected) {
                    risen.put(term, Math.sqrt(ratio));
                }
            }
        });
        return risen;
    }

    /** Twice the log likelihood ratio of a count of rare events that is higher than expected; 0 if it is not. */
    private static double ratio(double count, double expected) {
        return count <= expected ? 0 : 2 * (count * Math.log(count / expected) - (count - expected));
    }

    private static List<Point> densest(List<Point> points) {
        int most = 0;
        Point leader = null;
        for (Point candidate : points) {
            int near = 0;
            for (Point other : points) {
                near += similarity(candidate.latent(), candidate.words(), other) >= NEAR ? 1 : 0;
            }
            if (near > most) {
                most = near;
                leader = candidate;
            }
        }
        List<Point> group = near(points, leader.latent(), leader.words());
        for (int round = 0; round < ROUNDS && !group.isEmpty(); round++) {
            float[] latent = new float[leader.latent().length];
            Map<String, Double> words = new HashMap<>();
            for (Point point : group) {
                for (int i = 0; i < latent.length; i++) {
                    latent[i] += point.latent()[i];
                }
                point.words().forEach((term, weight) -> words.merge(term, weight, Double::sum));
            }
            VectorUtil.l2normalize(latent, false);
            scale(words);
            group = near(points, latent, words);
        }
        return group;
    }

    private static List<Point> near(List<Point> points, float[] latent, Map<String, Double> words) {
        List<Point> near = new ArrayList<>();
        for (Point point : points) {
            if (similarity(latent, words, point) >= NEAR) {
                near.add(point);
            }
        }
        return near;
    }

    private static double similarity(float[] latent, Map<String, Double> words, Point other) {
        double dot = 0;
        for (Map.Entry<String, Double> word : other.words().entrySet()) {
            dot += word.getValue() * words.getOrDefault(word.getKey(), 0.0);
        }
        return (dot + VectorUtil.dotProduct(latent, other.latent())) / 2;
    }

    private static void scale(Map<String, Double> words) {
        double squares = words.values().stream().mapToDouble(w -> w * w).sum();
        double length = Math.sqrt(squares);
        words.replaceAll((term, weight) -> weight / length);
    }

    private static NewSubject describe(List<Point> group, long documents, Map<String, Double> risen) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, String> surfaces = new HashMap<>();
        for (Point point : group) {
            Set<String> seen = new HashSet<>();
            for (Word word : point.document().words()) {
                if (risen.containsKey(word.term()) && seen.add(word.term())) {
                    counts.merge(word.term(), 1, Integer::sum);
                    surfaces.putIfAbsent(word.term(), word.surface());
                }
            }
        }
        List<String> terms = counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= 3)
                .sorted(Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(MOST)
                .map(entry -> surfaces.get(entry.getKey()))
                .toList();
        List<NewSubject.Example> examples = group.stream()
                .map(Point::document)
                .filter(document -> !document.id().isEmpty())
                .limit(MOST)
                .map(document -> new NewSubject.Example(document.index(), document.id()))
                .toList();
        List<String> latents = group.stream()
                .limit(MOST)
                .map(point ->
                        Base64.getEncoder().encodeToString(point.document().latent()))
                .toList();
        return new NewSubject(terms, documents, examples, latents);
    }
}
