/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.objective.LatentClusters;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The byte format of a checkpoint: magic {@code LFCK}, version, length of the header, header, CRC-32 of the header,
 * body, CRC-32 of the body. The header has all counts, names and lengths, and the body has the arrays and the weights
 * of ended restarts; both are in the order in which {@link #write} writes them. Integers are big-endian, and the
 * numbers within arrays little-endian. The reader verifies the header before it reads the body, and the body before
 * anybody sees it.
 *
 * <p>A change of the trainer's arithmetic needs a new version too, because a training that goes on with other
 * arithmetic does not end as it would have.
 */
final class CheckpointArchive {
    static final int MAGIC = 0x4c46434b; // "LFCK"
    static final int VERSION = 1;

    private static final int MAX_HEADER = 1 << 20;

    /** The largest number of arrays of one group of parameters, of parts of a loss, of restarts and the like. */
    private static final int MOST = 100;

    private static final int ABSENT = -1;

    private CheckpointArchive() {}

    static void write(Checkpoint checkpoint, OutputStream target) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writeHeader(checkpoint, new DataOutputStream(bytes));
        byte[] header = bytes.toByteArray();
        CRC32 ofHeader = new CRC32();
        ofHeader.update(header);
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(header.length);
        out.write(header);
        out.writeInt((int) ofHeader.getValue());
        CRC32 ofBody = new CRC32();
        DataOutputStream body = new DataOutputStream(new CheckedOutputStream(target, ofBody));
        writeBody(checkpoint, body);
        body.flush();
        out.writeInt((int) ofBody.getValue());
        out.flush();
    }

    private static void writeHeader(Checkpoint checkpoint, DataOutputStream out) throws IOException {
        Map<String, String> parts = checkpoint.fingerprint().parts();
        out.writeInt(parts.size());
        for (Map.Entry<String, String> part : parts.entrySet()) {
            out.writeUTF(part.getKey());
            out.writeUTF(part.getValue());
        }
        out.writeInt(checkpoint.threads());
        writeProgress(checkpoint.progress(), out);
        writeRunHeader(checkpoint.run(), out);
        out.writeInt(checkpoint.ended().size());
        for (Checkpoint.Ended each : checkpoint.ended()) {
            out.writeDouble(each.heldOutLoss());
            out.writeInt(each.clusters() == null ? ABSENT : each.clusters().labels().length);
            out.writeDouble(each.clusters() == null ? 0 : each.clusters().silhouette());
        }
    }

    private static void writeProgress(Progress.State progress, DataOutputStream out) throws IOException {
        out.writeInt(progress.restart());
        out.writeInt(progress.epochs());
        out.writeLong(progress.steps());
        out.writeLong(progress.totalSteps());
        out.writeInt(progress.stepsInEpoch());
        out.writeDouble(progress.lossSum());
        out.writeInt(progress.sums().size());
        for (Map.Entry<String, Double> sum : progress.sums().entrySet()) {
            out.writeUTF(sum.getKey());
            out.writeDouble(sum.getValue());
        }
        out.writeLong(progress.elapsedNanos());
    }

    private static void writeRunHeader(RunState run, DataOutputStream out) throws IOException {
        out.writeUTF(run.stage());
        out.writeInt(run.step());
        out.writeDouble(run.stopping().best());
        out.writeInt(run.stopping().epochsSince());
        out.writeBoolean(run.stopping().snapshot() != null);
        out.writeBoolean(run.bestIsCurrent());
        Network.Snapshot values = run.network().values();
        out.writeInt(values.first().length);
        writeLengths(values.encoder(), out);
        writeLengths(values.decoder(), out);
        writeLengths(run.objective().values(), out);
        out.writeInt(run.neighbors() == null ? ABSENT : run.neighbors().length);
    }

    private static void writeLengths(List<float[]> arrays, DataOutputStream out) throws IOException {
        out.writeInt(arrays.size());
        for (float[] each : arrays) {
            out.writeInt(each.length);
        }
    }

    private static void writeBody(Checkpoint checkpoint, DataOutputStream out) throws IOException {
        ArrayBytes arrays = new ArrayBytes();
        RunState run = checkpoint.run();
        write(run.network().values(), arrays, out);
        write(run.network().means(), arrays, out);
        write(run.network().variances(), arrays, out);
        if (run.stopping().snapshot() != null && !run.bestIsCurrent()) {
            write(run.stopping().snapshot(), arrays, out);
        }
        arrays.write(run.objective().values(), out);
        arrays.write(run.objective().means(), out);
        arrays.write(run.objective().variances(), out);
        if (run.neighbors() != null) {
            arrays.write(run.neighbors(), out);
        }
        for (Checkpoint.Ended each : checkpoint.ended()) {
            if (each.clusters() != null) {
                arrays.write(each.clusters().labels(), out);
            }
            each.weights().writeTo(out);
        }
    }

    private static void write(Network.Snapshot snapshot, ArrayBytes arrays, DataOutputStream out) throws IOException {
        arrays.write(snapshot.first(), out);
        arrays.write(snapshot.encoder(), out);
        arrays.write(snapshot.decoder(), out);
    }

    static Checkpoint read(InputStream source) throws IOException {
        try {
            return parse(source);
        } catch (EOFException e) {
            throw new IOException("the checkpoint ends too early", e);
        }
    }

    private static Checkpoint parse(InputStream source) throws IOException {
        DataInputStream in = new DataInputStream(source);
        int magic = in.readInt();
        if (magic != MAGIC) {
            throw new IOException("not a checkpoint of a training: it begins with [" + Integer.toHexString(magic)
                    + "] instead of [" + Integer.toHexString(MAGIC) + "]");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("the checkpoint has format [" + version + "], this plugin reads [" + VERSION + "]");
        }
        int length = count(in, MAX_HEADER, "bytes of the header");
        byte[] header = in.readNBytes(length);
        CRC32 ofHeader = new CRC32();
        ofHeader.update(header);
        verify("header", in.readInt(), ofHeader);
        Header read = readHeader(new DataInputStream(new ByteArrayInputStream(header)));
        CRC32 ofBody = new CRC32();
        Checkpoint checkpoint = readBody(read, new DataInputStream(new CheckedInputStream(source, ofBody)));
        verify("body", in.readInt(), ofBody);
        return checkpoint;
    }

    private static void verify(String part, int expected, CRC32 found) throws IOException {
        if (expected != (int) found.getValue()) {
            throw new IOException("the checkpoint is damaged: the checksum of its " + part + " differs");
        }
    }

    /** The lengths of the arrays of a network's snapshot. */
    private record Lengths(int first, int[] encoder, int[] decoder) {}

    private record EndedHeader(double heldOutLoss, int labels, double silhouette) {}

    private record Header(
            Fingerprint fingerprint,
            int threads,
            Progress.State progress,
            String stage,
            int step,
            double best,
            int epochsSince,
            boolean hasBest,
            boolean bestIsCurrent,
            Lengths network,
            int[] objective,
            int neighbors,
            List<EndedHeader> ended) {}

    private static Header readHeader(DataInputStream in) throws IOException {
        Map<String, String> parts = new LinkedHashMap<>();
        for (int i = count(in, MOST, "parts of the fingerprint"); i > 0; i--) {
            parts.put(in.readUTF(), in.readUTF());
        }
        int threads = in.readInt();
        Progress.State progress = readProgress(in);
        String stage = in.readUTF();
        int step = in.readInt();
        double best = in.readDouble();
        int epochsSince = count(in, Integer.MAX_VALUE, "epochs");
        boolean hasBest = in.readBoolean();
        boolean bestIsCurrent = in.readBoolean();
        Lengths network = new Lengths(count(in, Integer.MAX_VALUE, "weights"), readLengths(in), readLengths(in));
        int[] objective = readLengths(in);
        int neighbors = in.readInt();
        List<EndedHeader> ended = new ArrayList<>();
        for (int i = count(in, MOST, "restarts"); i > 0; i--) {
            ended.add(new EndedHeader(in.readDouble(), in.readInt(), in.readDouble()));
        }
        return new Header(
                new Fingerprint(parts),
                threads,
                progress,
                stage,
                step,
                best,
                epochsSince,
                hasBest,
                bestIsCurrent,
                network,
                objective,
                neighbors,
                ended);
    }

    private static Progress.State readProgress(DataInputStream in) throws IOException {
        int restart = in.readInt();
        int epochs = in.readInt();
        long steps = in.readLong();
        long totalSteps = in.readLong();
        int stepsInEpoch = in.readInt();
        double lossSum = in.readDouble();
        Map<String, Double> sums = new LinkedHashMap<>();
        for (int i = count(in, MOST, "parts of the loss"); i > 0; i--) {
            sums.put(in.readUTF(), in.readDouble());
        }
        return new Progress.State(restart, epochs, steps, totalSteps, stepsInEpoch, lossSum, sums, in.readLong());
    }

    private static int[] readLengths(DataInputStream in) throws IOException {
        int[] lengths = new int[count(in, MOST, "arrays")];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = count(in, Integer.MAX_VALUE, "numbers");
        }
        return lengths;
    }

    private static int count(DataInputStream in, int most, String what) throws IOException {
        return count(in.readInt(), most, what);
    }

    private static int count(int count, int most, String what) throws IOException {
        if (count < 0 || count > most) {
            throw new IOException("the checkpoint is damaged: [" + count + "] " + what);
        }
        return count;
    }

    private static Checkpoint readBody(Header header, DataInputStream in) throws IOException {
        ArrayBytes arrays = new ArrayBytes();
        Network.State network = new Network.State(
                readSnapshot(header.network, arrays, in),
                readSnapshot(header.network, arrays, in),
                readSnapshot(header.network, arrays, in));
        Network.Snapshot best = null;
        if (header.hasBest) {
            // the archive has the current network only once
            best = header.bestIsCurrent ? network.values() : readSnapshot(header.network, arrays, in);
        }
        Parameters.State objective = new Parameters.State(
                arrays.readFloats(header.objective, in),
                arrays.readFloats(header.objective, in),
                arrays.readFloats(header.objective, in));
        int[][] neighbors = header.neighbors == ABSENT
                ? null
                : arrays.readLists(count(header.neighbors, Integer.MAX_VALUE, "rows of neighbours"), in);
        List<Checkpoint.Ended> ended = new ArrayList<>();
        for (EndedHeader each : header.ended) {
            LatentClusters.Summary clusters = each.labels == ABSENT
                    ? null
                    : new LatentClusters.Summary(
                            arrays.readInts(count(each.labels, Integer.MAX_VALUE, "labels"), in), each.silhouette);
            ended.add(new Checkpoint.Ended(VaeWeights.readFrom(in), each.heldOutLoss, clusters));
        }
        RunState run = new RunState(
                header.stage,
                header.step,
                network,
                objective,
                new EarlyStopping.State(header.best, header.epochsSince, best),
                neighbors);
        return new Checkpoint(header.fingerprint, header.threads, ended, header.progress, run);
    }

    private static Network.Snapshot readSnapshot(Lengths lengths, ArrayBytes arrays, DataInputStream in)
            throws IOException {
        return new Network.Snapshot(
                arrays.readFloats(lengths.first, in),
                arrays.readFloats(lengths.encoder, in),
                arrays.readFloats(lengths.decoder, in));
    }
}
