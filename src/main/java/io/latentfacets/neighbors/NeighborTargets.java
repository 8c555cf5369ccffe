/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.field.StoredLatent;
import io.latentfacets.model.Generation;
import io.latentfacets.search.Pin;
import io.latentfacets.search.SearchServices;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRunnable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Turns a target, such as a text, a document or several examples, into the latent that shards compare. Thread-safe;
 * never blocks: loads generations and fetches documents asynchronously, and encodes on the encoder's thread pool.
 */
public final class NeighborTargets {

    private final SearchServices search;
    private final EncoderService encoders;
    private final ThreadPool threadPool;

    public NeighborTargets(SearchServices search, EncoderService encoders, ThreadPool threadPool) {
        this.search = search;
        this.encoders = encoders;
        this.threadPool = threadPool;
    }

    /** The services that the query needs. */
    SearchServices search() {
        return search;
    }

    /**
     * Passes the latent of a target to the listener. Fails with IllegalArgumentException if a part of the target has no
     * latent or one of another length, or if examples cancel each other out, with ResourceNotFoundException if a
     * document does not exist, and with status 503 without an engine.
     *
     * @param client the caller's client; the caller needs permission to read the documents
     * @param field the full name or an alias of the searched field
     * @param pin a pin with a generation
     * @param target the target
     * @param include whether the target's documents may be among the neighbours
     * @param listener receives the latent or the failure
     */
    void resolve(
            Client client,
            String field,
            Pin pin,
            NeighborTarget target,
            boolean include,
            ActionListener<NeighborTarget.Latent> listener) {
        search.pins()
                .load(
                        pin,
                        Listeners.andThen(
                                listener,
                                (next, generation) -> latent(client, field, generation, target, include, next)));
    }

    private void latent(
            Client client,
            String field,
            Generation generation,
            NeighborTarget target,
            boolean include,
            ActionListener<NeighborTarget.Latent> listener) {
        switch (target) {
            case NeighborTarget.Text text ->
                new ExampleLatents(this, client, field, generation, include)
                        .latents(
                                List.of(text),
                                List.of(NeighborTarget.TEXT),
                                ActionListener.map(listener, found -> found.get(0)));
            case NeighborTarget.Like like ->
                new ExampleLatents(this, client, field, generation, include)
                        .latents(
                                List.of(like),
                                List.of(NeighborTarget.LIKE),
                                ActionListener.map(listener, found -> found.get(0)));
            case NeighborTarget.Latent latent -> {
                requireDims(generation, latent);
                listener.onResponse(latent);
            }
            case Examples examples ->
                new ExampleLatents(this, client, field, generation, include).combined(examples, listener);
        }
    }

    /** @throws IllegalArgumentException if the latent does not have the generation's length; names both lengths */
    static void requireDims(Generation generation, NeighborTarget.Latent latent) {
        latent.requireDims(generation.clusters().partition().dims(), generation.model(), generation.number());
    }

    /**
     * The latent in a document's source; null if it has none of this encoder.
     *
     * @param index the document's concrete index
     * @param field the full name or an alias of the searched field
     */
    byte[] stored(Generation generation, String index, String field, Map<String, Object> source) {
        String name = search.pins().fieldIn(index, field, generation.model());
        return name == null
                ? null
                : StoredLatent.in(
                        source,
                        name,
                        generation.encoder(),
                        generation.clusters().partition().dims());
    }

    /**
     * Encodes documents on the encoder's thread pool.
     *
     * @param documents the documents; the listener is called on this thread if there are none
     * @param listener receives one latent a document, null for one without anything that the model knows
     */
    void encode(Generation generation, List<SourceDocument> documents, ActionListener<List<byte[]>> listener) {
        if (documents.isEmpty()) {
            listener.onResponse(List.of());
            return;
        }
        threadPool
                .executor(TransportEncodeAction.THREAD_POOL)
                .execute(ActionRunnable.supply(listener, () -> encoders.encode(generation, documents)));
    }
}
