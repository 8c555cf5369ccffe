/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.Device;
import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.Points;
import io.latentfacets.vae.Engines;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.BeforeClass;
import org.junit.Test;

/** Maps of twelve groups of points around random directions of 24 dimensions. */
public final class ProjectionTrainerTests {
    private static final int GROUPS = 12;
    private static final int DOCUMENTS = 1200;

    private static Device device;
    private static float[][] latents;
    private static int[] groups;
    private static Projection map;

    @BeforeClass
    public static void trainOne() {
        device = Engines.started().djlDevice();
        Random random = new Random(5);
        latents = Clouds.around(random, Clouds.random(random, GROUPS, 24), DOCUMENTS, .6);
        groups = IntStream.range(0, DOCUMENTS).map(i -> i % GROUPS).toArray();
        map = train(latents, 7, null);
    }

    private static Projection train(float[][] of, long seed, FormerMap former) {
        return new ProjectionTrainer(device, seed, Clouds::goOn).train(of, former);
    }

    private static float[][] places(Projection projection, float[][] of) {
        return Arrays.stream(of).map(projection::place).toArray(float[][]::new);
    }

    private static float[][] axes(float[][] of) {
        PrincipalAxes axes = PrincipalAxes.of(of);
        float[] weights = axes.weights(1);
        return Arrays.stream(of)
                .map(point -> {
                    float[] place = axes.bias(1);
                    for (int j = 0; j < point.length; j++) {
                        place[0] += point[j] * weights[2 * j];
                        place[1] += point[j] * weights[2 * j + 1];
                    }
                    return place;
                })
                .toArray(float[][]::new);
    }

    @Test
    public void neighboursStayNeighbours() {
        MapMeasures measures = new MapMeasures(latents, places(map, latents), 15);
        MapMeasures linear = new MapMeasures(latents, axes(latents), 15);
        assertThat(measures.neighborhoodHit(groups), greaterThan(.95));
        assertThat(linear.neighborhoodHit(groups), lessThan(.8));
        assertThat(measures.trustworthiness(), greaterThan(linear.trustworthiness() + .05));
        assertThat(measures.continuity(), greaterThan(.9));
    }

    @Test
    public void documentsThatItHasNotSeenHaveTheirPlace() {
        float[][] seen = Arrays.copyOf(latents, DOCUMENTS / 2);
        float[][] others = Arrays.copyOfRange(latents, DOCUMENTS / 2, DOCUMENTS);
        MapMeasures measures = new MapMeasures(others, places(train(seen, 7, null), others), 15);
        assertThat(measures.neighborhoodHit(Arrays.copyOf(groups, DOCUMENTS / 2)), greaterThan(.9));
    }

    @Test
    public void documentsFillTheMap() {
        float[][] places = places(map, latents);
        for (int axis = 0; axis < 2; axis++) {
            int of = axis;
            double[] sorted =
                    Arrays.stream(places).mapToDouble(p -> p[of]).sorted().toArray();
            assertThat(sorted[0], greaterThanOrEqualTo(-1.0));
            assertThat(sorted[DOCUMENTS - 1], lessThanOrEqualTo(1.0));
            assertThat(sorted[DOCUMENTS / 100], both(greaterThan(-.91)).and(lessThan(-.3)));
            assertThat(
                    sorted[DOCUMENTS - 1 - DOCUMENTS / 100], both(lessThan(.91)).and(greaterThan(.3)));
        }
    }

    @Test
    public void theSameSeedGivesTheSameBits() {
        Projection again = train(latents, 7, null);
        for (float[] latent : latents) {
            assertArrayEquals(map.place(latent), again.place(latent), 0);
        }
    }

    /** Another encoder puts all documents elsewhere, and a fifth of them are new. */
    @Test
    public void aMapThatFollowsStaysRecognisable() {
        float[][] other = turned(latents);
        float[][] former = latents.clone();
        for (int i = 0; i < DOCUMENTS; i += 5) {
            former[i] = new float[latents[0].length];
        }
        float[][] before = places(map, latents);
        float[][] after = places(train(other, 8, new FormerMap(map, former)), other);
        assertThat(shift(before, after), lessThan(.05 * 2));
        assertThat(shift(before, places(train(other, 8, null), other)), greaterThan(.1 * 2));
        MapMeasures measures = new MapMeasures(other, after, 15);
        assertThat(measures.neighborhoodHit(groups), greaterThan(.95));
    }

    private static double shift(float[][] before, float[][] after) {
        return IntStream.range(0, before.length)
                .mapToDouble(i -> Math.hypot(before[i][0] - after[i][0], before[i][1] - after[i][1]))
                .average()
                .orElseThrow();
    }

    /** The points in another space: reflected, so that angles between them stay. */
    private static float[][] turned(float[][] points) {
        Random random = new Random(9);
        float[] normal = new float[points[0].length];
        for (int j = 0; j < normal.length; j++) {
            normal[j] = (float) random.nextGaussian();
        }
        Points.normalize(normal);
        return Arrays.stream(points)
                .map(point -> {
                    double along = 0;
                    for (int j = 0; j < point.length; j++) {
                        along += point[j] * normal[j];
                    }
                    float[] reflected = point.clone();
                    for (int j = 0; j < point.length; j++) {
                        reflected[j] -= (float) (2 * along * normal[j]);
                    }
                    return reflected;
                })
                .toArray(float[][]::new);
    }

    @Test
    public void aFormerMapThatTellsNothingIsIgnored() {
        Projection flat = train(Arrays.copyOf(latents, 2), 7, null);
        FormerMap former = new FormerMap(flat, latents);
        assertArrayEquals(map.place(latents[0]), train(latents, 7, former).place(latents[0]), 0);
    }

    @Test
    public void hardlyAnyDocumentsLieInTheMiddle() {
        float[] none = new float[latents[0].length];
        for (float[][] few : new float[][][] {
            {none}, {latents[0], none, latents[1]}, {latents[3], latents[3], latents[3], latents[3], latents[3]}
        }) {
            assertArrayEquals(new float[2], train(few, 7, null).place(latents[0]), 0);
        }
        Projection five = train(Arrays.copyOf(latents, 5), 7, null);
        assertThat(shift(places(five, latents), new float[DOCUMENTS][2]), greaterThan(0.0));
    }

    /** Fewer documents than dimensions, or few different ones, span only a part of the space. */
    @Test
    public void documentsThatSpanLittleOfTheSpaceHaveAMap() {
        Random random = new Random(11);
        float[][] fewer = Clouds.around(random, Clouds.random(random, 5, 64), 50, .3);
        float[][] copies = IntStream.range(0, 500).mapToObj(i -> fewer[i % 7]).toArray(float[][]::new);
        for (float[][] of : List.of(fewer, copies)) {
            Projection projection = train(of, 7, null);
            assertThat(shift(places(projection, of), new float[of.length][2]), greaterThan(.1));
            for (float[] place : places(projection, of)) {
                assertThat((double) Math.abs(place[0]), lessThanOrEqualTo(1.0));
            }
        }
    }

    @Test
    public void itEndsWhenItIsCancelled() {
        int[] steps = {0};
        assertThrows(CancellationException.class, () -> new ProjectionTrainer(device, 7, () -> {
                    if (++steps[0] > 20) {
                        throw new CancellationException();
                    }
                })
                .train(latents, null));
    }
}
