/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.projection.Projections;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.test.OpenSearchTestCase;

/** The archive of a generation: reading restores it exactly or fails. */
public class GenerationTests extends OpenSearchTestCase {

    private Generation generation() {
        return ModelFixtures.generation("m", 3, createTempDir(), 2000);
    }

    private static byte[] bytes(Generation generation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        generation.writeTo(out);
        return out.toByteArray();
    }

    private static Generation read(byte[] bytes) throws IOException {
        return Generation.readFrom(new ByteArrayInputStream(bytes));
    }

    public void testRoundTrip() throws IOException {
        Generation generation = generation();
        Generation back = read(bytes(generation));
        assertThat(back.info(), equalTo(generation.info()));
        assertThat(back.text(), equalTo(generation.text()));
        assertThat(back.fields(), equalTo(generation.fields()));
        assertThat(back.vocabulary().size(), equalTo(generation.vocabulary().size()));
        assertThat(back.clusters().infos(), equalTo(generation.clusters().infos()));
        assertThat(back.ramBytes(), equalTo(generation.ramBytes()));
        assertArrayEquals(bytes(generation), bytes(back));
    }

    /** The file served the training only; builds of before can read the archive. */
    public void testArchiveDoesNotNameTheFileOfWordVectors() throws IOException {
        Generation without = generation();
        TextOptions text = without.text();
        Generation with = new Generation(
                without.info(),
                new TextOptions(
                        text.analyzer(),
                        text.vocabularySize(),
                        text.minDocFreq(),
                        text.maxDocRatio(),
                        text.phrases(),
                        text.exclude(),
                        "glove.txt"),
                without.fields(),
                null,
                without.vocabulary(),
                without.weights(),
                without.clusters(),
                without.provenance());
        assertArrayEquals(bytes(without), bytes(with));
        assertThat(with.encoder(), equalTo(without.encoder()));
    }

    private static Generation reading(Generation generation, String vectorField, int dims) {
        return new Generation(
                generation.info(),
                generation.text(),
                generation.fields(),
                vectorField,
                generation.vocabulary(),
                dims == 0 ? generation.weights() : generation.weights().withVectors(dims, 5),
                generation.clusters());
    }

    public void testVectorFieldAndItsLengthAreKept() throws IOException {
        assertThat(read(bytes(generation())).vectorField(), nullValue());
        assertThat(read(bytes(generation())).vectorDims(), equalTo(0));
        Generation generation = reading(generation(), "meta.embedding", 6);
        Generation back = read(bytes(generation));
        assertThat(back.vectorField(), equalTo("meta.embedding"));
        assertThat(back.vectorDims(), equalTo(6));
        assertThat(back.ramBytes(), equalTo(generation.ramBytes()));
        assertThat(back.ramBytes(), greaterThan(generation().ramBytes()));
        assertArrayEquals(bytes(generation), bytes(back));
        assertThat(back.as("other", 2).vectorField(), equalTo("meta.embedding"));
        for (Generation bad : new Generation[] {generation(), generation}) {
            String field = bad.vectorField() == null ? "embedding" : null;
            expectThrows(
                    IllegalArgumentException.class,
                    () -> new Generation(
                            bad.info(),
                            bad.text(),
                            bad.fields(),
                            field,
                            bad.vocabulary(),
                            bad.weights(),
                            bad.clusters()));
        }
    }

    public void testMapIsKept() throws IOException {
        assertThat(read(bytes(generation())).projection(), nullValue());
        int dims = generation().weights().latentDims();
        Generation mapped = generation().with(Projections.firstTwo(dims));
        float[] latent = new float[dims];
        latent[1] = 1;
        for (Generation each : List.of(read(bytes(mapped)), mapped.as("other", 9))) {
            assertThat(each.projection().place(latent)[1], equalTo(1f));
        }
        assertThat(mapped.ramBytes(), greaterThan(generation().ramBytes()));
    }

    public void testRenamed() throws IOException {
        Generation renamed = read(bytes(generation().as("other", 9)));
        assertThat(renamed.model(), equalTo("other"));
        assertThat(renamed.number(), equalTo(9));
        assertThat(renamed.documents(), equalTo(generation().documents()));
    }

    private static Generation sharing(Generation generation, int encoder) {
        GenerationInfo info = generation.info();
        GenerationInfo shared = new GenerationInfo(
                info.model(), info.number(), encoder, info.createdMillis(), 77, 2.5, "cpu", info.metrics());
        return new Generation(
                shared,
                generation.text(),
                generation.fields(),
                generation.vocabulary(),
                generation.weights(),
                generation.clusters());
    }

