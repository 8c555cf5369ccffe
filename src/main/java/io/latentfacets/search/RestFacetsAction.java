/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestStatusToXContentListener;
import org.opensearch.rest.action.search.RestSearchAction;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code GET|POST /{index}/_latent/facets}: a search and its cluster facets in one call. It is one search, sent as the
 * caller, with one aggregation more; it takes the parameters of {@code _search}, and its body is
 * {@code {"search":{…},"facets":{…}}}.
 */
public final class RestFacetsAction extends BaseRestHandler {
    private static final String SEARCH = "search";
    private static final String FACETS = "facets";
    private static final Set<String> RESPONSE_PARAMS = Set.of(
            "typed_keys", RestSearchAction.TOTAL_HITS_AS_INT_PARAM, RestSearchAction.INCLUDE_NAMED_QUERIES_SCORE_PARAM);

    private final Supplier<LatentSearch> search;
    private final LatentStats stats;

    public RestFacetsAction(Supplier<LatentSearch> search, LatentStats stats) {
        this.search = Objects.requireNonNull(search);
        this.stats = Objects.requireNonNull(stats);
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
        request.withContentOrSourceParamParserOrNull(body::read);
        SearchRequest searchRequest = new SearchRequest().source(body.source);
        RestSearchAction.parseSearchRequest(
                searchRequest, request, null, client.getNamedWriteableRegistry(), searchRequest.source()::size);
        FacetsRequest facets = body.facets;
        ExampleTitles titles = new ExampleTitles(
                facets.titleField(),
                facets.examples() > 0 && facets.titleField() == null
                        ? search.get().textFields(searchRequest.indices())
                        : Set.of());
        searchRequest.source().aggregation(facets.aggregation(titles, search));
        return channel -> {
            long start = System.nanoTime();
            new RestCancellableNodeClient(client, request.getHttpChannel())
                    .execute(
                            SearchAction.INSTANCE,
                            searchRequest,
                            ActionListener.delegateFailure(
                                    new RestStatusToXContentListener<FacetsResponse>(channel), (to, response) -> {
                                        long nanos = System.nanoTime() - start;
                                        stats.took(StatName.FACET_MILLIS, nanos);
                                        FacetsResponse answer = new FacetsResponse(
                                                response, facets, titles, TimeUnit.NANOSECONDS.toMillis(nanos));
                                        answer.requireField(searchRequest.indices());
                                        to.onResponse(answer);
                                    }));
        };
    }

    /** The two parts of a body; both may be missing. */
    private static final class Body {
        private static final StrictKeys WHAT = new StrictKeys("facets request");

        private SearchSourceBuilder source = new SearchSourceBuilder();
        private FacetsRequest facets = FacetsRequest.DEFAULTS;

        private void read(XContentParser parser) throws IOException {
            if (parser == null || parser.nextToken() == null) {
                return;
            }
            WHAT.object(parser, "body");
            while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case SEARCH -> {
                        WHAT.object(parser, key);
                        source.parseXContent(parser, false);
                    }
                    case FACETS -> {
                        WHAT.object(parser, key);
                        facets = FacetsRequest.parse(parser);
                    }
                    default -> throw WHAT.unknown(parser, key, List.of(SEARCH, FACETS));
                }
            }
        }
    }
}
