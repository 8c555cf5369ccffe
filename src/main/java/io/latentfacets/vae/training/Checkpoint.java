/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.objective.LatentClusters;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A training between two steps: all that a trainer needs to go on, on this machine or on another one, beside the
 * documents, the vocabulary and the options. {@link VaeTrainer} takes them and goes on from them.
 *
 * <p>Immutable and thread-safe. It owns its arrays on the heap, and needs no native memory.
 */
public final class Checkpoint {
    private final Fingerprint fingerprint;
    private final int threads;
    private final List<Ended> ended;
    private final Progress.State progress;
    private final RunState run;

    /**
     * A restart that has ended.
     *
     * @param weights its weights
     * @param heldOutLoss the loss of the held-out documents; NaN if none are held out
     * @param clusters its clusters; {@code null} if the training has one run only
     */
    record Ended(VaeWeights weights, double heldOutLoss, LatentClusters.Summary clusters) {}

    /**
     * @param fingerprint what decides the result of the training
     * @param threads the number of libtorch threads within one operation
     * @param ended the restarts that have ended, in order
     * @param progress the counts of the whole training
     * @param run the state of the current restart
     */
    Checkpoint(Fingerprint fingerprint, int threads, List<Ended> ended, Progress.State progress, RunState run) {
        this.fingerprint = fingerprint;
        this.threads = threads;
        this.ended = List.copyOf(ended);
        this.progress = progress;
        this.run = run;
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    List<Ended> ended() {
        return ended;
    }

    Progress.State progress() {
        return progress;
    }

    RunState run() {
        return run;
    }

    /**
     * Returns the number of libtorch threads of the training that was left. One that goes on with another number ends
     * with slightly other weights.
     */
    public int threads() {
        return threads;
    }

    /** Returns the number of the current restart, from 1. */
    public int restart() {
        return progress.restart();
    }

    /** Returns the name of the current stage, as in {@link EpochReport#stage}. */
    public String stage() {
        return run.stage();
    }

    /** Returns the share of the work that is done, 0 to 100, as in {@link EpochReport#percent}. */
    public double percent() {
        return progress.percent();
    }

    /** Returns the estimated heap of this checkpoint, in bytes. The archive has about as many. */
    public long ramBytes() {
        Network.State network = run.network();
        long bytes = bytes(network.values()) + bytes(network.means()) + bytes(network.variances());
        Network.Snapshot best = run.stopping().snapshot();
        bytes += best == null || run.bestIsCurrent() ? 0 : bytes(best);
        Parameters.State objective = run.objective();
        bytes += bytes(objective.values()) + bytes(objective.means()) + bytes(objective.variances());
        for (int[] row : run.neighbors() == null ? new int[0][] : run.neighbors()) {
            bytes += Integer.BYTES * (row == null ? 1L : 1L + row.length);
        }
        for (Ended each : ended) {
            bytes += each.weights.ramBytes();
            bytes += each.clusters == null ? 0 : (long) Integer.BYTES * each.clusters.labels().length;
        }
        return bytes;
    }

    private static long bytes(Network.Snapshot snapshot) {
        return (long) Float.BYTES * snapshot.first().length + bytes(snapshot.encoder()) + bytes(snapshot.decoder());
    }

    private static long bytes(List<float[]> arrays) {
        return arrays.stream()
                .mapToLong(each -> (long) Float.BYTES * each.length)
                .sum();
    }

    /** Writes an archive, in small pieces; does not close {@code out}. */
    public void writeTo(OutputStream out) throws IOException {
        CheckpointArchive.write(this, out);
    }

    /**
     * Reads what {@link #writeTo} wrote, in small pieces; does not close {@code in}, and reads no byte beyond the
     * archive. Whatever the input claims, this allocates little more than the input has bytes.
     *
     * @throws IOException if reading fails, or the input is no checkpoint, has another version, or is damaged; the
     *     message says which
     */
    public static Checkpoint readFrom(InputStream in) throws IOException {
        return CheckpointArchive.read(in);
    }
}
