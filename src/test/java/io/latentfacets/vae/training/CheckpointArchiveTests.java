/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import com.sun.management.ThreadMXBean;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.objective.LatentClusters;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.Test;

/** The byte format of checkpoints, and archives that are damaged or made to do damage. */
public final class CheckpointArchiveTests {
    private static final int HEADER_AT = 12;

    private static float[] floats(int length, float first) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = first + i;
        }
        return values;
    }

    private static Network.Snapshot snapshot(float first) {
        return new Network.Snapshot(
                floats(5, first),
                List.of(floats(2, first + 10), floats(3, first + 20)),
                List.of(floats(4, first + 30)));
    }

    /** A small checkpoint in the middle of the second restart, with everything that a checkpoint may have. */
    private static Checkpoint checkpoint(boolean bestIsCurrent) {
        Network.State network = new Network.State(snapshot(1), snapshot(100), snapshot(200));
        Network.Snapshot best = bestIsCurrent ? network.values() : snapshot(300);
        RunState run = new RunState(
                "refinement",
                7,
                network,
                new Parameters.State(List.of(floats(3, 1)), List.of(floats(3, 5)), List.of(floats(3, 9))),
                new EarlyStopping.State(3.25, bestIsCurrent ? 0 : 2, best),
                new int[][] {{1, 2}, null, {}, {0}});
        VaeWeights weights = VaeWeights.initial(new float[] {1, 1.5f}, new float[] {-0.5f, -1}, List.of(1), 2, 3);
        List<Checkpoint.Ended> ended = List.of(
                new Checkpoint.Ended(weights, Double.NaN, new LatentClusters.Summary(new int[] {0, -1, 1}, 0.5)));
        Progress.State progress =
                new Progress.State(2, 11, 120, 480, 3, 4.5, Map.of("contrast", 1.25, "kl", 0.1), 987_654_321L);
        return new Checkpoint(new Fingerprint(Map.of("options", "all", "documents", "4")), 3, ended, progress, run);
    }

    private static Checkpoint read(byte[] archive) throws IOException {
        return Checkpoint.readFrom(new ByteArrayInputStream(archive));
    }

    @Test
    public void archivesHaveEverythingAndAreWrittenAlike() throws IOException {
        byte[] archive = CheckpointTests.bytes(checkpoint(false));
        Checkpoint read = read(archive);
        assertThat(read.threads(), equalTo(3));
        assertThat(read.restart(), equalTo(2));
        assertThat(read.stage(), equalTo("refinement"));
        assertThat(read.percent(), closeTo(25, 1e-9));
        assertThat(read.fingerprint(), equalTo(checkpoint(false).fingerprint()));
        assertThat(read.progress(), equalTo(checkpoint(false).progress()));
        RunState run = read.run();
        assertThat(run.step(), equalTo(7));
        assertArrayEquals(floats(3, 220), run.network().variances().encoder().get(1), 0);
        assertArrayEquals(floats(4, 130), run.network().means().decoder().get(0), 0);
        assertArrayEquals(floats(5, 300), run.stopping().snapshot().first(), 0);
        assertThat(run.stopping().best(), equalTo(3.25));
        assertThat(run.stopping().epochsSince(), equalTo(2));
        assertArrayEquals(floats(3, 9), run.objective().variances().get(0), 0);
        assertArrayEquals(new int[][] {{1, 2}, null, {}, {0}}, run.neighbors());
        assertThat(read.ended().get(0).heldOutLoss(), equalTo(Double.NaN));
        assertArrayEquals(new int[] {0, -1, 1}, read.ended().get(0).clusters().labels());
        assertArrayEquals(archive, CheckpointTests.bytes(read));
    }

    @Test
    public void bestNetworkIsStoredOnceIfItIsTheCurrentOne() throws IOException {
        byte[] archive = CheckpointTests.bytes(checkpoint(true));
        // 14 weights less
        assertThat(archive.length, equalTo(CheckpointTests.bytes(checkpoint(false)).length - 4 * 14));
        Checkpoint read = read(archive);
        assertThat(
                read.run().stopping().snapshot(),
                sameInstance(read.run().network().values()));
        assertThat(checkpoint(true).ramBytes(), equalTo(checkpoint(false).ramBytes() - 4 * 14));
    }

    @Test
    public void partsThatAreMissingStayMissing() throws IOException {
        RunState whole = checkpoint(true).run();
        RunState run =
                new RunState("views", 0, whole.network(), Parameters.State.EMPTY, EarlyStopping.State.NONE, null);
        Checkpoint least = new Checkpoint(
                new Fingerprint(Map.of()), 1, List.of(), new Progress.State(1, 0, 0, 9, 0, 0, Map.of(), 0), run);
        Checkpoint read = read(CheckpointTests.bytes(least));
        assertThat(read.run().stopping(), equalTo(EarlyStopping.State.NONE));
        assertThat(read.run().neighbors(), nullValue());
        assertThat(read.run().objective().values().isEmpty(), equalTo(true));
    }

    /** Arrays longer than the buffer, of lengths around its multiples. */
    @Test
    public void longArraysAreWrittenInPieces() throws IOException {
        for (int length : new int[] {16_383, 16_384, 16_385, 32_768, 100_000}) {
            Network.Snapshot snapshot =
                    new Network.Snapshot(floats(length, 1), List.of(), List.of(floats(length - 1, 2)));
            int[][] neighbors = new int[length / 3][];
            Arrays.setAll(neighbors, i -> i % 5 == 0 ? null : new int[] {i, i + 1, -i, 7});
            RunState run = new RunState(
                    "neighbors",
                    1,
                    new Network.State(snapshot, snapshot, snapshot),
                    Parameters.State.EMPTY,
                    EarlyStopping.State.NONE,
                    neighbors);
            Checkpoint written = new Checkpoint(
                    new Fingerprint(Map.of()), 1, List.of(), checkpoint(true).progress(), run);
            ByteArrayInputStream in = new ByteArrayInputStream(
                    Arrays.copyOf(CheckpointTests.bytes(written), CheckpointTests.bytes(written).length + 3));
            RunState read = Checkpoint.readFrom(in).run();
            assertThat("what follows is left alone", in.available(), equalTo(3));
            assertArrayEquals(snapshot.first(), read.network().variances().first(), 0);
            assertArrayEquals(
                    snapshot.decoder().get(0), read.network().means().decoder().get(0), 0);
            assertArrayEquals(neighbors, read.neighbors());
        }
    }

    @Test
    public void everyDamagedByteIsNoticed() throws IOException {
        byte[] archive = CheckpointTests.bytes(checkpoint(false));
        for (int i = 0; i < archive.length; i++) {
            for (int bit : new int[] {0x01, 0x10, 0x80}) {
                byte[] damaged = archive.clone();
                damaged[i] ^= (byte) bit;
                assertThrows("byte " + i, IOException.class, () -> read(damaged));
            }
        }
    }

    @Test
    public void everyMissingEndIsNoticed() throws IOException {
        byte[] archive = CheckpointTests.bytes(checkpoint(false));
        for (int length = 0; length < archive.length; length++) {
            byte[] part = Arrays.copyOf(archive, length);
            assertThrows(length + " bytes", IOException.class, () -> read(part));
        }
    }

    @Test
    public void messagesSayWhatIsWrong() throws IOException {
        byte[] archive = CheckpointTests.bytes(checkpoint(false));
        assertMessage("not a checkpoint of a training", with(archive, 0, 'X'));
        assertMessage("the checkpoint has format [9], this plugin reads [1]", with(archive, 7, 9));
        assertMessage("the checksum of its header differs", with(archive, HEADER_AT + 9, 'X'));
        int body = HEADER_AT + ByteBuffer.wrap(archive).getInt(HEADER_AT - 4) + 4;
        assertMessage("the checksum of its body differs", with(archive, body, 'X'));
        assertMessage("bytes of the header", with(archive, 8, 0x7f));
        assertMessage("ends too early", Arrays.copyOf(archive, archive.length - 1));
    }

    private static byte[] with(byte[] archive, int at, int value) {
        byte[] changed = archive.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static void assertMessage(String part, byte[] archive) {
        assertThat(assertThrows(IOException.class, () -> read(archive)).getMessage(), containsString(part));
    }

    /** Every number of the header becomes huge or negative, with a checksum that fits. */
    @Test
    public void hostileLengthsAllocateLittle() throws IOException {
        byte[] archive = CheckpointTests.bytes(checkpoint(false));
        int header = ByteBuffer.wrap(archive).getInt(HEADER_AT - 4);
        int refused = 0;
        for (int at = HEADER_AT; at + 4 <= HEADER_AT + header; at++) {
            for (int value : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 29, -2}) {
                byte[] hostile = archive.clone();
                ByteBuffer.wrap(hostile).putInt(at, value);
                seal(hostile, header);
                refused += refusedCheaply(hostile) ? 1 : 0;
            }
        }
        assertThat(refused, greaterThan(4 * 20));
    }

    /** The same for every number of the body: lists of neighbours, labels, and the weights of ended restarts. */
    @Test
    public void hostileBodiesAllocateLittle() throws IOException {
        byte[] archive = CheckpointTests.bytes(checkpoint(false));
        int header = ByteBuffer.wrap(archive).getInt(HEADER_AT - 4);
        int body = HEADER_AT + header + 4;
        int refused = 0;
        for (int at = body; at + 8 <= archive.length; at++) {
            byte[] hostile = archive.clone();
            ByteBuffer.wrap(hostile).putInt(at, at % 2 == 0 ? 0x7fffff7f : -2);
            CRC32 crc = new CRC32();
            crc.update(hostile, body, hostile.length - 4 - body);
            ByteBuffer.wrap(hostile).putInt(hostile.length - 4, (int) crc.getValue());
            refused += refusedCheaply(hostile) ? 1 : 0;
        }
        assertThat(refused, greaterThan(20));
    }

    @Test
    public void noiseIsRefused() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            if (noise.length >= HEADER_AT) {
                ByteBuffer.wrap(noise).putInt(CheckpointArchive.MAGIC).putInt(CheckpointArchive.VERSION);
            }
            assertThrows(IOException.class, () -> read(noise));
        }
    }

    private static void seal(byte[] archive, int header) {
        CRC32 crc = new CRC32();
        crc.update(archive, HEADER_AT, header);
        ByteBuffer.wrap(archive).putInt(HEADER_AT + header, (int) crc.getValue());
    }

    /** Reads an archive, which either succeeds or fails as it should, and in both cases needs little memory. */
    private static boolean refusedCheaply(byte[] archive) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(me);
        boolean refused = false;
        try {
            read(archive);
        } catch (IOException e) {
            refused = true;
        }
        assertThat(threads.getThreadAllocatedBytes(me) - before, lessThan(4L << 20));
        return refused;
    }

    @Test
    public void writingNeedsNoSecondCopy() throws IOException {
        Network.Snapshot snapshot = new Network.Snapshot(floats(1 << 20, 1), List.of(), List.of());
        RunState run = new RunState(
                "views",
                1,
                new Network.State(snapshot, snapshot, snapshot),
                Parameters.State.EMPTY,
                EarlyStopping.State.NONE,
                null);
        Checkpoint large = new Checkpoint(
                new Fingerprint(Map.of()), 1, List.of(), checkpoint(true).progress(), run);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(me);
        large.writeTo(OutputStream.nullOutputStream());
        assertThat(large.ramBytes(), equalTo(12L << 20));
        assertThat(threads.getThreadAllocatedBytes(me) - before, lessThan(1L << 20));
    }
}
