/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.VaeWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The space of a generation's words. A word has two vectors: its column of the decoder, which says with what documents
 * it goes, and its row of the encoder's first layer, which says what it tells of a document. Both are centred, because
 * what all words have in common says nothing of any, and have unit length. A pair of words has no row of its own, so it
 * has the sum of its words'. Two entries are similar by the mean of both cosines. Chosen by {@code TermsBenchmark}.
 * Reads the weights where they are; immutable and thread-safe.
 */
public final class WordSpace {

    /** The number of entries or rows between two checks for cancellation. */
    private static final int CHECK_INTERVAL = 1 << 12;

    private final Vocabulary vocabulary;
    private final Dense decoder;
    private final Dense first;

    /**
     * An entry near to a point.
     *
     * @param id its id in the vocabulary
     * @param similarity the cosine to the point, in [-1, 1]
     */
    public record Near(int id, float similarity) {}

    /**
     * An entry that is part of a point.
     *
     * @param id its id in the vocabulary
     * @param weight its share
     */
    public record Part(int id, double weight) {}

    /** @param weights the weights of a network with that vocabulary */
    public WordSpace(Vocabulary vocabulary, VaeWeights weights) {
        this.vocabulary = vocabulary;
        this.decoder = weights.decoder();
        this.first = weights.layers().get(0);
    }

    /**
     * Finds the entries nearest to a weighted sum of entries, nearest first. Leaves out boilerplate, and every entry
     * that has a word in common with a part: it says nothing new. Takes time in proportion to the size of the weights.
     *
     * @param parts the entries to sum, at least one
     * @param most the largest number to return
     * @param check called many times; throws to stop
     */
    public List<Near> nearest(List<Part> parts, int most, Runnable check) {
        float[] similarities = similarities(parts, check);
        Set<Integer> said = new HashSet<>();
        for (Part part : parts) {
            Arrays.stream(vocabulary.words(part.id())).forEach(said::add);
        }
        Comparator<Near> order = Comparator.comparingDouble(Near::similarity).thenComparing(near -> -near.id());
        PriorityQueue<Near> best = new PriorityQueue<>(most + 1, order);
        for (int id = 0; id < similarities.length; id++) {
            if (Arrays.stream(vocabulary.words(id)).noneMatch(said::contains) && !vocabulary.isBoilerplate(id)) {
                best.add(new Near(id, similarities[id]));
                if (best.size() > most) {
                    best.remove();
                }
            }
        }
        List<Near> nearest = new ArrayList<>(best);
        nearest.sort(order.reversed());
        return nearest;
    }

    /** The cosine of each entry to the sum of the parts, {@code [V]}. */
    private float[] similarities(List<Part> parts, Runnable check) {
        float[] byDecoder = byDecoder(parts, check);
        float[] byEncoder = byEncoder(parts, check);
        // both vectors have unit length, so that of the point follows from its parts' similarities to each other
        double squares = 0;
        for (Part part : parts) {
            squares += part.weight() * (byDecoder[part.id()] + byEncoder[part.id()]) / 2;
        }
        double length = Math.sqrt(Math.max(squares, 1e-12));
        float[] similarities = byDecoder;
        for (int id = 0; id < similarities.length; id++) {
            similarities[id] = (float) Math.clamp((byDecoder[id] + byEncoder[id]) / 2 / length, -1, 1);
        }
        return similarities;
    }

    /** The dot product of each entry's unit column with the sum of those of the parts. */
    private float[] byDecoder(List<Part> parts, Runnable check) {
        int size = vocabulary.size();
        float[] weights = decoder.weights();
        float[] squares = new float[size];
        float[] means = new float[decoder.in()];
        for (int row = 0; row < means.length; row++) {
            check.run();
            double sum = 0;
            for (int id = 0; id < size; id++) {
                sum += weights[row * size + id];
            }
            means[row] = (float) (sum / size);
            for (int id = 0; id < size; id++) {
                float value = weights[row * size + id] - means[row];
                squares[id] += value * value;
            }
        }
        float[] dots = new float[size];
        for (int row = 0; row < means.length; row++) {
            check.run();
            double point = 0;
            for (Part part : parts) {
                point += part.weight() * unit(weights[row * size + part.id()] - means[row], squares[part.id()]);
            }
            for (int id = 0; id < size; id++) {
                dots[id] += (float) point * (weights[row * size + id] - means[row]);
            }
        }
        for (int id = 0; id < size; id++) {
            dots[id] = (float) unit(dots[id], squares[id]);
        }
        return dots;
    }

    /** The dot product of each entry's unit row with the sum of those of the parts. */
    private float[] byEncoder(List<Part> parts, Runnable check) {
        float[] mean = meanRow(check);
        double[] point = new double[mean.length];
        float[] row = new float[mean.length];
        for (Part part : parts) {
            row(part.id(), mean, row);
            float squares = dot(row, row);
            for (int i = 0; i < row.length; i++) {
                point[i] += part.weight() * unit(row[i], squares);
            }
        }
        float[] target = new float[point.length];
        for (int i = 0; i < target.length; i++) {
            target[i] = (float) point[i];
        }
        float[] dots = new float[vocabulary.size()];
        for (int id = 0; id < dots.length; id++) {
            if (id % CHECK_INTERVAL == 0) {
                check.run();
            }
            row(id, mean, row);
            dots[id] = (float) unit(dot(row, target), dot(row, row));
        }
        return dots;
    }

    /** The mean of the rows of words; pairs have none. */
    private float[] meanRow(Runnable check) {
        double[] sum = new double[first.out()];
        int words = 0;
        for (int id = 0; id < vocabulary.size(); id++) {
            if (id % CHECK_INTERVAL == 0) {
                check.run();
            }
            if (!vocabulary.isPhrase(id)) {
                words++;
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += first.weights()[id * sum.length + i];
                }
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / Math.max(1, words));
        }
        return mean;
    }

    /** Writes the centred row of a word, or the sum of those of a pair. */
    private void row(int id, float[] mean, float[] into) {
        Arrays.fill(into, 0);
        for (int word : vocabulary.words(id)) {
            for (int i = 0; i < into.length; i++) {
                into[i] += first.weights()[word * into.length + i] - mean[i];
            }
        }
    }

    private static double unit(float value, float squares) {
        return squares == 0 ? 0 : value / Math.sqrt(squares);
    }

    private static float dot(float[] one, float[] other) {
        float dot = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
        }
        return dot;
    }
}
