/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.model.Generation;
import io.latentfacets.text.FieldText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.get.GetRequest;
import org.opensearch.action.get.GetResponse;
import org.opensearch.action.get.MultiGetItemResponse;
import org.opensearch.action.get.MultiGetRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.transport.client.Client;

/**
 * Finds the latents of texts and documents, and combines those of examples. It reads documents as the caller, so one
 * that the caller may not see is one that does not exist. All are encoded in one call. For one search; never blocks.
 */
final class ExampleLatents {

    private final NeighborTargets targets;
    private final Client client;
    private final String field;
    private final Generation generation;
    private final boolean include;

    /**
     * @param client the caller's client
     * @param field the full name or an alias of the searched field
     * @param include whether documents may be among their own neighbours
     */
    ExampleLatents(NeighborTargets targets, Client client, String field, Generation generation, boolean include) {
        this.targets = targets;
        this.client = client;
        this.field = field;
        this.generation = generation;
        this.include = include;
    }

    /** Passes the one latent to the listener that stands for all examples, by {@link Rocchio}. */
    void combined(Examples examples, ActionListener<NeighborTarget.Latent> listener) {
        List<String> keys = new ArrayList<>();
        examples.like().forEach(example -> keys.add(NeighborTarget.LIKE));
        examples.unlike().forEach(example -> keys.add(Examples.UNLIKE));
        List<NeighborTarget> all = examples.all().map(Examples.Example::target).toList();
        latents(all, keys, ActionListener.map(listener, latents -> combine(examples, latents)));
    }

    private NeighborTarget.Latent combine(Examples examples, List<NeighborTarget.Latent> latents) {
        List<Rocchio.Example> like = weighted(examples.like(), latents, 0);
        List<Rocchio.Example> unlike =
                weighted(examples.unlike(), latents, examples.like().size());
        byte[] combined = Rocchio.combine(like, unlike, Rocchio.AGAINST);
        if (combined == null) {
            throw new IllegalArgumentException("the examples of [" + LatentNeighborsQueryBuilder.NAME
                    + "] cancel each other out: nothing is like all [" + like.size() + "] of [like]"
                    + (unlike.isEmpty() ? "" : " and unlike the [" + unlike.size() + "] of [unlike]"));
        }
        Set<NeighborTarget.DocumentId> without = new LinkedHashSet<>();
        latents.forEach(latent -> without.addAll(latent.without()));
        return new NeighborTarget.Latent(combined, List.copyOf(without));
    }

    private static List<Rocchio.Example> weighted(
            List<Examples.Example> examples, List<NeighborTarget.Latent> latents, int from) {
        List<Rocchio.Example> weighted = new ArrayList<>(examples.size());
        for (int i = 0; i < examples.size(); i++) {
            weighted.add(new Rocchio.Example(
                    latents.get(from + i).bytes(), examples.get(i).weight()));
        }
        return weighted;
    }

    /**
     * Passes one latent a target to the listener, in order.
     *
     * @param all texts, documents and latents
     * @param keys the key of the query under which each of them stands, for messages
     */
    void latents(List<NeighborTarget> all, List<String> keys, ActionListener<List<NeighborTarget.Latent>> listener) {
        List<NeighborTarget.Like> documents = all.stream()
                .filter(NeighborTarget.Like.class::isInstance)
                .map(NeighborTarget.Like.class::cast)
                .toList();
        read(documents, Listeners.andThen(listener, (next, found) -> latents(all, keys, found, next)));
    }

    private void read(List<NeighborTarget.Like> documents, ActionListener<List<GetResponse>> listener) {
        if (documents.isEmpty()) {
            listener.onResponse(List.of());
        } else if (documents.size() == 1) {
            NeighborTarget.Like like = documents.get(0);
            client.get(
                    new GetRequest(like.index(), like.id()).routing(like.routing()),
                    ActionListener.map(listener, List::of));
        } else {
            MultiGetRequest many = new MultiGetRequest();
            documents.forEach(
                    like -> many.add(new MultiGetRequest.Item(like.index(), like.id()).routing(like.routing())));
            client.multiGet(many, Listeners.andThen(listener, (next, response) -> {
                List<GetResponse> found = new ArrayList<>(documents.size());
                for (MultiGetItemResponse item : response.getResponses()) {
                    if (item.isFailed()) {
                        throw item.getFailure().getFailure();
                    }
                    found.add(item.getResponse());
                }
                next.onResponse(found);
            }));
        }
    }

    /** What a target lacks if it cannot be encoded, to be shown. */
    private record Encodable(int at, SourceDocument document, String otherwise) {}

    private void latents(
            List<NeighborTarget> all,
            List<String> keys,
            List<GetResponse> found,
            ActionListener<List<NeighborTarget.Latent>> listener) {
        NeighborTarget.Latent[] latents = new NeighborTarget.Latent[all.size()];
        List<List<NeighborTarget.DocumentId>> without = new ArrayList<>(all.size());
        List<Encodable> open = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < latents.length; i++) {
            switch (all.get(i)) {
                case NeighborTarget.Text text -> {
                    without.add(List.of());
                    open.add(new Encodable(
                            i,
                            SourceDocument.of(List.of(new FieldText(1, text.text()))),
                            "[" + keys.get(i) + "] of [latent_neighbors] has no word that the model ["
                                    + generation.model() + "] knows: \"" + text.text() + "\""));
                }
                case NeighborTarget.Like like -> {
                    GetResponse document = found.get(next++);
                    without.add(
                            include
                                    ? List.of()
                                    : List.of(new NeighborTarget.DocumentId(document.getIndex(), document.getId())));
                    byte[] stored = stored(document, keys.get(i), i, open);
                    latents[i] = stored == null ? null : new NeighborTarget.Latent(stored, without.get(i));
                }
                case NeighborTarget.Latent latent -> {
                    without.add(List.of());
                    NeighborTargets.requireDims(generation, latent);
                    latents[i] = latent;
                }
                case Examples nested -> throw new AssertionError("examples contain no examples");
            }
        }
        targets.encode(
                generation, open.stream().map(Encodable::document).toList(), ActionListener.map(listener, encoded -> {
                    for (int i = 0; i < open.size(); i++) {
                        if (encoded.get(i) == null) {
                            throw new IllegalArgumentException(open.get(i).otherwise());
                        }
                        int at = open.get(i).at();
                        latents[at] = new NeighborTarget.Latent(encoded.get(i), without.get(at));
                    }
                    return Arrays.asList(latents);
                }));
    }

    /** The latent in a document's source; if it has none, adds its text and vector to those that wait for encoding. */
    private byte[] stored(GetResponse document, String key, int at, List<Encodable> open) {
        String shown = "document [" + document.getId() + "] of index [" + document.getIndex() + "], which [" + key
                + "] of [latent_neighbors] names,";
        if (!document.isExists()) {
            throw new ResourceNotFoundException(shown + " does not exist");
        }
        if (document.isSourceEmpty()) {
            throw new IllegalArgumentException(shown + " has no [_source] to be read");
        }
        Map<String, Object> source = document.getSourceAsMap();
        byte[] stored = targets.stored(generation, document.getIndex(), field, source);
        if (stored == null) {
            open.add(new Encodable(
                    at,
                    SourceDocument.leniently(source, generation),
                    shown + " has neither a latent of the model [" + generation.model()
                            + "] nor text or a vector that the model knows"));
        }
        return stored;
    }
}
