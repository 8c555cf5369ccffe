/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.cluster.Codebook;
import io.latentfacets.cluster.Points;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.hamcrest.MatcherAssert;

/** The contract of {@link ResultClusterer} for few, many, equal and weighted latents; the results are deterministic. */
public class ResultClustererTests extends LuceneTestCase {

    /** Random latents around a few directions. */
    private static byte[][] latents(int count, int dims, int groups, double spread, SplittableRandom random) {
        double[][] centers = new double[groups][dims];
        for (double[] center : centers) {
            Arrays.setAll(center, j -> random.nextGaussian());
        }
        byte[][] latents = new byte[count][];
        for (int i = 0; i < count; i++) {
            double[] center = centers[random.nextInt(groups)];
            double[] mu = new double[dims];
            Arrays.setAll(mu, j -> center[j] + spread * random.nextGaussian());
            double max = Arrays.stream(mu).map(Math::abs).max().orElse(1);
            latents[i] = new byte[dims];
            for (int j = 0; j < dims; j++) {
                latents[i][j] = (byte) Math.round(mu[j] / max * 127);
            }
        }
        return latents;
    }

    private static int[] ones(int count) {
        int[] ones = new int[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static ResultClusterer.Result cluster(int count, byte[][] latents) {
        return new ResultClusterer(count, () -> {}).cluster(latents, ones(latents.length));
    }

    private static float[] unit(byte[] latent) {
        float[] unit = new float[latent.length];
        for (int j = 0; j < unit.length; j++) {
            unit[j] = latent[j];
        }
        Points.normalize(unit);
        return unit;
    }

    /** Sum of squared distances to the means of the clusters. */
    private static double sumOfSquares(byte[][] latents, int[] labels) {
        int count = Arrays.stream(labels).max().orElse(0) + 1;
        int dims = latents[0].length;
        double[][] sums = new double[count][dims];
        int[] sizes = new int[count];
        for (int i = 0; i < latents.length; i++) {
            float[] unit = unit(latents[i]);
            sizes[labels[i]]++;
            for (int j = 0; j < dims; j++) {
                sums[labels[i]][j] += unit[j];
            }
        }
        double total = 0;
        for (int i = 0; i < latents.length; i++) {
            float[] unit = unit(latents[i]);
            for (int j = 0; j < dims; j++) {
                double off = unit[j] - sums[labels[i]][j] / sizes[labels[i]];
                total += off * off;
            }
        }
        return total;
    }

    public void testAsTightAsTheBestOfManyStarts() {
        double worst = 0;
        for (int round = 0; round < 60; round++) {
            SplittableRandom random = new SplittableRandom(round);
            int count = random.nextInt(2, 9);
            byte[][] latents = latents(
                    random.nextInt(20, 400),
                    random.nextInt(4, 33),
                    random.nextInt(1, 9),
                    random.nextDouble(.02, .8),
                    random);
            Codebook codebook = cluster(count, latents).codebook();
            double got = sumOfSquares(
                    latents, Arrays.stream(latents).mapToInt(codebook::assign).toArray());
            float[][] points =
                    Arrays.stream(latents).map(ResultClustererTests::unit).toArray(float[][]::new);
            int[] labels = new KMeans(false, 60, 100, 1, () -> {})
                    .run(points, count, random)
                    .labels();
            double best = sumOfSquares(latents, labels);
            worst = Math.max(worst, got / best);
            MatcherAssert.assertThat("round " + round, got, lessThanOrEqualTo(best * 1.03));
        }
        if (Boolean.getBoolean("show.ratio")) {
            System.out.println("worst ratio " + worst);
        }
    }

    public void testGroupsThatLieApartAreFound() {
        SplittableRandom random = new SplittableRandom(3);
        byte[][] latents = latents(600, 16, 6, .1, random);
        for (int count : new int[] {6, ResultClusterer.AUTO}) {
            ResultClusterer.Result result = cluster(count, latents);
            assertEquals(6, result.codebook().count());
            for (byte[] latent : latents) {
                int cluster = result.codebook().assign(latent);
                MatcherAssert.assertThat(result.codebook().similarity(latent, cluster), greaterThan(.8));
            }
        }
    }

    public void testClustersAreOrderedAndCounted() {
        byte[][] latents = latents(500, 8, 5, .5, new SplittableRandom(4));
        ResultClusterer.Result result = cluster(7, latents);
        long[] sizes = new long[result.codebook().count()];
        Arrays.stream(latents).forEach(latent -> sizes[result.codebook().assign(latent)]++);
        assertArrayEquals(sizes, result.sizes());
        for (int c = 1; c < sizes.length; c++) {
            assertTrue(sizes[c - 1] >= sizes[c]);
        }
        assertEquals(500, Arrays.stream(sizes).sum());
    }

    public void testTheSameAgain() {
        byte[][] latents = latents(300, 8, 5, .5, new SplittableRandom(5));
        for (int count : new int[] {4, ResultClusterer.AUTO}) {
            assertEquals(
                    cluster(count, latents).codebook(), cluster(count, latents).codebook());
        }
    }

    public void testFewAndEqualLatents() {
        SplittableRandom random = new SplittableRandom(6);
        for (int distinct = 1; distinct < 6; distinct++) {
            byte[][] pool = latents(distinct, 8, distinct, 1, random);
            byte[][] latents =
                    IntStream.range(0, 40).mapToObj(i -> pool[i % pool.length]).toArray(byte[][]::new);
            assertEquals(Math.min(distinct, 3), cluster(3, latents).codebook().count());
            assertTrue(cluster(ResultClusterer.AUTO, latents).codebook().count() <= Math.max(distinct, 2));
            assertEquals(1, cluster(10, Arrays.copyOf(latents, 1)).codebook().count());
            assertEquals(
                    1,
                    cluster(ResultClusterer.AUTO, Arrays.copyOf(latents, 1))
                            .codebook()
                            .count());
        }
    }

    /** A latent with weight 3 is as three latents. */
    public void testWeights() {
        SplittableRandom random = new SplittableRandom(7);
        byte[][] latents = latents(60, 8, 4, .3, random);
        int[] weights = new int[latents.length];
        Arrays.setAll(weights, i -> 1 + random.nextInt(5));
        byte[][] repeated = IntStream.range(0, latents.length)
                .boxed()
                .flatMap(i -> IntStream.range(0, weights[i]).mapToObj(times -> latents[i]))
                .toArray(byte[][]::new);
        ResultClusterer.Result weighted = new ResultClusterer(4, () -> {}).cluster(latents, weights);
        assertEquals(repeated.length, Arrays.stream(weighted.sizes()).sum());
        int[] labels =
                Arrays.stream(repeated).mapToInt(weighted.codebook()::assign).toArray();
        Codebook other = cluster(4, repeated).codebook();
        double best = sumOfSquares(
                repeated, Arrays.stream(repeated).mapToInt(other::assign).toArray());
        MatcherAssert.assertThat(sumOfSquares(repeated, labels), lessThanOrEqualTo(best * 1.03));
        float[] mean = weighted.mean();
        for (int j = 0; j < mean.length; j++) {
            int dimension = j;
            double expected = Arrays.stream(repeated)
                    .mapToDouble(latent -> unit(latent)[dimension])
                    .average()
                    .orElseThrow();
            assertEquals(expected, mean[j], 1e-5);
        }
    }

    /** The clusterer compares starts on a part of the latents only; the division of all of them must be as good. */
    public void testManyLatents() {
        byte[][] latents = latents(3 * ResultClusterer.MAX_START, 8, 6, .6, new SplittableRandom(8));
        ResultClusterer.Result result = cluster(6, latents);
        double got = sumOfSquares(
                latents,
                Arrays.stream(latents).mapToInt(result.codebook()::assign).toArray());
        float[][] points =
                Arrays.stream(latents).map(ResultClustererTests::unit).toArray(float[][]::new);
        int[] labels = new KMeans(false, 10, 100, 3, () -> {})
                .run(points, 6, new SplittableRandom(9))
                .labels();
        MatcherAssert.assertThat(got, lessThanOrEqualTo(sumOfSquares(latents, labels) * 1.03));
    }

    public void testCancel() {
        byte[][] latents = latents(100, 8, 5, .5, new SplittableRandom(10));
        ResultClusterer clusterer = new ResultClusterer(3, () -> {
            throw new IllegalStateException("cancelled");
        });
        expectThrows(IllegalStateException.class, () -> clusterer.cluster(latents, ones(latents.length)));
    }
}
