/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.ingest.LatentEncodeProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.admin.indices.mapping.put.PutMappingAction;
import org.opensearch.action.admin.indices.mapping.put.PutMappingRequest;
import org.opensearch.action.admin.indices.settings.put.UpdateSettingsAction;
import org.opensearch.action.admin.indices.settings.put.UpdateSettingsRequest;
import org.opensearch.action.ingest.PutPipelineAction;
import org.opensearch.action.ingest.PutPipelineRequest;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.ClusterState;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.IndexSettings;
import org.opensearch.transport.client.Client;

/**
 * Writes what attaches indices to one model, with the rights of the caller. Each call waits until all nodes know what
 * it has written, and fails with 503 if they do not in time. Thread-safe; blocks.
 */
final class AttachmentWriter {

    private final Client client;
    private final String model;
    private final String field;

    AttachmentWriter(Client client, String model, String field) {
        this.client = client;
        this.model = model;
        this.field = field;
    }

    /** Adds the field to the indices that lack it. An index that has it may have set options of its own. */
    void putMapping(ClusterState state, List<String> indices) throws IOException {
        String[] unmapped = indices.stream()
                .filter(index -> !LatentMappings.fields(state.metadata().index(index), model)
                        .contains(field))
                .toArray(String[]::new);
        if (unmapped.length == 0) {
            return;
        }
        XContentBuilder mapping = XContentFactory.jsonBuilder().startObject().startObject("properties");
        mapping.startObject(field)
                .field("type", LatentVectorFieldMapper.CONTENT_TYPE)
                .field("model", model);
        mapping.endObject().endObject().endObject();
        PutMappingRequest request = new PutMappingRequest(unmapped).source(mapping);
        acknowledged(client.execute(PutMappingAction.INSTANCE, request).actionGet(), "mapping");
    }

    /** Makes the pipeline that is named like the model. */
    void putPipeline() throws IOException {
        XContentBuilder pipeline = XContentFactory.jsonBuilder().startObject();
        pipeline.field("description", "encodes documents with latent model [" + model + "]");
        pipeline.startArray("processors").startObject().startObject(LatentEncodeProcessor.TYPE);
        pipeline.field("model", model).field("target_field", field);
        pipeline.endObject().endObject().endArray().endObject();
        PutPipelineRequest request = new PutPipelineRequest(model, BytesReference.bytes(pipeline), XContentType.JSON);
        acknowledged(client.execute(PutPipelineAction.INSTANCE, request).actionGet(), "pipeline");
    }

    /**
     * Sets the default pipeline where another one is set.
     *
     * @param pipelines the pipeline of each index
     */
    void setDefaultPipeline(ClusterState state, Map<String, String> pipelines) {
        List<String> unset = new ArrayList<>();
        pipelines.forEach((index, pipeline) -> {
            Settings settings = state.metadata().index(index).getSettings();
            if (!pipeline.equals(IndexSettings.DEFAULT_PIPELINE.get(settings))) {
                unset.add(index);
            }
        });
        if (unset.isEmpty()) {
            return;
        }
        Settings settings = Settings.builder()
                .put(IndexSettings.DEFAULT_PIPELINE.getKey(), pipelines.get(unset.get(0)))
                .build();
        UpdateSettingsRequest request = new UpdateSettingsRequest(settings, unset.toArray(String[]::new));
        acknowledged(client.execute(UpdateSettingsAction.INSTANCE, request).actionGet(), "setting");
    }

    private static void acknowledged(AcknowledgedResponse response, String what) {
        if (!response.isAcknowledged()) {
            throw new OpenSearchStatusException(
                    "not all nodes have acknowledged the [{}] in time; attach again",
                    RestStatus.SERVICE_UNAVAILABLE,
                    what);
        }
    }
}
