/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.encode.SourceText;
import io.latentfacets.model.Generation;
import io.latentfacets.search.SearchedIndices;
import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Puts facets into a search and gets them out of its response: one search, as the caller, with a tree of aggregations
 * more. Immutable and thread-safe.
 */
public final class Facets {
    private final FacetsRequest request;
    private final Supplier<FacetServices> services;

    Facets(FacetsRequest request, Supplier<FacetServices> services) {
        this.request = Objects.requireNonNull(request);
        this.services = Objects.requireNonNull(services);
    }

    /**
     * @param options as in the part {@code facets} of the endpoint's body
     * @param what whose options they are, for messages
     * @param services asked for when a search comes
     * @throws IllegalArgumentException naming key, value and bound
     */
    public static Facets of(Map<String, Object> options, String what, Supplier<FacetServices> services) {
        return new Facets(FacetsRequest.parse(what, options), services);
    }

    /**
     * Whether there is anything to be added: to a search for hits or counts, over an index with the field, that has no
     * facets yet. One from the facets endpoint has, and goes through its index's default pipeline all the same.
     *
     * @throws IllegalArgumentException if the indices' mappings name several fields and none was given, or several
     *     models
     */
    public boolean serves(SearchRequest search) {
        return !search.isSuggestOnly()
                && !FacetAggregations.isIn(search.source())
                && services.get().pins().serves(request.field(), searched(search, services.get()));
    }

    /** The task of the search that this thread works for; not set where there is none. */
    TaskId task(ThreadContext context) {
        return services.get().pins().currentTask(context);
    }

    private static IndicesRequest searched(SearchRequest search, FacetServices with) {
        return SearchedIndices.of(search, with.writeables());
    }

    /**
     * Adds the aggregations to a search that has not been sent, whose body is replaced by a copy, and calls back with
     * what reads its response, on this thread or the one that loaded a generation. Never blocks. Fails with
     * IllegalArgumentException if the search has aggregations of these names already.
     */
    public void addTo(SearchRequest search, ActionListener<FacetsReader> listener) {
        FacetServices with = services.get();
        if (!request.summary()) {
            ActionListener.completeWith(listener, () -> addTo(search, with, null, null));
            return;
        }
        IndicesRequest searched;
        try {
            searched = searched(search, with);
        } catch (RuntimeException e) {
            listener.onFailure(e);
            return;
        }
        // What to read of documents only the generation says. Why it cannot be had the search itself may say better.
        with.pins().generation(request.field(), searched, new ActionListener<>() {
            @Override
            public void onResponse(Generation generation) {
                ActionListener.completeWith(listener, () -> addTo(search, with, generation, null));
            }

            @Override
            public void onFailure(Exception e) {
                ActionListener.completeWith(listener, () -> addTo(search, with, null, e));
            }
        });
    }

    private FacetsReader addTo(SearchRequest search, FacetServices with, Generation generation, Exception failure)
            throws IOException {
        Set<String> fields = new LinkedHashSet<>();
        ExampleTitles titles = null;
        int documents = request.examples();
        if (request.examples() > 0) {
            titles = new ExampleTitles(
                    request.titleField(),
                    request.titleField() == null
                            ? with.pins().textFields(searched(search, with).indices())
                            : Set.of());
            fields.addAll(titles.fields());
        }
        if (generation != null) {
            documents = Math.max(documents, FacetSummaries.documents(request));
            fields.addAll(SourceText.fieldsOfSource(
                    generation.fields().stream().map(SourceField::name).toList()));
        }
        search.source(copy(search.source(), with.writeables()));
        FacetAggregations.addTo(search.source(), request, documents, fields, () -> services.get()
                .partitioner());
        return new FacetsReader(request, titles, with, generation != null, failure, System.nanoTime());
    }

    /** The body may be somebody else's too: whoever sends a request twice must not find our aggregations in it. */
    private static SearchSourceBuilder copy(SearchSourceBuilder of, NamedWriteableRegistry registry)
            throws IOException {
        if (of == null) {
            return new SearchSourceBuilder();
        }
        if (of.aggregations() == null) {
            return of.shallowCopy();
        }
        // a shallow copy would share what aggregations are added to
        try (BytesStreamOutput out = new BytesStreamOutput()) {
            of.writeTo(out);
            try (StreamInput in = new NamedWriteableAwareStreamInput(out.bytes().streamInput(), registry)) {
                return new SearchSourceBuilder(in);
            }
        }
    }
}
