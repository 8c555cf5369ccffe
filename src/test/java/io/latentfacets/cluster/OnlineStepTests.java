/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.Matchers.arrayWithSize;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.sameInstance;

import java.util.Random;
import org.opensearch.test.OpenSearchTestCase;

/** One step of clusters that follow a stream, by hand and by its bounds. */
public class OnlineStepTests extends OpenSearchTestCase {

    private static final long HALF_LIFE = 1000;
    private static final double FLOATS = 1e-6;

    /** Two clusters at right angles, whose rule is twice the centroid. */
    private static Partition right() {
        return partition(new float[][] {{1, 0}, {0, 1}});
    }

    private static Partition partition(float[][] centroids) {
        float[][] directions = new float[centroids.length][];
        float[] biases = new float[centroids.length];
        for (int c = 0; c < centroids.length; c++) {
            directions[c] = centroids[c].clone();
            for (int i = 0; i < directions[c].length; i++) {
                directions[c][i] *= 2;
            }
            biases[c] = -c;
        }
        return new Partition(centroids, directions, biases, CountCurve.NONE);
    }

    private static float[] at(double degrees) {
        return new float[] {(float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees))};
    }

    private static double degrees(float[] centroid) {
        return Math.toDegrees(Math.atan2(centroid[1], centroid[0]));
    }

    private static StreamTally stream(int documents, int cluster, float[] latent) {
        StreamTally tally = new StreamTally(2, 2, HALF_LIFE, 0);
        for (int i = 0; i < documents; i++) {
            tally.add(cluster, latent, 1, 0);
        }
        return tally;
    }

    /**
     * 30 documents of the clustering and 30 of the stream, these at 10 degrees: the mean is at 5. The neighbour is at
     * 90 degrees, so the bound is 45, and a step is at most an eighth of it, 5.625.
     */
    public void testACentroidGoesToTheMeanOfWhatItWasAndWhatCame() {
        Partition anchor = right();
        OnlineStep.Moved moved = OnlineStep.of(anchor, new double[] {30, 30}, anchor, stream(30, 0, at(10)), 0, 20);
        assertThat(degrees(moved.partition().centroids()[0]), closeTo(5, 1e-4));
        assertThat(Math.toDegrees(moved.largestMove()), closeTo(5, 1e-4));
        assertThat("the rule turns with it", degrees(moved.partition().directions()[0]), closeTo(5, 1e-4));
        assertThat(length(moved.partition().directions()[0]), closeTo(2, FLOATS));
        assertThat(moved.partition().biases(), equalTo(anchor.biases()));
        assertThat("nothing came to it", moved.partition().centroids()[1], sameInstance(anchor.centroids()[1]));
        assertThat(moved.partition().directions()[1], sameInstance(anchor.directions()[1]));
    }

    /** The clustering is a half-life older than the stream: its 60 documents weigh as much as 30 new ones. */
    public void testOldDocumentsWeighHalfAfterAHalfLife() {
        Partition anchor = right();
        StreamTally tally = new StreamTally(2, 2, HALF_LIFE, 0);
        for (int i = 0; i < 30; i++) {
            tally.add(0, at(10), 1, HALF_LIFE);
        }
        double kept = Math.pow(2, -1);
        OnlineStep.Moved moved =
                OnlineStep.of(anchor, new double[] {60 * kept, 60 * kept}, anchor, tally, HALF_LIFE, 20);
        assertThat(degrees(moved.partition().centroids()[0]), closeTo(5, 1e-4));
    }

    /** Both sides of the mean lose the same part of their weight. */
    public void testTimeAloneMovesNothing() {
        Partition anchor = right();
        StreamTally tally = stream(1000, 0, at(10));
        OnlineStep.Moved now = OnlineStep.of(anchor, new double[] {1000, 1000}, anchor, tally, 0, 20);
        double kept = Math.pow(2, -3);
        OnlineStep.Moved later = OnlineStep.of(
                anchor, new double[] {1000 * kept, 1000 * kept}, now.partition(), tally, 3 * HALF_LIFE, 20);
        assertThat(later.largestMove(), closeTo(0, FLOATS));
        assertThat(
                later.partition().centroids()[0], sameInstance(now.partition().centroids()[0]));
    }

    public void testWithoutDocumentsNothingMovesBitForBit() {
        Partition anchor = right();
        OnlineStep.Moved moved =
                OnlineStep.of(anchor, new double[] {30, 30}, anchor, new StreamTally(2, 2, HALF_LIFE, 0), 0, 20);
        assertThat(moved.largestMove(), equalTo(0.0));
        assertThat(moved.partition().centroids(), arrayWithSize(2));
        for (int c = 0; c < 2; c++) {
            assertThat(moved.partition().centroids()[c], sameInstance(anchor.centroids()[c]));
            assertThat(moved.partition().directions()[c], sameInstance(anchor.directions()[c]));
        }
    }

    public void testTooFewDocumentsMoveNothing() {
        Partition anchor = right();
        double[] masses = {30, 30};
        assertThat(
                OnlineStep.of(anchor, masses, anchor, stream(19, 0, at(40)), 0, 20)
                        .largestMove(),
                equalTo(0.0));
        assertThat(
                OnlineStep.of(anchor, masses, anchor, stream(20, 0, at(40)), 0, 20)
                        .largestMove(),
                greaterThan(0.0));
        StreamTally faded = stream(39, 0, at(40));
        assertThat(
                "19.5 after a half-life",
                OnlineStep.of(anchor, masses, anchor, faded, HALF_LIFE, 20).largestMove(),
                equalTo(0.0));
    }

    /** A stream that has gone over to the neighbour's place takes the centroid half the way, in eight steps. */
    public void testACentroidNeverGoesMoreThanHalfTheWayToItsNeighbour() {
        Partition anchor = right();
        Partition present = anchor;
        StreamTally tally = stream(1_000_000, 0, at(89));
        for (int step = 1; step <= 20; step++) {
            OnlineStep.Moved moved = OnlineStep.of(anchor, new double[] {1, 1}, present, tally, 0, 20);
            assertThat(degrees(moved.partition().centroids()[0]), closeTo(Math.min(45, 5.625 * step), 1e-3));
            present = moved.partition();
        }
    }

    /** Whatever comes, in whatever order: each centroid stays nearest to its own anchor, and no step is too long. */
    public void testTheBoundsHoldForAnyStream() {
        Random random = new Random(randomLong());
        for (int round = 0; round < 50; round++) {
            int count = 1 + random.nextInt(6);
            int dims = 2 + random.nextInt(8);
            float[][] centroids = new float[count][];
            for (int c = 0; c < count; c++) {
                centroids[c] = direction(random, dims);
            }
            Partition anchor = partition(centroids);
            Partition present = anchor;
            StreamTally tally = new StreamTally(count, dims, HALF_LIFE, 0);
            double[] masses = new double[count];
            for (long now = 0; now < 20 * HALF_LIFE; now += HALF_LIFE / 2) {
                for (int i = 0; i < 50; i++) {
                    tally.add(random.nextInt(count), direction(random, dims), 1, now);
                }
                for (int c = 0; c < count; c++) {
                    masses[c] = random.nextInt(100);
                }
                OnlineStep.Moved moved = OnlineStep.of(anchor, masses, present, tally, now, 1);
                for (int c = 0; c < count; c++) {
                    float[] after = moved.partition().centroids()[c];
                    double bound = OnlineStep.bound(anchor.centroids(), c);
                    assertThat(length(after), closeTo(1, 1e-5));
                    assertThat(angle(after, anchor.centroids()[c]), lessThanOrEqualTo(bound + 1e-5));
                    assertThat(
                            angle(after, present.centroids()[c]),
                            lessThanOrEqualTo(OnlineStep.STEP_SHARE * bound + 1e-5));
                    assertThat(
                            "the score of a centroid in its own cluster stays",
                            score(moved.partition(), c),
                            closeTo(score(anchor, c), 1e-4));
                }
                present = moved.partition();
            }
        }
    }

    public void testShapesMustAgree() {
        Partition anchor = right();
        IllegalArgumentException e = expectThrows(
                IllegalArgumentException.class,
                () -> OnlineStep.of(anchor, new double[] {1, 1}, anchor, new StreamTally(3, 2, HALF_LIFE, 0), 0, 20));
        assertTrue(e.getMessage(), e.getMessage().contains("[3] of [2]"));
    }

    private static float[] direction(Random random, int dims) {
        float[] vector = new float[dims];
        for (int i = 0; i < dims; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        Points.normalize(vector);
        return vector;
    }

    private static double angle(float[] a, float[] b) {
        return OnlineStep.angle(OnlineStep.unit(a), OnlineStep.unit(b));
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += component * component;
        }
        return Math.sqrt(squares);
    }

    private static double score(Partition partition, int cluster) {
        double score = partition.biases()[cluster];
        for (int i = 0; i < partition.dims(); i++) {
            score += partition.directions()[cluster][i] * partition.centroids()[cluster][i];
        }
        return score;
    }
}
