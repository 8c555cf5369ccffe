/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code POST …/clusters/_merge}, {@code …/clusters/_unmerge}, {@code …/clusters/{key}/_split} and
 * {@code …/clusters/{key}/_unsplit}. Cancelled if the client disconnects.
 */
public final class RestCurationAction extends BaseRestHandler {

    private static final String ALL = "/_plugins/_latent/models/{model}/clusters";
    private static final String MERGE = ALL + "/_merge";
    private static final String UNMERGE = ALL + "/_unmerge";
    private static final String SPLIT = ALL + "/{key}/_split";
    private static final String UNSPLIT = ALL + "/{key}/_unsplit";

    @Override
    public String getName() {
        return "latent_curation_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(POST, MERGE), new Route(POST, UNMERGE), new Route(POST, SPLIT), new Route(POST, UNSPLIT));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model");
        String path = request.path();
        StrictMap body = RestBody.read(request);
        CurationRequest asked;
        if (path.endsWith("/_merge")) {
            asked = CurationRequest.merge(model, body);
        } else if (path.endsWith("/_unmerge")) {
            asked = CurationRequest.unmerge(model, body);
        } else if (path.endsWith("/_split")) {
            asked = CurationRequest.split(model, request.param("key"), body, timeout(request));
        } else {
            asked = CurationRequest.unsplit(model, request.param("key"), body);
        }
        boolean split = asked.change() == CurationRequest.Change.SPLIT;
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(
                        split ? SplitClusterAction.INSTANCE : CurateAction.INSTANCE,
                        asked,
                        new RestToXContentListener<>(channel));
    }

    private static TimeValue timeout(RestRequest request) {
        TimeValue timeout = request.paramAsTime("timeout", null);
        if (timeout != null && timeout.millis() <= 0) {
            throw new IllegalArgumentException("[timeout] must be longer than 0ms: " + timeout);
        }
        return timeout;
    }
}
