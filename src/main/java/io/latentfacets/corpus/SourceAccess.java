/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.corpus;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.Definer;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.text.SourceField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.fieldcaps.FieldCapabilities;
import org.opensearch.action.fieldcaps.FieldCapabilitiesRequest;
import org.opensearch.action.fieldcaps.FieldCapabilitiesResponse;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.aggregations.bucket.filter.Filters;
import org.opensearch.search.aggregations.bucket.filter.FiltersAggregationBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.transport.client.Client;

/**
 * Checks what users may read, by reading it as they would. Without the security plugin everybody may read everything,
 * and the checks pass. Thread-safe, stateless; never blocks.
 */
public final class SourceAccess {

    /** Missing indices pass: whoever creates them later decides who may read them. */
    private static final IndicesOptions LENIENT = IndicesOptions.lenientExpandOpen();

    private static final String WITH_FIELD = "with_field";

    private final Client client;
    private final SystemClient system;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final NamedXContentRegistry queries;

    public SourceAccess(
            Client client,
            SystemClient system,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            NamedXContentRegistry queries) {
        this.client = client;
        this.system = system;
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.queries = queries;
    }

    /**
     * Checks that the caller may read what a definition learns from: all indices, by the definition's query, with all
     * fields. Fails with 403 if not, and as the search does if the query does not fit the indices.
     */
    public void requireReadable(ModelDefinition definition, ActionListener<Void> listener) {
        ModelDefinition.Source source = definition.source();
        QueryBuilder query = source.queryBuilder(queries);
        search(
                "source.index",
                source.indices(),
                query,
                Listeners.andThen(listener, (next, done) -> requireFields(source.indices(), fields(source), next)));
    }

    /**
     * Checks that the caller may search all these indices; fails with 403 if not.
     *
     * @param key what they are, for the message
     * @param indices names, patterns, aliases and data streams; for none the check passes
     */
    public void requireReadable(String key, List<String> indices, ActionListener<Void> listener) {
        if (indices.isEmpty()) {
            listener.onResponse(null);
        } else {
            search(key, indices, null, listener);
        }
    }

    /**
     * Checks that a training reads nothing for a model's definer that he could not read himself: that he may read as
     * many documents, and documents with each field, as the caller. Fails with 403 if not. Asks nothing if both are the
     * same user, or if there are no users.
     */
    public void requireDefinerReads(StoredModel model, ActionListener<Void> listener) {
        Definer definer = model.definer();
        Definer caller = Definer.of(client.threadPool().getThreadContext());
        boolean same = Objects.equals(name(definer), name(caller));
        if (same) {
            listener.onResponse(null);
            return;
        }
        if (definer == null) {
            throw refused(
                    "it is not known who defined model [" + model.name()
                            + "]; PUT the definition again, as somebody who"
                            + " may read [source.index] "
                            + model.definition().source().indices(),
                    null);
        }
        ActionListener<SearchResponse> asCaller = Listeners.andThen(listener, (next, own) -> {
            ActionListener<SearchResponse> asDefiner = Listeners.andThen(next, (last, his) -> {
                requireNoFewer(model, count(his), count(own));
                last.onResponse(null);
            });
            system.executeAs(
                    definer,
                    SearchAction.INSTANCE,
                    counts(model.definition()),
                    ActionListener.delegateResponse(
                            asDefiner, (to, e) -> to.onFailure(forbidden(e) ? definerMayNot(model, e) : e)));
        });
        client.search(counts(model.definition()), asCaller);
    }

    private static String name(Definer user) {
        return user == null ? null : user.name();
    }

    private static void requireNoFewer(StoredModel model, List<Long> definers, List<Long> callers) {
        for (int i = 0; i < callers.size(); i++) {
            if (i >= definers.size() || definers.get(i) < callers.get(i)) {
                throw definerMayNot(model, null);
            }
        }
    }

    private static OpenSearchStatusException definerMayNot(StoredModel model, Exception cause) {
        return refused(
                "model [" + model.name() + "] was defined by ["
                        + model.definer().name()
                        + "], who may not read all that you may read of [source.index] "
                        + model.definition().source().indices()
                        + "; PUT the definition again yourself, or let him train",
                cause);
    }

    /** A search that counts the documents of a definition, and those with each of its fields. */
    private SearchRequest counts(ModelDefinition definition) {
        ModelDefinition.Source source = definition.source();
        QueryBuilder query = source.queryBuilder(queries);
        QueryBuilder[] filters =
                fields(source).stream().map(QueryBuilders::existsQuery).toArray(QueryBuilder[]::new);
        return new SearchRequest(source.indices().toArray(String[]::new))
                .indicesOptions(LENIENT)
                .source(new SearchSourceBuilder()
                        .query(query == null ? QueryBuilders.matchAllQuery() : query)
                        .size(0)
                        .trackTotalHits(true)
                        .aggregation(new FiltersAggregationBuilder(WITH_FIELD, filters)));
    }

