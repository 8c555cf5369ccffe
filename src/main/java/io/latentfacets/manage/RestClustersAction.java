/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;
import static org.opensearch.rest.RestRequest.Method.PUT;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.rest.Csv;
import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.RestFlags;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestBuilderListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code /_plugins/_latent/models/{model}/clusters[/{key}]}: get, rename, hide, pin and annotate clusters. */
public final class RestClustersAction extends BaseRestHandler {

    private static final String ALL = "/_plugins/_latent/models/{model}/clusters";
    private static final String ONE = ALL + "/{key}";
    private static final int MAX_LABEL = 200;
    private static final int MAX_NOTE = 2_000;

    @Override
    public String getName() {
        return "latent_clusters_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(GET, ALL),
                new Route(HEAD, ALL),
                new Route(GET, ONE),
                new Route(HEAD, ONE),
                new Route(PUT, ONE));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model");
        String key = request.param("key");
        if (request.method() == PUT) {
            EditClusterAction.Request edit = new EditClusterAction.Request(model, key, edit(RestBody.read(request)));
            return channel -> client.execute(
                    EditClusterAction.INSTANCE,
                    edit,
                    RestModelsAction.acknowledged(model, Map.of("key", key), channel));
        }
        boolean sentences = RestFlags.flag(request, "sentences", true);
        boolean csv = ClustersCsv.wanted(request);
        return channel -> client.execute(
                GetClustersAction.INSTANCE,
                ModelRequest.cluster(model, key, sentences),
                new RestBuilderListener<GetClustersAction.Response>(channel) {
                    @Override
                    public RestResponse buildResponse(GetClustersAction.Response response, XContentBuilder builder)
                            throws Exception {
                        if (csv) {
                            builder.close(); // core asks of every answer that it has used the builder up
                            return new BytesRestResponse(
                                    RestStatus.OK, Csv.CONTENT_TYPE, ClustersCsv.of(response.clusters()));
                        }
                        ToXContentObject shown =
                                key == null ? response : response.clusters().get(0);
                        return new BytesRestResponse(RestStatus.OK, shown.toXContent(builder, channel.request()));
                    }
                });
    }

    /** Reads an edit; an absent or null label restores the learned one, and what is absent else is off. */
    static ClusterEdits.Edit edit(StrictMap body) {
        String label = text(body, "label", MAX_LABEL);
        boolean hidden = body.bool("hidden", false);
        boolean pinned = body.bool("pinned", false);
        String note = text(body, "note", MAX_NOTE);
        body.noOtherKeys();
        return new ClusterEdits.Edit(label, hidden, pinned, note);
    }

    private static String text(StrictMap body, String key, int longest) {
        String text = body.string(key, null);
        if (text != null && text.length() > longest) {
            throw new IllegalArgumentException(
                    body.name(key) + " must have at most " + longest + " characters: " + text.length());
        }
        return text;
    }
}
