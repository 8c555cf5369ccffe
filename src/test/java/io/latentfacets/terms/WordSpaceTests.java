/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Dense;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.test.OpenSearchTestCase;

public class WordSpaceTests extends OpenSearchTestCase {

    private final Generation generation =
            LatentFixtures.generation("news", between(1, 100), between(2, 8), 3, random());
    private final Vocabulary vocabulary = generation.vocabulary();
    private final WordSpace space = new WordSpace(vocabulary, generation.weights());

    private static double[] unit(double[] vector) {
        double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
        return Arrays.stream(vector).map(x -> x / length).toArray();
    }

    private static double[] minus(double[] one, double[] other) {
        double[] difference = one.clone();
        Arrays.setAll(difference, i -> one[i] - other[i]);
        return difference;
    }

    private static double[] mean(List<double[]> vectors) {
        double[] mean = new double[vectors.get(0).length];
        vectors.forEach(vector -> Arrays.setAll(mean, i -> mean[i] + vector[i] / vectors.size()));
        return mean;
    }

    private double[] column(int id) {
        Dense decoder = generation.weights().decoder();
        double[] column = new double[decoder.in()];
        Arrays.setAll(column, i -> decoder.weights()[i * decoder.out() + id]);
        return column;
    }

    private double[] row(int id) {
        Dense first = generation.weights().layers().get(0);
        double[] row = new double[first.out()];
        Arrays.setAll(row, i -> first.weights()[id * first.out() + i]);
        return row;
    }

    /** Both unit vectors of an entry, one behind the other, by the definition. */
    private double[] vector(int id) {
        List<double[]> columns = new ArrayList<>();
        List<double[]> rows = new ArrayList<>();
        for (int each = 0; each < vocabulary.size(); each++) {
            columns.add(column(each));
            if (!vocabulary.isPhrase(each)) {
                rows.add(row(each));
            }
        }
        double[] own = new double[rows.get(0).length];
        for (int word : vocabulary.words(id)) {
            double[] centred = minus(row(word), mean(rows));
            Arrays.setAll(own, i -> own[i] + centred[i]);
        }
        double[] first = unit(minus(column(id), mean(columns)));
        double[] second = unit(own);
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static double dot(double[] one, double[] other) {
        double dot = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
        }
        return dot;
    }

    public void testAgainstTheDefinition() {
        int size = vocabulary.size();
        for (int round = 0; round < 20; round++) {
            List<WordSpace.Part> parts = new ArrayList<>();
            double[] point = new double[vector(0).length];
            List<Integer> said = new ArrayList<>();
            for (int i = between(1, 2); i > 0; i--) {
                WordSpace.Part part = new WordSpace.Part(between(0, size - 1), randomDoubleBetween(0.1, 1, true));
                parts.add(part);
                double[] vector = vector(part.id());
                Arrays.setAll(point, d -> point[d] + part.weight() * vector[d]);
                Arrays.stream(vocabulary.words(part.id())).forEach(said::add);
            }
            List<WordSpace.Near> all = space.nearest(parts, size, () -> {});
            for (WordSpace.Near near : all) {
                assertEquals(dot(unit(point), unit(vector(near.id()))), near.similarity(), 1e-4);
                assertTrue(Arrays.stream(vocabulary.words(near.id())).noneMatch(said::contains));
            }
            for (int i = 1; i < all.size(); i++) {
                assertTrue(all.get(i - 1).similarity() >= all.get(i).similarity());
            }
            int most = between(1, size);
            assertEquals(all.subList(0, Math.min(most, all.size())), space.nearest(parts, most, () -> {}));
        }
    }

    public void testCanBeStopped() {
        expectThrows(
                TaskCancelledException.class,
                () -> space.nearest(List.of(new WordSpace.Part(0, 1)), 3, () -> {
                    throw new TaskCancelledException("enough");
                }));
    }
}
