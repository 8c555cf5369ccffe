/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import static org.hamcrest.Matchers.containsString;

import com.sun.management.ThreadMXBean;
import io.latentfacets.drift.DriftReference;
import io.latentfacets.drift.DriftSketch;
import io.latentfacets.drift.Observation;
import io.latentfacets.text.ReadDocument.Word;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.projection.Projections;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.test.OpenSearchTestCase;

/**
 * Archives whose sender made all lengths, checksums and hashes fit what he changed, as anybody who may import can. The
 * reader refuses them or makes a usable generation of them, and never takes much more memory than they have bytes.
 */
public class HostileArchiveTests extends OpenSearchTestCase {
    private static final int CASES = Integer.getInteger("latent.hostile.archives", 5000);

    /** Bytes that an archive may cost whatever its size, and bytes per byte of it. */
    private static final long BASE = 4 << 20;

    private static final long PER_BYTE = 64;
    private static final int[] EXTREMES = {
        Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 1, 1 << 16, 1 << 20, 1 << 24, 1 << 28, 0x7fc00000, 0x7f800000
    };

    private static final DriftSketch OF_LATE = sketch();

    private static byte[] bytes(Generation generation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        generation.writeTo(out);
        return out.toByteArray();
    }

    /** Makes the checksum of the weights fit, and mostly their length too. */
    private static byte[] checksummed(byte[] weights) {
        if (weights.length < ArchiveParts.WEIGHTS) {
            return weights;
        }
        if (random().nextInt(4) > 0) {
            ByteBuffer.wrap(weights).putInt(ArchiveParts.LENGTH, weights.length - ArchiveParts.WEIGHTS);
        }
        return ArchiveParts.checksummed(weights);
    }

