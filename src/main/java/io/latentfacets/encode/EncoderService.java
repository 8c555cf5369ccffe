/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.ReadDocument;
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
 * Encodes documents on this node. Thread-safe. Keeps one open encoder per generation and charges its memory to the
 * circuit breaker. It closes an encoder that no call uses once its generation is not the active one, and bounds the
 * number of idle encoders. The first call for a generation opens its encoder; meanwhile only calls for the same
 * generation wait.
 */
public final class EncoderService implements Closeable {

    private final OpenEncoders open;

    /** @param analyzers a look-up of analyzers by name; it throws IllegalArgumentException for an unknown name */
    public EncoderService(
            LatentEncoder.Factory factory,
            Function<String, Analyzer> analyzers,
            Generations generations,
            CircuitBreaker breaker) {
        this.open = new OpenEncoders(factory, analyzers, generations, breaker);
    }

    /**
     * Encodes documents on the calling thread. Fails as a whole: with status 503 if the engine is not available, with
     * CircuitBreakingException if the node has no memory for the encoder, and with IllegalStateException once this
     * service is closed.
     *
     * @return one int8 latent per document, in order; null for a document without a vector and without words that the
     *     generation knows
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

    /**
     * A document that was encoded.
     *
     * @param latent the int8 latent; null for a document without a vector and without known words
     * @param read the document as the vocabulary sees it
     */
    public record Encoded(byte[] latent, ReadDocument read) {}

    /** Like {@link #encode}, and also returns how the vocabulary sees the documents. */
    public List<Encoded> encodeRead(Generation generation, List<SourceDocument> documents) {
        return use(generation, (encoder, bows) -> {
            List<ReadDocument> read = new ArrayList<>(documents.size());
            List<Input> inputs = new ArrayList<>(documents.size());
            for (SourceDocument document : documents) {
                ReadDocument words = bows.read(document.text());
                read.add(words);
                inputs.add(new Input(words.bow(), document.vector()));
            }
            List<byte[]> latents = quantised(encoder, inputs);
            List<Encoded> encoded = new ArrayList<>(documents.size());
            for (int i = 0; i < latents.size(); i++) {
                encoded.add(new Encoded(latents.get(i), read.get(i)));
            }
            return encoded;
        });
    }

    /** Like {@link #encode}, for documents that {@link #input} has read. */
    public List<byte[]> encodeInputs(Generation generation, List<Input> documents) {
        return use(generation, (encoder, bows) -> quantised(encoder, documents));
    }

    /** Reads a document into the input of the generation's encoder. Fails like {@link #encode}. */
    public Input input(Generation generation, SourceDocument document) {
        return use(generation, (encoder, bows) -> input(bows, document));
    }

    /** {@link #input} for many documents, in order. */
    public List<Input> inputs(Generation generation, List<SourceDocument> documents) {
        return use(generation, (encoder, bows) -> documents.stream()
                .map(document -> input(bows, document))
                .toList());
    }

    /**
     * Keeps the generation's encoder open until the caller closes the result. A caller that encodes several times with
     * a generation that may not be active holds its encoder, because otherwise each call would open it anew. Fails like
     * {@link #encode}.
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
     * Closes the encoders that no call uses and whose generation is not active. The caller calls it after it has
     * retired a generation or deleted a model. Does not wait for encoders that are being opened.
     */
    public void retire() {
        open.closeIdle();
    }

    /** The number of encoders that are open or being opened; for tests. */
    int open() {
        return open.count();
    }

    /** The heap bytes that the circuit breaker counts for open encoders. */
    public long bytes() {
        return open.bytes();
    }

    /** Closes idle encoders now and each other one after its last use. Later calls fail. */
    @Override
    public void close() {
        open.close();
    }
}
