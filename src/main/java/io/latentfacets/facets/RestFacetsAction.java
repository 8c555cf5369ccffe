/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.async.Listeners;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.strict.Parsing;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParserUtils;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestStatusToXContentListener;
import org.opensearch.rest.action.search.RestSearchAction;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.transport.client.node.NodeClient;

/**
 * The endpoint {@code GET|POST /{index}/_latent/facets}: a search and its cluster facets in one call. It sends one
 * search, with the caller's permissions and additional aggregations. It takes the parameters of {@code _search} and
 * facet options as parameters that begin with {@code facets.}. The body is {@code {"search":{…},"facets":{…}}}.
 */
public final class RestFacetsAction extends BaseRestHandler {
    private static final String SEARCH = "search";
    private static final String FACETS = "facets";
    private static final String TYPED_KEYS = "typed_keys";
    private static final Set<String> RESPONSE_PARAMS = Set.of(
            TYPED_KEYS, RestSearchAction.TOTAL_HITS_AS_INT_PARAM, RestSearchAction.INCLUDE_NAMED_QUERIES_SCORE_PARAM);

    private final Supplier<FacetServices> services;

    public RestFacetsAction(Supplier<FacetServices> services) {
        this.services = Objects.requireNonNull(services);
    }

    @Override
    public String getName() {
        return "latent_facets_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(RestRequest.Method.GET, "/{index}/_latent/facets"),
                new Route(RestRequest.Method.POST, "/{index}/_latent/facets"));
    }

    @Override
    protected Set<String> responseParams() {
        return RESPONSE_PARAMS;
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        Body body = new Body();
        Parsing.read("the body", () -> {
            request.withContentOrSourceParamParserOrNull(body::read);
            return body;
        });
        body.facets.putAll(FacetsRequest.ofParams(Set.copyOf(request.params().keySet()), request::param));
        SearchRequest searchRequest = new SearchRequest().source(body.source);
        Parsing.read("a parameter of the search", () -> {
            RestSearchAction.parseSearchRequest(
                    searchRequest, request, null, client.getNamedWriteableRegistry(), searchRequest.source()::size);
            // core reads it only when it writes aggregations, and there may be none
            request.paramAsBoolean(TYPED_KEYS, false);
            return searchRequest;
        });
        FacetsRequest facets = FacetsRequest.parse(FACETS, body.facets);
        return channel -> {
            RestCancellableNodeClient cancellable = new RestCancellableNodeClient(client, request.getHttpChannel());
            ActionListener<FacetsResponse> answer = new RestStatusToXContentListener<>(channel);
            ActionListener<FacetsReader> search = Listeners.andThen(
                    answer,
                    (next, reader) -> cancellable.execute(
                            SearchAction.INSTANCE,
                            searchRequest,
                            Listeners.andThen(
                                    next,
                                    (last, response) ->
                                            read(reader, response, facets, searchRequest.indices(), last))));
            new Facets(facets, services).addTo(searchRequest, search);
        };
    }

    private static void read(
            FacetsReader reader,
            SearchResponse response,
            FacetsRequest facets,
            String[] indices,
            ActionListener<FacetsResponse> answer) {
        requireField(facets.field(), response, indices);
        reader.read(
                response,
                null,
                ActionListener.map(answer, shown -> new FacetsResponse(reader.without(response, null), shown)));
    }

    /**
     * Throws if the named field does not exist. An aggregation over such a field is empty, as in core, but a search
     * page needs an error.
     */
    private static void requireField(String field, SearchResponse response, String[] indices) {
        InternalLatentClusters clusters = FacetAggregations.clusters(response);
        if (field != null && clusters != null && clusters.model().isEmpty()) {
            throw new IllegalArgumentException("[field] of [facets] must be a field of type [latent_vector] in "
                    + Arrays.toString(indices) + ": \"" + field + "\"");
        }
    }

    /** The two optional parts of a body. */
    private static final class Body {
        private final SearchSourceBuilder source = new SearchSourceBuilder();
        private final Map<String, Object> facets = new LinkedHashMap<>();

        private void read(XContentParser parser) throws IOException {
            if (parser == null || parser.nextToken() == null) {
                return;
            }
            if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
                throw new IllegalArgumentException(
                        "the body must be an object: it begins with " + parser.currentToken());
            }
            Map<String, Object> others = new LinkedHashMap<>();
            while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
                String key = parser.currentName();
                if (parser.nextToken() == XContentParser.Token.START_OBJECT && key.equals(SEARCH)) {
                    source.parseXContent(parser, false); // parse in place: core reads a search only from a parser
                } else {
                    others.put(key, XContentParserUtils.parseFieldsValue(parser));
                }
            }
            StrictMap body = StrictMap.of("facets request", others);
            body.object(SEARCH);
            facets.putAll(body.map(FACETS).values());
            body.noOtherKeys();
        }
    }
}