    private static byte[] changed(byte[] section) {
        byte[] bytes = section.clone();
        int at = random().nextInt(bytes.length);
        // what decides about sizes is at the beginning of each section
        at = random().nextBoolean() ? Math.min(at, random().nextInt(64)) : at;
        switch (random().nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random().nextInt(8));
            case 1, 2 -> {
                int extreme = EXTREMES[random().nextInt(EXTREMES.length)];
                if (at + 4 <= bytes.length) {
                    ByteBuffer.wrap(bytes).putInt(at, extreme);
                }
            }
            case 3 -> bytes = Arrays.copyOf(bytes, at);
            case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random().nextInt(100));
            default -> {
                byte[] twice = Arrays.copyOf(bytes, bytes.length + at);
                System.arraycopy(bytes, 0, twice, bytes.length, at);
                bytes = twice;
            }
        }
        return bytes;
    }

    /** Other numbers or digits inside the JSON of the weights. */
    private static byte[] otherDigits(byte[] weights) {
        byte[] bytes = weights.clone();
        for (int i = 24; i < Math.min(bytes.length, 200); i++) {
            if (bytes[i] >= '0' && bytes[i] <= '9' && random().nextInt(4) == 0) {
                bytes[i] = (byte) "0123456789-e.[]{},\"".charAt(random().nextInt(19));
            }
        }
        return bytes;
    }

    private static Map<String, Object> changedHeader(Map<String, Object> header) {
        String json;
        try {
            json = XContentFactory.jsonBuilder().map(header).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        String key = randomFrom(new ArrayList<>(header.keySet()));
        Object value = randomFrom(Arrays.asList(
                null,
                -1,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                1e300,
                "",
                "x".repeat(5000),
                List.of(),
                Map.of(),
                List.of(1, 2),
                Map.of("bytes", Long.MAX_VALUE, "name", "weights", "sha256", ""),
                true,
                List.of(Map.of("name", "vocabulary", "bytes", Integer.MAX_VALUE, "sha256", ""))));
        Map<String, Object> copy = XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON)
                .v2();
        if (random().nextInt(5) == 0) {
            copy.remove(key);
        } else {
            copy.put(key, value);
        }
        return copy;
    }

    /** Reads a generation and uses it; true if it was refused. */
    private static boolean refused(byte[] archive) {
        Generation generation;
        try {
            generation = Generation.readFrom(new ByteArrayInputStream(archive));
        } catch (IOException e) {
            assertNotNull(e.getMessage());
            return true;
        }
        int dims = generation.weights().latentDims();
        float[] unit = new float[dims];
        unit[0] = 1;
        for (float probability : new Decoder(generation.weights()).logProbabilities(unit)) {
            assertFalse(Float.isNaN(probability));
        }
        int cluster = generation.clusters().partition().assign(unit);
        assertTrue(generation.clusters().infos().get(cluster).share() >= 0);
        assertTrue(generation.ramBytes() > 0);
        if (generation.drift() != null) {
            assertNotNull(generation.drift().report(OF_LATE).status());
        }
        if (generation.projection() != null) {
            for (float coordinate : generation.projection().place(unit)) {
                assertTrue(coordinate >= -1 && coordinate <= 1);
            }
        }
        return false;
    }

    /** Documents as ingest has seen them since, with new words and far from their centroids. */
    private static DriftSketch sketch() {
        DriftSketch sketch = new DriftSketch(2);
        for (int i = 0; i < 400; i++) {
            sketch.add(new Observation(i % 10 / 10.0, i % 2, i % 7 / 7f, i % 3 == 0, i % 3 == 0), i);
        }
        return sketch;
    }

    private static Generation generation() {
        Generation generation = ModelFixtures.generation("m", 3, createTempDir(), 2000);
        float[][] latents = new float[600][];
        int[] assigned = new int[latents.length];
        float[] unseen = new float[latents.length];
        for (int i = 0; i < latents.length; i++) {
            double angle = Math.PI / 2 * (i % 20) / 20;
            latents[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
            assigned[i] = generation.clusters().partition().assign(latents[i]);
            unseen[i] = i % 11 / 20f;
        }
        return generation
                .with(DriftReference.learn(
                        generation.clusters(),
                        latents,
                        assigned,
                        unseen,
                        doc -> List.of(new Word("word" + doc % 5, "Word")),
                        null))
                .with(Projections.firstTwo(2));
    }

    public void testWellHashedHostileArchives() throws IOException {
        byte[] good = bytes(generation());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().threadId();
        assertFalse(refused(good));
        assertEquals(
                "vocabulary, weights, clusters, drift, map",
                5,
                ArchiveParts.of(good).sections().size());
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            ArchiveParts parts = ArchiveParts.of(good);
            int sections = parts.sections().size();
            int which = random().nextInt(sections + 2);
            if (which < sections) {
                byte[] section = changed(parts.sections().get(which));
                parts.sections().set(which, which == 1 ? checksummed(section) : section);
            } else if (which == sections) {
                parts.sections().set(1, checksummed(otherDigits(parts.sections().get(1))));
            }
            byte[] archive = parts.archive(parts.header());
            if (which > sections) {
                archive = parts.archive(changedHeader(parts.header()));
            }
            long before = threads.getThreadAllocatedBytes(me);
            boolean bad;
            try {
                bad = refused(archive);
            } catch (Throwable e) {
                throw new AssertionError("case " + i + " of part " + which + ", a test with this seed repeats it", e);
            }
            long allocated = threads.getThreadAllocatedBytes(me) - before;
            assertTrue(
                    "case " + i + " of part " + which + " took " + allocated + " bytes for " + archive.length,
                    allocated < BASE + PER_BYTE * archive.length);
            refused += bad ? 1 : 0;
        }
        logger.info("[{}] archives, [{}] refused, the others usable", CASES, refused);
        assertTrue("the changes are not hostile enough: " + refused, refused > CASES / 2);
    }

    /** The length of the weights' JSON was allocated as the archive claims it: 2 GB for 4 bytes. */
    public void testAClaimedLengthIsNotAllocated() throws IOException {
        ArchiveParts parts = ArchiveParts.of(bytes(generation()));
        byte[] weights = parts.sections().get(1).clone();
        ByteBuffer.wrap(weights).putInt(ArchiveParts.WEIGHTS, Integer.MAX_VALUE);
        parts.sections().set(1, ArchiveParts.checksummed(weights));
        byte[] forged = parts.archive(parts.header());
        IOException e = expectThrows(IOException.class, () -> Generation.readFrom(new ByteArrayInputStream(forged)));
        assertThat("the checksum fits", e.getMessage(), containsString("a header of 2147483647 bytes"));
        ByteBuffer.wrap(weights).putInt(ArchiveParts.LENGTH, 1 << 30);
        parts.sections().set(1, weights);
        assertTrue(refused(parts.archive(parts.header())));
    }
}
