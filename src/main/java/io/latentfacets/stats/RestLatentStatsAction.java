/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.opensearch.core.common.Strings;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestActions;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_latent[/{nodeId}]/stats[/{stat}]}. */
public final class RestLatentStatsAction extends BaseRestHandler {

    private static final String BASE = "/_plugins/_latent";

    @Override
    public String getName() {
        return "latent_stats_action";
    }

    @Override
    public List<Route> routes() {
        return Stream.of("/stats", "/stats/{stat}", "/{nodeId}/stats", "/{nodeId}/stats/{stat}")
                .flatMap(path -> Stream.of(new Route(GET, BASE + path), new Route(HEAD, BASE + path)))
                .toList();
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        String[] nodes = Strings.splitStringByCommaToArray(request.param("nodeId"));
        LatentStatsAction.Request stats = new LatentStatsAction.Request(names(request.param("stat")), nodes);
        stats.timeout(request.paramAsTime("timeout", null));
        return channel ->
                client.execute(LatentStatsAction.INSTANCE, stats, new RestActions.NodesResponseRestListener<>(channel));
    }

    private static Set<StatName> names(String expression) {
        Set<StatName> names = EnumSet.noneOf(StatName.class);
        for (String key : Strings.splitStringByCommaToArray(expression)) {
            names.add(StatName.of(key));
        }
        return names.isEmpty() ? EnumSet.allOf(StatName.class) : names;
    }
}
