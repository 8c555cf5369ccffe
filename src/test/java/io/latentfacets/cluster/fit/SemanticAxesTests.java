/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertArrayEquals;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

public class SemanticAxesTests {
    private static final long SEED = 17;

    private static float[][] axes(List<Bow> bags, float[] weights, int dims) {
        int[] rows = IntStream.range(0, bags.size()).toArray();
        return SemanticAxes.of(BowSource.of(bags), rows, weights, dims, new SplittableRandom(1), () -> {});
    }

    /** The TF-IDF vector of unit length. */
    private static float[] tfIdf(Bow bag, float[] weights) {
        float[] vector = new float[weights.length];
        double squares = 0;
        for (int e = 0; e < bag.size(); e++) {
            vector[bag.id(e)] = (float) ((1 + Math.log(bag.count(e))) * weights[bag.id(e)]);
            squares += vector[bag.id(e)] * vector[bag.id(e)];
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }

    @Test
    public void asManyDirectionsAsDocumentsKeepAllCosines() {
        SplittableRandom random = new SplittableRandom(SEED);
        float[] weights = new float[12];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 + (float) random.nextDouble();
        }
        List<Bow> bags = new ArrayList<>();
        for (int doc = 0; doc < 8; doc++) {
            int[] ids =
                    random.ints(0, weights.length).limit(4).distinct().sorted().toArray();
            float[] counts = new float[ids.length];
            for (int i = 0; i < ids.length; i++) {
                counts[i] = 1 + random.nextInt(5);
            }
            bags.add(new Bow(ids, counts));
        }
        float[][] points = axes(bags, weights, 8);
        for (int a = 0; a < 8; a++) {
            for (int b = 0; b < 8; b++) {
                double wanted = VectorUtil.dotProduct(tfIdf(bags.get(a), weights), tfIdf(bags.get(b), weights));
                assertThat((double) VectorUtil.dotProduct(points[a], points[b]), closeTo(wanted, 1e-4));
            }
        }
    }

    @Test
    public void theLargestDirectionsAreTheSubjects() {
        // two subjects of three words, two words a document: documents of a subject may share no word
        List<Bow> bags = new ArrayList<>();
        for (int repeat = 0; repeat < 4; repeat++) {
            for (int subject = 0; subject < 2; subject++) {
                int word = 3 * subject;
                bags.add(new Bow(new int[] {word, word + 1}, new float[] {1, 1}));
                bags.add(new Bow(new int[] {word + 1, word + 2}, new float[] {1, 1}));
                bags.add(new Bow(new int[] {word, word + 2}, new float[] {1, 1}));
            }
        }
        float[] weights = new float[6];
        Arrays.fill(weights, 1);
        float[][] points = axes(bags, weights, 2);
        for (int a = 0; a < bags.size(); a++) {
            assertThat(points[a].length, equalTo(2));
            for (int b = 0; b < bags.size(); b++) {
                double same = a / 3 % 2 == b / 3 % 2 ? 1 : 0;
                assertThat(Math.abs((double) VectorUtil.dotProduct(points[a], points[b])), closeTo(same, 0.01));
            }
        }
    }

    @Test
    public void documentsWithoutWordsThatCountAreZero() {
        List<Bow> bags = List.of(
                new Bow(new int[] {0}, new float[] {1}),
                new Bow(new int[] {1}, new float[] {2}),
                new Bow(new int[0], new float[0]));
        float[][] points = axes(bags, new float[] {1, 0}, 3);
        // one direction is left
        assertThat(points[0].length, lessThanOrEqualTo(3));
        assertThat((double) VectorUtil.dotProduct(points[0], points[0]), closeTo(1, 1e-6));
        assertArrayEquals(new float[points[0].length], points[1], 0);
        assertArrayEquals(new float[points[0].length], points[2], 0);
    }

    @Test
    public void noWordsAtAll() {
        List<Bow> bags = List.of(new Bow(new int[] {0}, new float[] {1}), new Bow(new int[] {0}, new float[] {2}));
        for (float[] point : axes(bags, new float[] {0}, 5)) {
            assertArrayEquals(new float[point.length], point, 0);
        }
    }

    /**
     * Collections of a few subjects have fewer directions than dims; decompositions of such matrices may not converge.
     */
    @Test
    public void documentsThatSpanFewDirections() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 200; round++) {
            int terms = 1 + random.nextInt(40);
            int distinct = 1 + random.nextInt(30);
            float[] weights = new float[terms];
            for (int i = 0; i < terms; i++) {
                weights[i] = random.nextInt(5) == 0 ? 0 : 1 + (float) random.nextDouble();
            }
            List<Bow> kinds = new ArrayList<>();
            for (int kind = 0; kind < distinct; kind++) {
                int[] ids = random.ints(0, terms)
                        .limit(1 + random.nextInt(8))
                        .distinct()
                        .sorted()
                        .toArray();
                float[] counts = new float[ids.length];
                Arrays.fill(counts, 1);
                kinds.add(new Bow(ids, counts));
            }
            List<Bow> bags = new ArrayList<>();
            for (int doc = 0; doc < 150; doc++) {
                bags.add(kinds.get(random.nextInt(distinct)));
            }
            float[][] points = axes(bags, weights, 100);
            for (int a = 0; a < 20; a++) {
                double length = VectorUtil.dotProduct(points[a], points[a]);
                assertThat(length, length < .5 ? closeTo(0, 1e-9) : closeTo(1, 1e-4));
                for (int b = 0; b < 20 && length > .5; b++) {
                    if (VectorUtil.dotProduct(points[b], points[b]) > .5) {
                        double wanted = VectorUtil.dotProduct(tfIdf(bags.get(a), weights), tfIdf(bags.get(b), weights));
                        assertThat((double) VectorUtil.dotProduct(points[a], points[b]), closeTo(wanted, 1e-3));
                    }
                }
            }
        }
    }
}
