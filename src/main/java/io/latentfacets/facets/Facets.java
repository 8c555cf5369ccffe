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
 * Adds facets to a search and reads them from its response. This takes one search, with the caller's permissions and
 * additional aggregations. Immutable, thread-safe.
 */
public final class Facets {
    private final FacetsRequest request;
    private final Supplier<FacetServices> services;

    Facets(FacetsRequest request, Supplier<FacetServices> services) {
        this.request = Objects.requireNonNull(request);
        this.services = Objects.requireNonNull(services);
    }

    /**
     * Parses the options of facets.
     *
     * @param options the options, as in {@code facets} of the endpoint's body
     * @param what the owner of the options, for messages
     * @param services supplies the services at each search
     * @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound
     */
    public static Facets of(Map<String, Object> options, String what, Supplier<FacetServices> services) {
        return new Facets(FacetsRequest.parse(what, options), services);
    }

    /**
     * Whether to add facets to a search: it asks for hits or counts, one of its indices has the field, and it has no
     * facets yet. A search from the facets endpoint has facets and still passes through its index's default pipeline.
     *
     * @throws IllegalArgumentException if the indices' mappings name several models, or several fields and the options
     *     name none
     */
    public boolean serves(SearchRequest search) {
        return !search.isSuggestOnly()
                && !FacetAggregations.isIn(search.source())
                && services.get().pins().serves(request.field(), searched(search, services.get()));
    }

    /** The task of the search for which this thread works; not set if there is none. */
    TaskId task(ThreadContext context) {
        return services.get().pins().currentTask(context);
    }

    private static IndicesRequest searched(SearchRequest search, FacetServices with) {
        return SearchedIndices.of(search, with.writeables());
    }

    /**
     * Adds the aggregations to a search that has not been sent, and replaces the search's body by a copy. Passes a
     * reader of the response to the listener, on this thread or on the thread that loaded a generation. Never blocks.
     * Fails with IllegalArgumentException if the search already has aggregations of these names.
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
        // Only the generation knows which fields of documents to read. If it cannot be loaded, go on: the search itself
        // may report the reason better.
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
        return new FacetsReader(
                request,
                titles,
                with,
                generation != null,
                failure,
                System.nanoTime(),
                search.source().timeout());
    }

    /**
     * Copies the body. The caller may own it and send it twice; the second request must not contain these aggregations.
     */
    private static SearchSourceBuilder copy(SearchSourceBuilder of, NamedWriteableRegistry registry)
            throws IOException {
        if (of == null) {
            return new SearchSourceBuilder();
        }
        if (of.aggregations() == null) {
            return of.shallowCopy();
        }
        // a shallow copy would share the aggregations
        try (BytesStreamOutput out = new BytesStreamOutput()) {
            of.writeTo(out);
            try (StreamInput in = new NamedWriteableAwareStreamInput(out.bytes().streamInput(), registry)) {
                return new SearchSourceBuilder(in);
            }
        }
    }
}
