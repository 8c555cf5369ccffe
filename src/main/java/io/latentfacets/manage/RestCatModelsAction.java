/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.opensearch.rest.RestRequest.Method.GET;

import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.opensearch.common.Table;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestResponseListener;
import org.opensearch.rest.action.cat.AbstractCatAction;
import org.opensearch.rest.action.cat.RestTable;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_cat/latent_models[/{model}]}. */
public final class RestCatModelsAction extends AbstractCatAction {

    private static final String ALL = "/_cat/latent_models";

    @Override
    public String getName() {
        return "cat_latent_models_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, ALL), new Route(GET, ALL + "/{model}"));
    }

    @Override
    protected void documentation(StringBuilder text) {
        text.append(ALL).append("\n").append(ALL).append("/{model}\n");
    }

    @Override
    protected RestChannelConsumer doCatRequest(RestRequest request, NodeClient client) {
        ModelRequest models = ModelRequest.of(request.param("model", "*"));
        checkSort(request);
        return channel -> client.execute(
                GetModelsAction.INSTANCE, models, new RestResponseListener<GetModelsAction.Response>(channel) {
                    @Override
                    public RestResponse buildResponse(GetModelsAction.Response response) throws Exception {
                        return RestTable.buildResponse(table(request, response), channel);
                    }
                });
    }

    /** Checks the sort columns before the request runs: core checks them while it sorts and fails with status 500. */
    private void checkSort(RestRequest request) {
        Map<String, String> columns = getTableWithHeader(request).getAliasMap();
        for (String key : Strings.splitStringByCommaToArray(request.param("s"))) {
            String column = key.replaceFirst(":(asc|desc)$", "");
            if (!columns.containsKey(column)) {
                throw new IllegalArgumentException("[s] of [" + ALL + "] must name columns to sort by: [" + column
                        + "] is none of " + new TreeSet<>(columns.values()) + " nor an alias of one");
            }
        }
    }

    @Override
    protected Table getTableWithHeader(RestRequest request) {
        return new Table()
                .startHeaders()
                .addCell("model", "alias:m;desc:name")
                .addCell("state", "alias:s;desc:created, training, ready or failed")
                .addCell("active", "alias:a;text-align:right;desc:active generation, 0 for none")
                .addCell("generations", "alias:g;text-align:right;desc:how many are stored")
                .addCell("documents", "alias:d;text-align:right;desc:documents the active one learned from")
                .addCell("clusters", "alias:c;text-align:right;desc:clusters of the active one")
                .addCell("vocabulary", "alias:v;text-align:right;desc:terms the active one knows")
                .addCell("size", "alias:sz;text-align:right;desc:bytes of the active one's archive")
                .addCell("index", "alias:i;desc:what it learns from")
                .addCell("refresh", "alias:r;desc:when the next run of its schedule is due")
                .addCell("verdict", "alias:rv;desc:of the last run of its schedule")
                .addCell("error", "alias:e;default:false;desc:what is wrong with it")
                .endHeaders();
    }

    private Table table(RestRequest request, GetModelsAction.Response response) {
        Table table = getTableWithHeader(request);
        for (ModelView view : response.models()) {
            StoredModel model = view.stored();
            GenerationSummary active = model.generation(model.active());
            List<String> indices = model.definition().source().indices();
            table.startRow()
                    .addCell(model.name())
                    .addCell(model.state().toString())
                    .addCell(model.active())
                    .addCell(model.generations().size())
                    .addCell(active == null ? null : active.info().documents())
                    .addCell(active == null ? null : active.clusters())
                    .addCell(active == null ? null : active.vocabularySize())
                    .addCell(active == null ? null : new ByteSizeValue(active.bytes()))
                    .addCell(String.join(",", indices))
                    .addCell(view.refresh().next())
                    .addCell(view.refresh().lastVerdict())
                    .addCell(view.error())
                    .endRow();
        }
        return table;
    }
}
