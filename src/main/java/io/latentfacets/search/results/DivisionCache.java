/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.Generation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;

/**
 * Divisions of samples that this node has made of late, so that the same sample is divided once: a page that a user
 * reloads, the next page of hits, a filter that changes nothing. Keeps at most {@value #MOST} divisions, those used
 * last, and no sample. A division that nobody uses for {@value #UNUSED_MILLIS} ms goes. When memory is short, all go.
 *
 * <p>The key is the SHA-256 of everything that a division depends on: the sample itself, latent by latent, the
 * generation and the options. So nobody gets a division of documents that he did not match, whatever permissions hide
 * from whom: who has the same sample has the same division. Thread-safe.
 */
final class DivisionCache {
    /** Some 20 kB each. Who asks for many samples drops the divisions of others, and takes no more memory. */
    static final int MOST = 64;

    static final long UNUSED_MILLIS = 5 * 60_000;

    /** The heap bytes of a division, of a cluster and of a term, without their arrays and characters. */
    private static final int DIVISION_BYTES = 512;

    private static final int CLUSTER_BYTES = 320;
    private static final int TERM_BYTES = 96;

    private final LongFunction<Releasable> charge;
    private final long mostBytes;
    private final LongSupplier clock;
    private final Consumer<Runnable> later;
    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, .75f, true);
    private long bytes;
    private boolean sweeping;
    private boolean closed;

    /** The digest of what a division depends on, and the generation that it is of. */
    record Key(ByteBuffer digest, String model, int generation) {}

    private static final class Kept {
        private final ResultClusters clusters;
        private final long bytes;
        private final Releasable charged;
        private long used;

        Kept(ResultClusters clusters, long bytes, Releasable charged, long used) {
            this.clusters = clusters;
            this.bytes = bytes;
            this.charged = charged;
            this.used = used;
        }
    }

    /**
     * @param charge charges a circuit breaker with bytes; returns null if there is no room for them
     * @param mostBytes the bound of all divisions together
     * @param clock the time in milliseconds, which never goes back
     * @param later runs a short task after about a minute; throws {@link OpenSearchRejectedExecutionException} if the
     *     node stops
     */
    DivisionCache(LongFunction<Releasable> charge, long mostBytes, LongSupplier clock, Consumer<Runnable> later) {
        this.charge = charge;
        this.mostBytes = mostBytes;
        this.clock = clock;
        this.later = later;
    }

    /**
     * Returns the key of a division.
     *
     * @param decodes whether clusters are named by words
     */
    static Key key(LatentSample sample, Generation generation, ResultOptions options, boolean decodes) {
        MessageDigest digest = MessageDigests.sha256();
        ByteBuffer numbers = ByteBuffer.allocate(3 * Long.BYTES + 4 * Integer.BYTES);
        numbers.putLong(generation.createdMillis())
                .putLong(generation.encoder().bits())
                .putLong(generation.layout())
                .putInt(generation.number())
                .putInt(options.clusters())
                .putInt(options.terms())
                .putInt(decodes ? 1 : 0);
        digest.update(numbers.flip());
        text(digest, generation.model());
        options.excludeTerms().sources().forEach(pattern -> text(digest, pattern));
        text(digest, "");
        sample.digest(digest);
        return new Key(ByteBuffer.wrap(digest.digest()), generation.model(), generation.number());
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    /** Returns a division; null if it is not here. */
    synchronized ResultClusters get(Key key) {
        Kept found = kept.get(key);
        if (found == null) {
            return null;
        }
        found.used = clock.getAsLong();
        return found.clusters;
    }

    /** Keeps a division, unless it is too large, or there is no room: then it drops all others too. */
    synchronized void put(Key key, ResultClusters clusters) {
        long size = bytes(clusters);
        if (closed || size > mostBytes) {
            return; // the search has its division; the next one makes it again
        }
        drop(kept.remove(key));
        Iterator<Kept> oldest = kept.values().iterator();
        while (kept.size() >= MOST || bytes + size > mostBytes) {
            Kept dropped = oldest.next();
            oldest.remove();
            drop(dropped);
        }
        Releasable charged = charge.apply(size);
        if (charged == null) {
            clear();
            return;
        }
        kept.put(key, new Kept(clusters, size, charged, clock.getAsLong()));
        bytes += size;
        sweepLater();
    }

    private void drop(Kept division) {
        if (division != null) {
            bytes -= division.bytes;
            division.charged.close();
        }
    }

    private void sweepLater() {
        if (sweeping || kept.isEmpty()) {
            return;
        }
        try {
            later.accept(this::sweep);
            sweeping = true;
        } catch (OpenSearchRejectedExecutionException e) {
            clear(); // nobody would drop them
        }
    }

    private synchronized void sweep() {
        sweeping = false;
        long now = clock.getAsLong();
        // those used longest ago come first
        Iterator<Kept> oldest = kept.values().iterator();
        while (oldest.hasNext()) {
            Kept next = oldest.next();
            if (now - next.used < UNUSED_MILLIS) {
                break;
            }
            oldest.remove();
            drop(next);
        }
        sweepLater();
    }

    /** Drops the divisions of a generation. */
    synchronized void evict(String model, int generation) {
        kept.entrySet().removeIf(each -> {
            boolean gone = each.getKey().generation() == generation
                    && each.getKey().model().equals(model);
            if (gone) {
                drop(each.getValue());
            }
            return gone;
        });
    }

    /** Drops all divisions and gives their bytes back; returns whether there were any. */
    synchronized boolean clear() {
        boolean any = !kept.isEmpty();
        kept.values().forEach(this::drop);
        kept.clear();
        return any;
    }

    /** Drops all divisions, and keeps none from now on. */
    synchronized void close() {
        closed = true;
        clear();
    }

    synchronized int size() {
        return kept.size();
    }

    private static long bytes(ResultClusters clusters) {
        long bytes = DIVISION_BYTES;
        if (clusters.partition() != null) {
            // components twice: in the codebook and in the token's text
            bytes += 3L
                    * clusters.partition().codebook().dims()
                    * (1 + clusters.partition().codebook().count());
        }
        for (ClusterInfo info : clusters.infos()) {
            bytes += CLUSTER_BYTES + 2L * info.label().length();
            for (ClusterTerm term : info.terms()) {
                bytes += TERM_BYTES + 2L * term.term().length();
            }
        }
        return bytes;
    }
}