    public void testSharedEncoderIsKeptUnderItsOwnNameOnly() throws IOException {
        Generation generation = sharing(generation().as("m", 7), 4);
        Generation back = read(bytes(generation));
        assertThat(back.number(), equalTo(7));
        assertThat(back.encoderGeneration(), equalTo(4));
        assertThat(back.info(), equalTo(generation.info()));
        assertThat(back.as("m", 9).encoderGeneration(), equalTo(9));
        for (int bad : new int[] {0, -1, 8}) {
            IllegalArgumentException e = expectThrows(
                    IllegalArgumentException.class, () -> sharing(generation().as("m", 7), bad));
            assertThat(e.getMessage(), equalTo("[encoder_generation] must be in [1, 7]: " + bad));
        }
    }

    public void testArchiveThatDoesNotNameTheEncoderHasItsOwn() throws IOException {
        byte[] good = bytes(sharing(generation().as("m", 7), 4));
        ByteBuffer in = ByteBuffer.wrap(good);
        int magic = in.getInt();
        int version = in.getInt();
        byte[] header = new byte[in.getInt()];
        in.get(header);
        in.position(in.position() + 32);
        String said = "\"encoder_generation\":4,";
        String json = new String(header, StandardCharsets.UTF_8);
        assertThat(json, containsString(said));
        byte[] older = json.replace(said, "").getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(good.length - said.length());
        out.putInt(magic).putInt(version).putInt(older.length).put(older);
        out.put(MessageDigests.sha256().digest(older)).put(in);
        assertFalse(out.hasRemaining());
        Generation back = read(out.array());
        assertThat(back.number(), equalTo(7));
        assertThat(back.encoderGeneration(), equalTo(7));
    }

    /** The file was written by the version before clusters had parents and floors. */
    public void testArchiveWithClustersOfTheFirstFormat() throws IOException {
        try (InputStream file = GenerationTests.class.getResourceAsStream("generation-v1.bin")) {
            Generation generation = Generation.readFrom(file);
            assertThat(generation.model(), equalTo("news"));
            assertThat(generation.number(), equalTo(3));
            assertThat(generation.clusters().keys(), equalTo(List.of("c1", "c2")));
            assertThat(generation.clusters().tree().parents(), equalTo(List.of()));
            assertFalse(generation.clusters().floors().known());
            Generation back = read(bytes(generation));
            assertThat(back.clusters().infos(), equalTo(generation.clusters().infos()));
            assertFalse(back.clusters().floors().known());
        }
    }

    public void testSizeIsOfTheArchivesOrder() throws IOException {
        Generation generation = ModelFixtures.generation("m", 1, createTempDir(), 1 << 20);
        int archive = bytes(generation).length;
        assertThat(generation.ramBytes(), greaterThan(archive / 2L));
        assertThat(generation.ramBytes(), lessThan(2L * archive));
    }

    /** The breaker knows of the bounds before the first column makes them. */
    public void testBoundsAreCounted() {
        long few = LatentFixtures.generation("m", 1, 64, 63, random()).ramBytes();
        long many = LatentFixtures.generation("m", 1, 64, 64, random()).ramBytes();
        assertThat(many - few, greaterThan(64 * 64 * 4L));
    }

    public void testEveryDamagedByteIsFound() throws IOException {
        byte[] good = bytes(generation());
        for (int i = 0; i < good.length; i += i < 200 ? 1 : 13) {
            byte[] damaged = good.clone();
            damaged[i] ^= (byte) (1 << randomInt(7));
            IOException e = expectThrows(IOException.class, () -> read(damaged));
            assertThat(
                    "byte " + i,
                    e.getMessage(),
                    anyOf(
                            containsString("damaged"),
                            containsString("not an archive"),
                            containsString("has format"),
                            containsString("ends too early")));
        }
    }

    public void testEveryCutIsFound() throws IOException {
        byte[] good = bytes(generation());
        for (int length = 0; length < good.length; length += 97) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThat(expectThrows(IOException.class, () -> read(cut)).getMessage(), containsString("ends too early"));
        }
    }

    public void testOtherVersion() throws IOException {
        byte[] newer = bytes(generation());
        newer[7] = 2;
        assertThat(
                expectThrows(IOException.class, () -> read(newer)).getMessage(),
                equalTo("the archive has format [2], this plugin reads [1]"));
    }
}
