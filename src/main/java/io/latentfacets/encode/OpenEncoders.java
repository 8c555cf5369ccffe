/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.async.WorkThreads;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.text.BowFactory;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.core.common.breaker.CircuitBreaker;

/**
 * The open encoders of this node, one per generation. Thread-safe. The first caller of a generation opens its encoder,
 * and only callers of the same generation wait for it. The lock guards only the table; no thread opens or closes an
 * encoder while it holds the lock. Core's {@code Cache} does not fit: invalidating an entry waits until its load ends.
 */
final class OpenEncoders implements Closeable {

    /** The number of open encoders above which the least recently used idle ones are closed. */
    static final int MAX_OPEN = 16;

    private final LatentEncoder.Factory factory;
    private final Function<String, Analyzer> analyzers;
    private final Generations generations;
    private final CircuitBreaker breaker;
    private final AtomicLong charged = new AtomicLong();
    private final Object lock = new Object();
    /**
     * The lock guards this map, the clock and the closed flag. A slot without users has an open encoder, because the
     * thread that opens it counts as a user.
     */
    private final Map<Key, Slot> slots = new HashMap<>();

    private long clock;
    private boolean closed;

    private record Key(String model, int number, long created) {
        static Key of(Generation generation) {
            return new Key(generation.model(), generation.number(), generation.createdMillis());
        }
    }

    /** The place of one generation's encoder; the lock guards {@code users} and {@code lastUse}. */
    private static final class Slot {
        private final CompletableFuture<Open> opening = new CompletableFuture<>();
        private int users;
        private long lastUse;
    }

    /**
     * An encoder, its factory of bags of words, and the bytes that the breaker counts for both until this is closed.
     */
    private final class Open implements Releasable {
        private final LatentEncoder encoder;
        private final BowFactory bows;
        private final long bytes;

        private Open(LatentEncoder encoder, BowFactory bows, long bytes) {
            this.encoder = encoder;
            this.bows = bows;
            this.bytes = bytes;
        }

        @Override
        public void close() {
            assert WorkThreads.mayWork() : WorkThreads.busy("closing an encoder");
            try {
                encoder.close();
            } finally {
                charge(-bytes);
            }
        }
    }

    /**
     * A caller's hold on an open encoder, which stays open until the caller closes this. Closing again has no effect.
     */
    final class Lease implements Releasable {
        private final Open open;
        private final Releasable release;

        private Lease(Slot slot, Open open) {
            this.open = open;
            this.release = Releasables.releaseOnce(() -> release(slot));
        }

        LatentEncoder encoder() {
            return open.encoder;
        }

        BowFactory bows() {
            return open.bows;
        }

        @Override
        public void close() {
            release.close();
        }
    }

    /** @param analyzers a look-up of analyzers by name; it throws IllegalArgumentException for an unknown name */
    OpenEncoders(
            LatentEncoder.Factory factory,
            Function<String, Analyzer> analyzers,
            Generations generations,
            CircuitBreaker breaker) {
        this.factory = factory;
        this.analyzers = analyzers;
        this.generations = generations;
        this.breaker = breaker;
    }

    /**
     * Leases the encoder of a generation. Opens it on the calling thread, or waits for the thread that already opens
     * it; if that thread fails, this call fails with the same exception. Fails as the factory does, with
     * CircuitBreakingException if the node has no memory for the encoder, and with IllegalStateException once this is
     * closed.
     */
    Lease lease(Generation generation) {
        Key key = Key.of(generation);
        Slot slot;
        boolean first;
        List<Open> idle = List.of();
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("this node is shutting down");
            }
            slot = slots.get(key);
            first = slot == null;
            if (first) {
                idle = takeIdle(); // closed before the new one opens, to make room
                slot = new Slot();
                slots.put(key, slot);
            }
            slot.users++;
            slot.lastUse = ++clock;
        }
        if (first) {
            open(key, slot, generation, idle);
        }
        return new Lease(slot, opened(slot));
    }

    private void open(Key key, Slot slot, Generation generation, List<Open> idle) {
        try {
            Releasables.close(idle);
            slot.opening.complete(open(generation));
        } catch (Throwable e) { // any Throwable: otherwise other callers would wait forever
            synchronized (lock) {
                slots.remove(key); // the next caller tries again
            }
            slot.opening.completeExceptionally(e);
        }
    }

    private Open open(Generation generation) {
        assert WorkThreads.mayWork() : WorkThreads.busy("opening an encoder");
        Analyzer analyzer = analyzers.apply(generation.text().analyzer());
        BowFactory bows = new BowFactory(analyzer, generation.vocabulary(), generation.text());
        long bytes = generation.ramBytes() + bows.maxRemembered();
        breaker.addEstimateBytesAndMaybeBreak(bytes, "encoder of " + generation.model());
        charged.addAndGet(bytes);
        boolean opened = false;
        try {
            Open open = new Open(factory.open(generation), bows, bytes);
            opened = true;
            return open;
        } finally {
            if (!opened) {
                charge(-bytes);
            }
        }
    }

    private void charge(long bytes) {
        breaker.addWithoutBreaking(bytes);
        charged.addAndGet(bytes);
    }

    /** The bytes that the breaker counts for open encoders. */
    long bytes() {
        return charged.get();
    }

    private static Open opened(Slot slot) {
        try {
            return slot.opening.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void release(Slot slot) {
        List<Open> idle;
        synchronized (lock) {
            slot.users--;
            idle = takeIdle();
        }
        Releasables.close(idle);
    }

    /**
     * Removes from the table the idle encoders of inactive generations, and all idle ones once this is closed. Then,
     * above the bound, it removes the least recently used idle ones. The caller holds the lock; it closes the returned
     * encoders after it has released the lock.
     */
    private List<Open> takeIdle() {
        List<Open> idle = new ArrayList<>();
        Iterator<Map.Entry<Key, Slot>> entries = slots.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Key, Slot> entry = entries.next();
            boolean active = isActive(entry.getKey());
            if (entry.getValue().users == 0 && (closed || !active)) {
                entries.remove();
                idle.add(entry.getValue().opening.join());
            }
        }
        while (slots.size() > MAX_OPEN) {
            Map.Entry<Key, Slot> oldest = null;
            for (Map.Entry<Key, Slot> entry : slots.entrySet()) {
                if (entry.getValue().users == 0
                        && (oldest == null || entry.getValue().lastUse < oldest.getValue().lastUse)) {
                    oldest = entry;
                }
            }
            if (oldest == null) {
                break;
            }
            slots.remove(oldest.getKey());
            idle.add(oldest.getValue().opening.join());
        }
        return idle;
    }

    private boolean isActive(Key key) {
        Generations.Known known = generations.known(key.model(), key.number());
        return generations.active(key.model()) == key.number()
                && (known == null || known.createdMillis() == key.created());
    }

    /** Closes the idle encoders of inactive generations. Does not wait for encoders that are being opened. */
    void closeIdle() {
        List<Open> idle;
        synchronized (lock) {
            idle = takeIdle();
        }
        Releasables.close(idle);
    }

    /** The number of encoders that are open or being opened. */
    int count() {
        synchronized (lock) {
            return slots.size();
        }
    }

    /** Closes idle encoders now and each other one when its last user closes its lease. Later leases fail. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        closeIdle();
    }
}
