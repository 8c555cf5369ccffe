/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.text.BowFactory;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.common.breaker.CircuitBreaker;

/**
 * Encodes documents on this node. Thread-safe. Keeps one open encoder per generation, charges its memory to the circuit
 * breaker and closes it when its generation is no longer the active one and no call uses it; how many stay open is
 * bounded. The first call for a generation opens its encoder; meanwhile only calls for the same generation wait.
 */
public final class EncoderService implements Closeable {

    private final OpenEncoders open;

    /** @param analyzers finds an analyzer by name; IllegalArgumentException for an unknown one */
    public EncoderService(
            LatentEncoder.Factory factory,
            Function<String, Analyzer> analyzers,
            Generations generations,
            CircuitBreaker breaker) {
        this.open = new OpenEncoders(factory, analyzers, generations, breaker);
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
        return open.lease(generation);
    }

    private static Input input(BowFactory bows, SourceDocument document) {
        return new Input(bows.bow(document.text()), document.vector());
    }

    private static List<byte[]> quantised(LatentEncoder encoder, List<Input> documents) {
        List<Input> filled =
                documents.stream().filter(document -> !document.isEmpty()).toList();
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
        try (OpenEncoders.Lease lease = open.lease(generation)) {
            return work.with(lease.encoder(), lease.bows());
        }
    }

    /**
     * Closes what nobody uses and nobody will; call when a generation is retired or a model deleted. Does not wait for
     * encoders that are being opened.
     */
    public void retire() {
        open.closeIdle();
    }

    /** How many encoders are open; for tests and statistics. */
    int open() {
        return open.count();
    }

    /** Closes what is idle now and what is in use as soon as it no longer is; later calls fail. */
    @Override
    public void close() {
        open.close();
    }
}
