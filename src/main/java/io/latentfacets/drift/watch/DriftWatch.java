/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.StreamTally;
import io.latentfacets.drift.CharacteristicWords;
import io.latentfacets.drift.DriftSketch;
import io.latentfacets.drift.DriftWindow;
import io.latentfacets.encode.EncoderService.Encoded;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The statistics of the documents that this node encodes at ingest, one window for each model's active generation. They
 * survive a restart: the owner calls {@link #save} now and then, and before the node stops. Thread-safe;
 * {@link #ingested} never touches a file.
 */
public final class DriftWatch {

    private static final Logger logger = LogManager.getLogger(DriftWatch.class);

    /**
     * The number of clusters up to which all documents are compared, which costs less than a hundredth of their ingest
     * ({@code DriftBenchmark}). Of more clusters a random part of the documents is, so that the cost does not grow.
     */
    static final int ALL_UP_TO = 200;

    private final Generations generations;
    private final LongSupplier clock;
    private final ToLongFunction<String> halfLife;
    private final DriftFiles files;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    /** What the files had when the node started, until a document of the generation comes. */
    private final Map<String, DriftFiles.Saved> restored;
    /** Guards the files. */
    private final Object saving = new Object();

    /** A window, and how far the file has it. */
    private static final class Watched {
        private final Stamp stamp;
        private final DriftWindow window;
        /** Null unless the clusters of the model follow the stream. */
        private volatile StreamTally tally;

        private long saved;

        private Watched(Stamp stamp, DriftWindow window, StreamTally tally) {
            this.stamp = stamp;
            this.window = window;
            this.tally = tally;
            this.saved = window.changes();
        }
    }

    /**
     * A document that was encoded at ingest.
     *
     * @param index the index that it is written to
     * @param id its id; null if it has none yet
     */
    public record Ingested(String index, String id, Encoded encoded) {}

    /**
     * Reads the statistics that the node saved before.
     *
     * @param dataPath a data path that no other node uses
     * @param clock now, epoch milliseconds
     */
    public DriftWatch(Generations generations, Path dataPath, LongSupplier clock) {
        this(generations, dataPath, clock, model -> 0);
    }

    /**
     * Reads the statistics that the node saved before.
     *
     * @param halfLife the half-life, in milliseconds, with which the clusters of a model follow the stream; 0 if they
     *     do not. Called for every batch of documents
     */
    public DriftWatch(Generations generations, Path dataPath, LongSupplier clock, ToLongFunction<String> halfLife) {
        this.generations = generations;
        this.clock = clock;
        this.halfLife = halfLife;
        this.files = new DriftFiles(dataPath.resolve("latent-facets").resolve("drift"));
        this.restored = new ConcurrentHashMap<>(files.read());
    }

    /**
     * Counts documents that a generation has encoded, or a random part of them; ignores a generation that is not the
     * active one any more.
     */
    public void ingested(Generation generation, List<Ingested> documents) {
        if (documents.isEmpty() || generations.active(generation.model()) != generation.number()) {
            return;
        }
        Watched of = watched(generation);
        int clusters = generation.clusters().partition().count();
        long now = clock.getAsLong();
        StreamTally tally = tally(of, generation, now);
        double weight = Math.max(1, (double) clusters / ALL_UP_TO);
        DriftWindow.Adder adder = null;
        for (Ingested document : documents) {
            if (clusters > ALL_UP_TO && ThreadLocalRandom.current().nextInt(clusters) >= ALL_UP_TO) {
                continue;
            }
            if (adder == null) { // most batches of a few documents have none to count where there are many clusters
                adder = of.window.adder(generation.clusters());
            }
            Encoded encoded = document.encoded();
            adder.add(
                    encoded.latent(),
                    encoded.read().unknownShare(),
                    () -> new DriftWindow.Origin(
                            document.index(),
                            document.id() == null ? "" : document.id(),
                            CharacteristicWords.of(encoded.read(), generation.vocabulary())),
                    now,
                    (unit, cluster) -> {
                        if (tally != null) {
                            tally.add(cluster, unit, weight, now);
                        }
                    });
        }
    }

    /** The tally of a window; null if the clusters of its model do not follow the stream. */
    private StreamTally tally(Watched of, Generation generation, long nowMillis) {
        long millis = halfLife.applyAsLong(generation.model());
        StreamTally present = of.tally;
        if (millis <= 0) {
            of.tally = null;
            return null;
        }
        if (present == null) {
            synchronized (of) {
                if (of.tally == null) {
                    Partition partition = generation.clusters().partition();
                    of.tally = new StreamTally(partition.count(), partition.dims(), millis, nowMillis);
                }
                present = of.tally;
            }
        }
        present.halfLife(millis, nowMillis);
        return present;
    }

    private Watched watched(Generation generation) {
        Stamp stamp = Stamp.of(generation);
        Watched present = watched.get(stamp.model());
        if (present == null || !present.stamp.equals(stamp)) {
            present = watched.compute(
                    stamp.model(),
                    (model, other) -> other != null && other.stamp.equals(stamp) ? other : begin(stamp, generation));
        }
        return present;
    }

    /** What this node saved before, or an empty window. */
    private Watched begin(Stamp stamp, Generation generation) {
        DriftFiles.Saved saved = restored.remove(stamp.model());
        if (saved != null && saved.stamp().equals(stamp)) {
            try {
                DriftWindow window =
                        DriftWindow.readFrom(input(saved.window()), generation.clusters(), generation.drift());
                return new Watched(
                        stamp, window, tally(saved, generation.clusters().partition()));
            } catch (IOException e) {
                logger.warn("the statistics of drift of model [{}] begin anew: {}", stamp.model(), e.getMessage());
            }
        }
        return new Watched(stamp, new DriftWindow(generation.clusters(), generation.drift()), null);
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    /** The tally in a file; null if there is none for these clusters. */
    private static StreamTally tally(DriftFiles.Saved saved, Partition partition) throws IOException {
        if (saved.tally().length == 0) {
            return null;
        }
        StreamTally tally = StreamTally.readFrom(input(saved.tally()));
        return tally.clusters() == partition.count() && tally.dims() == partition.dims() ? tally : null;
    }

    /** What came to the clusters of a generation on this node; null if nobody counts it. */
    StreamTally stream(Stamp stamp) {
        Watched present = watched.get(stamp.model());
        if (present != null) {
            return present.stamp.equals(stamp) ? present.tally : null;
        }
        DriftFiles.Saved saved = restored.get(stamp.model());
        if (saved == null || !saved.stamp().equals(stamp) || saved.tally().length == 0) {
            return null;
        }
        try {
            return StreamTally.readFrom(input(saved.tally()));
        } catch (IOException e) {
            throw new IllegalStateException("the file was read before", e);
        }
    }

    /** The statistics of this node for a generation; null if there are none. */
    DriftSketch sketch(Stamp stamp) {
        Watched present = watched.get(stamp.model());
        if (present != null) {
            return present.stamp.equals(stamp) ? present.window.sketch() : null;
        }
        DriftFiles.Saved saved = restored.get(stamp.model());
        if (saved == null || !saved.stamp().equals(stamp)) {
            return null;
        }
        try {
            return DriftWindow.readSketch(input(saved.window()));
        } catch (IOException e) {
            throw new IllegalStateException("the file was read before", e);
        }
    }

    /**
     * Writes what has changed, and forgets models that have no active generation any more. Call it only while the
     * cluster state is known: without one, no model has a generation. Blocks on files; does not throw.
     */
    public void save() {
        synchronized (saving) {
            Set<String> models = new HashSet<>(watched.keySet());
            models.addAll(restored.keySet());
            for (String model : models) {
                try {
                    if (generations.active(model) == 0) {
                        watched.remove(model);
                        restored.remove(model);
                        files.remove(model);
                    } else {
                        save(watched.get(model));
                    }
                } catch (IOException | RuntimeException e) {
                    logger.warn("cannot save the statistics of drift of model [{}]: {}", model, e.getMessage());
                }
            }
        }
    }

    private void save(Watched one) throws IOException {
        long changes = one == null ? 0 : one.window.changes();
        if (one != null && one.saved != changes) {
            files.write(one.stamp, one.window, one.tally);
            one.saved = changes;
        }
    }

    /** The number of documents of a model's active generation that this node's statistics have. */
    public long documents(String model) {
        Generations.Known active = generations.known(model, generations.active(model));
        DriftSketch sketch = active == null ? null : sketch(Stamp.of(model, active));
        return sketch == null ? 0 : sketch.documents();
    }
}
