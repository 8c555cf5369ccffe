/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
    private final Attachment attachment;

    AttachmentWriter(Client client, Attachment attachment) {
        this.client = client;
        this.attachment = attachment;
    }

    /** Adds to the mappings what they lack, with one call for all indices that lack the same. */
    void putMapping(ClusterState state, Collection<String> indices) throws IOException {
        Map<Map<String, Object>, List<String>> missing = new LinkedHashMap<>();
        for (String index : indices) {
            Map<String, Object> fields = attachment.missing(state.metadata().index(index));
            if (!fields.isEmpty()) {
                missing.computeIfAbsent(fields, key -> new ArrayList<>()).add(index);
            }
        }
        for (Map.Entry<Map<String, Object>, List<String>> each : missing.entrySet()) {
            XContentBuilder mapping = XContentFactory.jsonBuilder().map(Map.of("properties", each.getKey()));
            PutMappingRequest request = new PutMappingRequest(each.getValue().toArray(String[]::new)).source(mapping);
            acknowledged(client.execute(PutMappingAction.INSTANCE, request).actionGet(), "mapping");
        }
    }

    /** Writes the pipeline that is named like the model. */
    void putPipeline(Map<String, Object> config) throws IOException {
        XContentBuilder pipeline = XContentFactory.jsonBuilder().map(config);
        PutPipelineRequest request =
                new PutPipelineRequest(attachment.model(), BytesReference.bytes(pipeline), XContentType.JSON);
        acknowledged(client.execute(PutPipelineAction.INSTANCE, request).actionGet(), "pipeline");
    }

    /**
     * Sets the default pipeline where another one is set.
     *
     * @param pipelines the pipeline of each index; null to leave an index as it is
     */
    void setDefaultPipeline(ClusterState state, Map<String, String> pipelines) {
        List<String> unset = new ArrayList<>();
        pipelines.forEach((index, pipeline) -> {
            Settings settings = state.metadata().index(index).getSettings();
            if (pipeline != null && !pipeline.equals(IndexSettings.DEFAULT_PIPELINE.get(settings))) {
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
