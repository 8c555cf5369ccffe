/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.Clusters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Custom labels and hidden flags of a model's clusters, by cluster key. Cluster keys outlive generations, and so do the
 * edits: of a cluster that ended, the edit counts again once a generation with that key is active. A part that splits
 * off gets a key of its own, without an edit; what merges into a cluster gets the edit of that cluster. Immutable. The
 * cluster state carries them as one string (see {@link io.latentfacets.model.store.Pointers}).
 *
 * @param byKey the edits by cluster key
 */
public record ClusterEdits(Map<String, Edit> byKey) {

    public static final ClusterEdits NONE = new ClusterEdits(Map.of());

    /**
     * The edit of one cluster.
     *
     * @param label the label to show; null for the learned one
     * @param hidden whether facets leave the cluster out
     */
    public record Edit(String label, boolean hidden) {}

    public ClusterEdits {
        byKey = Map.copyOf(byKey);
    }

    /** The label to show for a cluster: the custom one if there is one, else the learned one. */
    public String label(String key, String learned) {
        Edit edit = byKey.get(key);
        return edit == null || edit.label() == null ? learned : edit.label();
    }

    /** Whether facets leave this cluster out. */
    public boolean hidden(String key) {
        Edit edit = byKey.get(key);
        return edit != null && edit.hidden();
    }

    /** A copy with the edit of one cluster replaced. An edit that has no label and hides nothing is removed. */
    public ClusterEdits with(String key, Edit edit) {
        Map<String, Edit> edits = new TreeMap<>(byKey);
        if (edit.label() == null && !edit.hidden()) {
            edits.remove(key);
        } else {
            edits.put(key, edit);
        }
        return new ClusterEdits(edits);
    }

    /** A copy with the edits of these clusters and their parents only. */
    public ClusterEdits of(Clusters clusters) {
        Map<String, Edit> edits = new TreeMap<>(byKey);
        edits.keySet().removeIf(key -> clusters.ordinals(key).isEmpty());
        return new ClusterEdits(edits);
    }

    /** The edits as a JSON object. Keys are sorted, so that equal edits give equal strings. */
    public String toJson() {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            builder.startObject();
            for (Map.Entry<String, Edit> entry : new TreeMap<>(byKey).entrySet()) {
                builder.startObject(entry.getKey());
                if (entry.getValue().label() != null) {
                    builder.field("label", entry.getValue().label());
                }
                builder.field("hidden", entry.getValue().hidden()).endObject();
            }
            return builder.endObject().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ClusterEdits fromJson(String json) {
        Map<String, Edit> edits = new TreeMap<>();
        XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON)
                .v2()
                .forEach((key, value) -> {
                    Map<?, ?> edit = (Map<?, ?>) value;
                    edits.put(key, new Edit((String) edit.get("label"), Boolean.TRUE.equals(edit.get("hidden"))));
                });
        return new ClusterEdits(edits);
    }
}
