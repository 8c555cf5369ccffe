/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Points;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

/** The graph of nearest neighbours, the merging of micro-clusters, and the selection among candidate rules. */
public class RuleSelectorTests {

    /**
     * Two pairs and a fifth point. The one neighbour of a paired point is its partner; the fifth point's is in the
     * second pair.
     */
    @Test
    public void normalizedCutOfAHandMadeGraph() {
        float[][] points = {{1, 0}, {.98f, .2f}, {0, 1}, {.1f, .99f}, {.6f, .8f}};
        for (float[] point : points) {
            Points.normalize(point);
        }
        NeighborGraph graph = new NeighborGraph(points, 1, Clouds::goOn);
        // edges 0→1, 1→0, 2→3, 3→2 and 4→3: cluster {0, 1} has volume 4 and no edge out, {2, 3} volume 5 and one edge
        // out, {4} volume 1, all of it out
        assertThat(graph.normalizedCut(new int[] {0, 0, 1, 1, 2}, 3), closeTo(0 + 1 / 5.0 + 1, 1e-12));
        assertThat(graph.normalizedCut(new int[] {0, 0, 1, 1, 1}, 2), equalTo(0.0));
        // four of five edges are inside clusters; the clusters have 4/10, 5/10 and 1/10 of the edge ends
        assertThat(
                graph.modularity(new int[] {0, 0, 1, 1, 2}, 3),
                closeTo(4 / 5.0 - (.4 * .4 + .5 * .5 + .1 * .1), 1e-12));
        assertThat("an empty cluster", graph.normalizedCut(new int[] {0, 0, 1, 1, 1}, 3), equalTo(1.0));
    }

    @Test
    public void neighborsAreThoseThatBruteForceFinds() {
        Random random = new Random(4);
        float[][] points = Clouds.random(random, 80, 5);
        int k = 7;
        int[] labels = random.ints(80, 0, 4).toArray();
        double[] volume = new double[4];
        double[] cut = new double[4];
        for (int i = 0; i < points.length; i++) {
            int of = i;
            int[] nearest = IntStream.range(0, points.length)
                    .filter(j -> j != of)
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> -VectorUtil.dotProduct(points[of], points[j])))
                    .limit(k)
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int j : nearest) {
                for (int end : new int[] {i, j}) {
                    volume[labels[end]]++;
                    cut[labels[end]] += labels[i] == labels[j] ? 0 : 1;
                }
            }
        }
        double expected =
                IntStream.range(0, 4).mapToDouble(c -> cut[c] / volume[c]).sum();
        assertThat(new NeighborGraph(points, k, Clouds::goOn).normalizedCut(labels, 4), closeTo(expected, 1e-12));
    }

    @Test
    public void mergesThePairThatCostsTheLikelihoodLeast() {
        Random random = new Random(9);
        for (int round = 0; round < 20; round++) {
            float[][] points = Clouds.random(random, 60, 3);
            for (float[] point : points) {
                point[0] *= 5;
            }
            int[] labels = IntStream.range(0, 60).map(i -> i % 12).toArray();
            int[] expected = labels.clone();
            for (int left = 12; left > 4; left--) {
                mergeBest(points, expected);
            }
            int[] merged = new MicroMerger(points, labels, 12).merge(4, Clouds::goOn);
            int[] found = Arrays.stream(labels).map(l -> merged[l]).toArray();
            assertThat(Measures.adjustedRandIndex(expected, found), closeTo(1, 1e-9));
            assertArrayEquals(
                    new int[] {0, 1, 2, 3},
                    Arrays.stream(merged).distinct().sorted().toArray());
        }
    }

    /** The cost by its definition: the fall of the classification likelihood −½ Σ|x − μ|² + Σ n ln n. */
    private static void mergeBest(float[][] points, int[] labels) {
        int[] names = Arrays.stream(labels).distinct().sorted().toArray();
        double best = Double.NEGATIVE_INFINITY;
        int[] kept = null;
        for (int a : names) {
            for (int b : names) {
                if (a < b) {
                    int[] trial = Arrays.stream(labels).map(l -> l == b ? a : l).toArray();
                    double likelihood = likelihood(points, trial);
                    if (likelihood > best) {
                        best = likelihood;
                        kept = trial;
                    }
                }
            }
        }
        System.arraycopy(kept, 0, labels, 0, labels.length);
    }

    private static double likelihood(float[][] points, int[] labels) {
        double total = 0;
        for (int name : Arrays.stream(labels).distinct().toArray()) {
            int[] members = IntStream.range(0, labels.length)
                    .filter(i -> labels[i] == name)
                    .toArray();
            for (int j = 0; j < points[0].length; j++) {
                int dimension = j;
                double mean = Arrays.stream(members)
                        .mapToDouble(i -> points[i][dimension])
                        .average()
                        .orElseThrow();
                total -= Arrays.stream(members)
                                .mapToDouble(i -> Math.pow(points[i][dimension] - mean, 2))
                                .sum()
                        / 2;
            }
            total += members.length * Math.log(members.length);
        }
        return total;
    }

    /** Half of the points are one subject, spread along an arc; the others are seven small subjects. */
    @Test
    public void doesNotCutTheLargeClusterWhereASmallOneCouldBeFound() {
        Random random = new Random(3);
        int dims = 16;
        int n = 4000;
        float[][] points = new float[n][dims];
        int[] truth = new int[n];
        for (int i = 0; i < n; i++) {
            truth[i] = i % 2 == 0 ? 0 : 1 + (i / 2) % 7;
            if (truth[i] == 0) {
                double angle = random.nextDouble() * Math.PI;
                points[i][0] = (float) Math.cos(angle);
                points[i][1] = (float) Math.sin(angle);
            } else {
                points[i][1 + truth[i]] = 1;
                points[i][9] = .5f;
            }
            for (int j = 0; j < dims; j++) {
                points[i][j] += (float) (.12 * random.nextGaussian());
            }
            Points.normalize(points[i]);
        }
        LinearRule selected = new RuleSelector(points, 4, new SplittableRandom(1), Clouds::goOn).select(8);
        LinearRule fitted = new RuleFitter(points, 4, new SplittableRandom(1), Clouds::goOn).fit(8);
        double chosen = Measures.nmi(truth, selected.assign(points));
        assertThat(chosen, greaterThan(.8));
        assertThat(Measures.nmi(truth, fitted.assign(points)), lessThan(chosen + 1e-9));
    }

    @Test
    public void refinesOnAllPointsWhatWasChosenOnASample() {
        Random random = new Random(12);
        float[][] points = Clouds.around(random, Clouds.random(random, 9, 12), 7000, .5);
        LinearRule rule = new RuleSelector(points, 4, new SplittableRandom(2), Clouds::goOn).select(9);
        assertThat(rule.count(), equalTo(9));
        assertThat(Measures.nmi(Clouds.truth(7000, 9), rule.assign(points)), greaterThan(.99));
    }

    @Test
    public void takesWhatThereIsWhereThereIsNothingToChooseFrom() {
        Random random = new Random(12);
        float[][] few = Clouds.around(random, Clouds.random(random, 3, 12), 30, .1);
        assertThat(
                new RuleSelector(few, 4, new SplittableRandom(2), Clouds::goOn)
                        .select(3)
                        .count(),
                equalTo(3));
    }
}
