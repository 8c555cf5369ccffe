/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.PUT;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.CurationJson;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.ModelNames;
import io.latentfacets.rest.RestBody;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.ActionRunnable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET …/models/{model}/_export} and {@code PUT …/models/{model}/_import}. */
public final class RestModelArchiveAction extends BaseRestHandler {

    private static final String EXPORT = "/_plugins/_latent/models/{model}/_export";
    private static final String IMPORT = "/_plugins/_latent/models/{model}/_import";

    @Override
    public String getName() {
        return "latent_model_archive_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, EXPORT), new Route(PUT, IMPORT));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model");
        if (request.method() == GET) {
            int generation = request.paramAsInt("generation", 0);
            if (generation < 0) {
                throw new IllegalArgumentException("[generation] must be at least 1: " + generation);
            }
            return channel -> client.execute(
                    ExportModelAction.INSTANCE,
                    ModelRequest.generation(model, generation),
                    // the task has ended when the response is written, so nobody can cancel it then
                    ActionListener.map(
                            new RestToXContentListener<>(channel),
                            response -> response.whileWanted(request.getHttpChannel()::isOpen)));
        }
        ModelNames.validate(model);
        request.requiredContent();
        // parsing some ten megabytes takes a while, and this is a network thread
        return channel -> client.threadPool()
                .generic()
                .execute(ActionRunnable.<ImportModelAction.Response>wrap(
                        new RestToXContentListener<>(channel),
                        listener -> client.execute(
                                ImportModelAction.INSTANCE, archive(model, RestBody.read(request)), listener)));
    }

    private static ImportModelAction.Request archive(String model, StrictMap body) {
        String format = body.string("format", null);
        if (!ExportModelAction.FORMAT.equals(format)) {
            throw new IllegalArgumentException("[format] must be [" + ExportModelAction.FORMAT + "]: " + format);
        }
        body.string("model", null);
        body.integer("generation", 1, Integer.MAX_VALUE, 1);
        ModelDefinition definition = ModelDefinition.stored(model, body.map("definition"));
        ClusterEdits edits = edits(body);
        byte[] archive = body.bytes("archive");
        body.noOtherKeys();
        return new ImportModelAction.Request(definition, edits, new BytesArray(archive));
    }

    private static ClusterEdits edits(StrictMap body) {
        ClusterEdits edits = ClusterEdits.NONE;
        if (body.has("clusters")) {
            StrictMap clusters = body.map("clusters");
            for (String key : clusters.values().keySet()) {
                edits = edits.with(key, RestClustersAction.edit(clusters.map(key)));
            }
        }
        return body.has("curation") ? edits.with(CurationJson.read(body.map("curation"))) : edits;
    }
}
