/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

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
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.core.common.breaker.CircuitBreaker;

/**
 * The encoders that are open on this node, one per generation. Thread-safe. The first caller of a generation opens its
 * encoder, and only callers of the same generation wait for that: the lock guards the table alone, and nobody opens or
 * closes an encoder under it. Core's {@code Cache} would not do: to invalidate an entry waits there for its load.
 */
final class OpenEncoders implements Closeable {

    /** Most encoders that stay open when nobody uses them. */
    static final int MAX_OPEN = 16;

    private final LatentEncoder.Factory factory;
    private final Function<String, Analyzer> analyzers;
    private final Generations generations;
    private final CircuitBreaker breaker;
    private final Object lock = new Object();
    /** These three are guarded by the lock. A slot without users is open, since its opener counts as a user. */
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

    /** An encoder, what goes with it, and the bytes that are charged for both until it is closed. */
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
            try {
                encoder.close();
            } finally {
                breaker.addWithoutBreaking(-bytes);
            }
        }
    }

    /** An encoder that stays open until its user closes this, which has no effect when repeated. */
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

    /** @param analyzers finds an analyzer by name; IllegalArgumentException for an unknown one */
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
     * Leases the encoder of a generation. Opens it on the calling thread, or waits for the thread that does, whose
     * failure then is this call's too. Fails as the factory does, with CircuitBreakingException when there is no memory
     * for the encoder, and with IllegalStateException once this is closed.
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
                idle = takeIdle(); // they make room
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
        } catch (Throwable e) { // whatever it is: nobody may wait for ever
            synchronized (lock) {
                slots.remove(key); // who comes next tries again
            }
            slot.opening.completeExceptionally(e);
        }
    }

    private Open open(Generation generation) {
        long bytes = generation.ramBytes();
        breaker.addEstimateBytesAndMaybeBreak(bytes, "encoder of " + generation.model());
        boolean opened = false;
        try {
            Analyzer analyzer = analyzers.apply(generation.text().analyzer());
            BowFactory bows = new BowFactory(analyzer, generation.vocabulary(), generation.text());
            Open open = new Open(factory.open(generation), bows, bytes);
            opened = true;
            return open;
        } finally {
            if (!opened) {
                breaker.addWithoutBreaking(-bytes);
            }
        }
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
     * Takes out of the table what nobody uses and nobody will: generations that are not active, then the least recently
     * used above the bound. The caller holds the lock, and closes what it gets after it has given the lock back.
     */
    private List<Open> takeIdle() {
        List<Open> idle = new ArrayList<>();
        Iterator<Map.Entry<Key, Slot>> entries = slots.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Key, Slot> entry = entries.next();
            boolean active =
                    generations.active(entry.getKey().model()) == entry.getKey().number();
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

    /** Closes what nobody uses and nobody will. Does not wait for encoders that are being opened. */
    void closeIdle() {
        List<Open> idle;
        synchronized (lock) {
            idle = takeIdle();
        }
        Releasables.close(idle);
    }

    /** How many encoders are open or being opened. */
    int count() {
        synchronized (lock) {
            return slots.size();
        }
    }

    /** Closes what is idle now, and each of the others when its last user gives it back; later leases fail. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        closeIdle();
    }
}