    /** The number of documents, then the number of documents with each field. */
    private static List<Long> count(SearchResponse response) {
        List<Long> counts = new ArrayList<>();
        counts.add(response.getHits().getTotalHits().value());
        Filters fields = response.getAggregations() == null
                ? null
                : response.getAggregations().get(WITH_FIELD);
        if (fields != null) {
            fields.getBuckets().forEach(bucket -> counts.add(bucket.getDocCount()));
        }
        return counts;
    }

    private static List<String> fields(ModelDefinition.Source source) {
        List<String> fields =
                new ArrayList<>(source.fields().stream().map(SourceField::name).toList());
        if (source.vectorField() != null) {
            fields.add(source.vectorField());
        }
        return fields;
    }

    private void search(String key, List<String> indices, QueryBuilder query, ActionListener<Void> listener) {
        String[] names = indices.toArray(String[]::new);
        BoolQueryBuilder matching = QueryBuilders.boolQuery();
        if (query != null) {
            matching.filter(query);
        }
        SearchRequest request = new SearchRequest(names)
                .indicesOptions(LENIENT)
                .source(new SearchSourceBuilder()
                        .query(matching)
                        .size(0)
                        .trackTotalHits(false)
                        .terminateAfter(1));
        ActionListener<SearchResponse> complete = Listeners.andThen(listener, (next, response) -> {
            // the security plugin can be set to leave out of a search what its user may not read
            if (response.getTotalShards() < shards(names)) {
                throw refused(key, indices, null);
            }
            next.onResponse(null);
        });
        client.search(
                request,
                ActionListener.delegateResponse(
                        complete, (to, e) -> to.onFailure(forbidden(e) ? refused(key, indices, e) : e)));
    }

    private int shards(String[] names) {
        ClusterState state = clusterService.state();
        String[] concrete = resolver.concreteIndexNames(state, LENIENT, true, names);
        Map<String, Set<String>> routing = resolver.resolveSearchRouting(state, null, names);
        return concrete.length == 0
                ? 0
                : clusterService
                        .operationRouting()
                        .searchShards(state, concrete, routing, null)
                        .size();
    }

    /** Checks that the caller sees the fields in every index whose mapping has them. */
    private void requireFields(List<String> indices, List<String> fields, ActionListener<Void> listener) {
        String[] names = indices.toArray(String[]::new);
        FieldCapabilitiesRequest request = new FieldCapabilitiesRequest()
                .indices(names)
                .indicesOptions(LENIENT)
                .fields(fields.toArray(String[]::new))
                .includeUnmapped(true);
        client.fieldCaps(request, Listeners.andThen(listener, (next, seen) -> {
            ClusterState state = clusterService.state();
            for (String name : resolver.concreteIndexNames(state, LENIENT, true, names)) {
                IndexMetadata index = state.metadata().index(name);
                for (String field : fields) {
                    if (isMapped(index, field) && !sees(seen, name, field)) {
                        throw refused(
                                "[source.fields] has a field that you may not read in index [" + name + "]: " + field,
                                null);
                    }
                }
            }
            next.onResponse(null);
        }));
    }

    private static boolean isMapped(IndexMetadata index, String field) {
        MappingMetadata mapping = index.mapping();
        Map<?, ?> at = mapping == null ? Map.of() : mapping.sourceAsMap();
        for (String part : field.split("\\.", -1)) {
            Map<?, ?> below = at.get("properties") instanceof Map<?, ?> properties ? properties : Map.of();
            if (!(below.get(part) instanceof Map<?, ?> next)) {
                return false;
            }
            at = next;
        }
        return true;
    }

    private static boolean sees(FieldCapabilitiesResponse seen, String index, String field) {
        Map<String, FieldCapabilities> types = seen.getField(field);
        if (types == null) {
            return false;
        }
        FieldCapabilities unmapped = types.get("unmapped");
        return unmapped == null
                || (unmapped.indices() != null
                        && Arrays.stream(unmapped.indices()).noneMatch(index::equals));
    }

    private static boolean forbidden(Exception e) {
        RestStatus status = ExceptionsHelper.status(e);
        return status == RestStatus.FORBIDDEN || status == RestStatus.UNAUTHORIZED;
    }

    private static OpenSearchStatusException refused(String key, List<String> indices, Exception cause) {
        return refused(
                "[" + key + "] has indices that you may not read: " + indices
                        + (cause == null ? "" : ": " + cause.getMessage()),
                cause);
    }

    private static OpenSearchStatusException refused(String message, Exception cause) {
        return new OpenSearchStatusException(message, RestStatus.FORBIDDEN, cause);
    }
}
