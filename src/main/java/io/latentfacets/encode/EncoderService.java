/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.text.BowFactory;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.core.common.breaker.CircuitBreaker;

/**
 * Encodes documents on this node. Thread-safe. Keeps one open encoder per generation, charges its memory to the circuit
 * breaker and closes it when its generation is no longer the active one and no call uses it; {@link #MAX_OPEN} bounds
 * how many stay open.
 */
public final class EncoderService implements Closeable {

    /** Most encoders that stay open when nobody uses them. */
    static final int MAX_OPEN = 16;

    private final LatentEncoder.Factory factory;
    private final Function<String, Analyzer> analyzers;
    private final Generations generations;
    private final CircuitBreaker breaker;
    private final Map<Key, Open> open = new HashMap<>();
    private long clock;
    private boolean closed;

    private record Key(String model, int number, long created) {}

    /** An encoder and what goes with it; {@code users} and {@code lastUse} are guarded by the service. */
    private static final class Open {
        private final LatentEncoder encoder;
        private final BowFactory bows;
        private final long bytes;
        private int users;
        private long lastUse;

        private Open(LatentEncoder encoder, BowFactory bows, long bytes) {
            this.encoder = encoder;
            this.bows = bows;
            this.bytes = bytes;
        }
    }

    /** @param analyzers finds an analyzer by name; IllegalArgumentException for an unknown one */
    public EncoderService(
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
     * One quantised latent per document, in order; null for a document without a vector and without words that the
     * generation knows. Computes on the calling thread. Fails as a whole: status 503 when the engine is not available,
     * CircuitBreakingException when there is no memory for the encoder.
     */
    public List<byte[]> encode(Generation generation, List<SourceDocument> documents) {
        return use(
                generation,
                (encoder, bows) -> quantised(
                        encoder,
                        documents.stream()
                                .map(document -> input(bows, document))
                                .toList()));
    }

    /** As {@link #encode}, of what {@link #input} made. */
    public List<byte[]> encodeInputs(Generation generation, List<Input> documents) {
        return use(generation, (encoder, bows) -> quantised(encoder, documents));
    }

    /** A document as the generation's encoder sees it. */
    public Input input(Generation generation, SourceDocument document) {
        return use(generation, (encoder, bows) -> input(bows, document));
    }

    /** As {@link #input}, of many documents, in order. */
    public List<Input> inputs(Generation generation, List<SourceDocument> documents) {
        return use(generation, (encoder, bows) -> documents.stream()
                .map(document -> input(bows, document))
                .toList());
    }

    /**
     * Keeps the generation's encoder open until the result is closed, for who encodes again and again with a generation
     * that may not be the active one. Fails like {@link #encode}.
     */
    public Releasable hold(Generation generation) {
        Open entry = acquire(generation);
        return Releasables.releaseOnce(() -> release(entry));
    }

    private static Input input(BowFactory bows, SourceDocument document) {
        return new Input(bows.bow(document.text()), document.vector());
    }

    private static List<byte[]> quantised(LatentEncoder encoder, List<Input> documents) {
        List<Input> filled = documents.stream()
                .filter(document -> document.isEmpty() == false)
                .toList();
        float[][] means = filled.isEmpty() ? new float[0][] : encoder.encode(filled);
        List<byte[]> latents = new ArrayList<>(documents.size());
        int next = 0;
        for (Input document : documents) {
            latents.add(document.isEmpty() ? null : Latents.quantize(means[next++]));
        }
        return latents;
    }

    private interface Work<T> {
        T with(LatentEncoder encoder, BowFactory bows);
    }

    private <T> T use(Generation generation, Work<T> work) {
        Open entry = acquire(generation);
        try {
            return work.with(entry.encoder, entry.bows);
        } finally {
            release(entry);
        }
    }

    private synchronized Open acquire(Generation generation) {
        if (closed) {
            throw new IllegalStateException("this node is shutting down");
        }
        Key key = new Key(generation.model(), generation.number(), generation.createdMillis());
        Open entry = open.get(key);
        if (entry == null) {
            closeIdle();
            entry = open(generation);
            open.put(key, entry);
        }
        entry.users++;
        entry.lastUse = ++clock;
        return entry;
    }

    private Open open(Generation generation) {
        long bytes = generation.ramBytes();
        breaker.addEstimateBytesAndMaybeBreak(bytes, "encoder of " + generation.model());
        boolean opened = false;
        try {
            Analyzer analyzer = analyzers.apply(generation.text().analyzer());
            BowFactory bows = new BowFactory(analyzer, generation.vocabulary(), generation.text());
            Open entry = new Open(factory.open(generation), bows, bytes);
            opened = true;
            return entry;
        } finally {
            if (opened == false) {
                breaker.addWithoutBreaking(-bytes);
            }
        }
    }

    private synchronized void release(Open entry) {
        entry.users--;
        closeIdle();
    }

    /**
     * Closes what nobody uses and nobody will: generations that are not active, then the least recently used above the
     * bound.
     */
    private void closeIdle() {
        Iterator<Map.Entry<Key, Open>> entries = open.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Key, Open> entry = entries.next();
            boolean active =
                    generations.active(entry.getKey().model()) == entry.getKey().number();
            if (entry.getValue().users == 0 && (closed || active == false)) {
                entries.remove();
                close(entry.getValue());
            }
        }
        while (open.size() > MAX_OPEN) {
            Map.Entry<Key, Open> oldest = null;
            for (Map.Entry<Key, Open> entry : open.entrySet()) {
                if (entry.getValue().users == 0
                        && (oldest == null || entry.getValue().lastUse < oldest.getValue().lastUse)) {
                    oldest = entry;
                }
            }
            if (oldest == null) {
                return;
            }
            open.remove(oldest.getKey());
            close(oldest.getValue());
        }
    }

    private void close(Open entry) {
        entry.encoder.close();
        breaker.addWithoutBreaking(-entry.bytes);
    }

    /** Closes what nobody uses and nobody will; call when a generation is retired or a model deleted. */
    public synchronized void retire() {
        closeIdle();
    }

    /** How many encoders are open; for tests and statistics. */
    synchronized int open() {
        return open.size();
    }

    /** Closes what is idle now and what is in use as soon as it no longer is; later calls fail. */
    @Override
    public synchronized void close() {
        closed = true;
        closeIdle();
    }
}
