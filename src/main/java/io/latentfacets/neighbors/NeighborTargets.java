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
import io.latentfacets.text.FieldText;
import java.util.List;
import java.util.Map;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.get.GetRequest;
import org.opensearch.action.get.GetResponse;
import org.opensearch.core.action.ActionListener;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Turns a target, a text or a document, into the latent that shards compare. Thread-safe; never blocks: loads
 * generations and fetches documents asynchronously, and encodes on the encoder's thread pool.
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
     * Passes the latent of a target to the listener. Fails with IllegalArgumentException if the target has no latent or
     * one of another length, with ResourceNotFoundException if the document does not exist, and with status 503 without
     * an engine.
     *
     * @param client the caller's client; the caller needs permission to read the document
     * @param field the full name or an alias of the searched field
     * @param pin a pin with a generation
     * @param target the target
     * @param include whether a document may be its own neighbour
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
                encode(
                        generation,
                        SourceDocument.of(List.of(new FieldText(1, text.text()))),
                        "[text] of [latent_neighbors] has no word that the model [" + generation.model() + "] knows: \""
                                + text.text() + "\"",
                        ActionListener.map(listener, NeighborTarget.Latent::of));
            case NeighborTarget.Like like ->
                client.get(
                        new GetRequest(like.index(), like.id()).routing(like.routing()),
                        Listeners.andThen(listener, (next, found) -> liked(generation, field, found, include, next)));
            case NeighborTarget.Latent latent -> {
                requireDims(generation, latent);
                listener.onResponse(latent);
            }
        }
    }

    /** @throws IllegalArgumentException if the latent does not have the generation's length; names both lengths */
    static void requireDims(Generation generation, NeighborTarget.Latent latent) {
        latent.requireDims(generation.clusters().partition().dims(), generation.model(), generation.number());
    }

    private void liked(
            Generation generation,
            String field,
            GetResponse document,
            boolean include,
            ActionListener<NeighborTarget.Latent> listener) {
        String shown = "document [" + document.getId() + "] of index [" + document.getIndex()
                + "], which [like] of [latent_neighbors] names,";
        if (!document.isExists()) {
            throw new ResourceNotFoundException(shown + " does not exist");
        }
        if (document.isSourceEmpty()) {
            throw new IllegalArgumentException(shown + " has no [_source] to be read");
        }
        ActionListener<byte[]> withoutItself = ActionListener.map(
                listener,
                bytes -> new NeighborTarget.Latent(
                        bytes, include ? null : document.getIndex(), include ? null : document.getId()));
        Map<String, Object> source = document.getSourceAsMap();
        byte[] stored =
                stored(generation, search.pins().fieldIn(document.getIndex(), field, generation.model()), source);
        if (stored != null) {
            withoutItself.onResponse(stored);
            return;
        }
        encode(
                generation,
                SourceDocument.leniently(source, generation),
                shown + " has neither a latent of the model [" + generation.model()
                        + "] nor text or a vector that the model knows",
                withoutItself);
    }

    /**
     * The latent in a document's source; null if it has none of this encoder.
     *
     * @param field the full name; null if the document's index does not have the field
     */
    private static byte[] stored(Generation generation, String field, Map<String, Object> source) {
        return field == null
                ? null
                : StoredLatent.in(
                        source,
                        field,
                        generation.encoder(),
                        generation.clusters().partition().dims());
    }

    private void encode(
            Generation generation, SourceDocument document, String otherwise, ActionListener<byte[]> listener) {
        threadPool.executor(TransportEncodeAction.THREAD_POOL).execute(ActionRunnable.wrap(listener, l -> {
            byte[] latent = encoders.encode(generation, List.of(document)).get(0);
            if (latent == null) {
                throw new IllegalArgumentException(otherwise);
            }
            l.onResponse(latent);
        }));
    }
}
