/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.text.ReadDocument.Word;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.test.OpenSearchTestCase;

public class DriftSketchTests extends OpenSearchTestCase {

    private static final int CLUSTERS = 3;

    private static DriftSketch sketch(int documents) {
        DriftSketch sketch = new DriftSketch(CLUSTERS);
        for (int i = 0; i < documents; i++) {
            boolean latent = randomInt(9) > 0;
            boolean below = latent && randomBoolean();
            double unknown = randomInt(9) == 0 ? Double.NaN : randomDouble();
            sketch.add(
                    new Observation(
                            unknown, latent ? randomInt(CLUSTERS - 1) : -1, randomFloat() * 2 - 1, below, below),
                    randomLongBetween(1, 1000));
            if (below) {
                sketch.keep(odd(randomLong()));
            }
        }
        return sketch;
    }

    private static OddDocument odd(long key) {
        return new OddDocument(key, "news", "" + key, new byte[] {1, 2, 3}, List.of(new Word("orbit", "Orbits")));
    }

    private static DriftSketch sum(DriftSketch... sketches) {
        DriftSketch sum = new DriftSketch(CLUSTERS);
        for (DriftSketch each : sketches) {
            sum.merge(each);
        }
        return sum;
    }

    private static byte[] bytes(DriftSketch sketch) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sketch.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DriftSketch read(byte[] bytes) throws IOException {
        return DriftSketch.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    public void testMergesInAnyOrder() {
        DriftSketch a = sketch(randomIntBetween(0, 3000));
        DriftSketch b = sketch(randomIntBetween(0, 3000));
        DriftSketch c = sketch(randomIntBetween(0, 3000));
        assertThat(sum(sum(a, b), c), equalTo(sum(a, sum(b, c))));
        assertThat(sum(b, a), equalTo(sum(a, b)));
        assertThat(sum(a), equalTo(a));
        assertThat(sum(a, b, c).documents(), equalTo(a.documents() + b.documents() + c.documents()));
    }

    public void testCountsWhatItIsGiven() {
        DriftSketch sketch = new DriftSketch(CLUSTERS);
        sketch.add(new Observation(0.25, 1, 0.5f, false, true), 20);
        sketch.add(new Observation(0.75, 1, -0.5f, true, true), 10);
        sketch.add(new Observation(Double.NaN, 2, 1.00001f, false, false), 30);
        sketch.add(new Observation(1, -1, 0, false, false), 40);
        assertThat(sketch.documents(), equalTo(4L));
        assertThat(sketch.since(), equalTo(10L));
        assertThat("a document without words has no share", sketch.words().count(), equalTo(3L));
        assertEquals(2 / 3.0, sketch.words().mean(), 1e-6);
        assertThat(
                "a document without a latent has no similarity",
                sketch.similarity().count(),
                equalTo(3L));
        assertEquals(1 / 3.0, sketch.similarity().mean(), 1e-6);
        assertThat(sketch.below(), equalTo(1L));
        assertThat(sketch.oddities(), equalTo(2L));
        assertArrayEquals(new long[] {0, 2, 1}, sketch.clusters());
        long[] bins = new long[DriftSketch.BINS];
        bins[10] = 1;
        bins[30] = 1;
        bins[39] = 1;
        assertArrayEquals("from -1 to 1", bins, sketch.bins());
    }

    public void testKeepsAUniformSampleOfOddDocuments() {
        DriftSketch sketch = new DriftSketch(CLUSTERS);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 3 * DriftSketch.KEPT; i++) {
            sketch.add(new Observation(0, 0, 0, true, true), 1);
            long key = randomLong();
            all.add(key);
            sketch.keep(odd(key));
        }
        List<Long> least = all.stream().sorted().limit(DriftSketch.KEPT).toList();
        assertThat(sketch.odd().stream().map(OddDocument::key).toList(), equalTo(least));
    }

    public void testBytes() throws IOException {
        DriftSketch sketch = sketch(randomIntBetween(0, 2500));
        byte[] bytes = bytes(sketch);
        DriftSketch copy = read(bytes);
        assertThat(copy, equalTo(sketch));
        assertArrayEquals(bytes, bytes(copy));
        assertThat(copy.odd(), hasSize(sketch.odd().size()));
    }

    /** Whatever bytes come, reading gives a sketch that can be used, or an IOException. */
    public void testHostileBytes() throws IOException {
        byte[] good = bytes(sketch(200));
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = good.clone();
            for (int change = randomIntBetween(1, 3); change > 0; change--) {
                bytes[randomInt(randomBoolean() ? 500 : bytes.length - 1)] = randomByte();
            }
            if (randomInt(3) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, randomInt(bytes.length));
            }
            DriftSketch read;
            try {
                read = read(bytes);
            } catch (IOException e) {
                continue;
            }
            assertThat(read.similarity().count(), lessThanOrEqualTo(read.documents()));
            read.merge(read(bytes));
            bytes(read);
        }
    }

    public void testRefusesOtherClusters() {
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> new DriftSketch(2).merge(new DriftSketch(3)));
        assertThat(e.getMessage(), equalTo("a sketch of [2] clusters cannot take one of [3]"));
    }
}
