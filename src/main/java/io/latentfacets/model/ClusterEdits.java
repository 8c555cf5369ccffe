/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

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
 * Custom labels and hidden flags of a model's clusters, by cluster key. Keys outlive generations, so these do too.
 * Immutable. Travels as one string in the cluster state (see {@link io.latentfacets.model.store.Pointers}).
 */
public record ClusterEdits(Map<String, Edit> byKey) {

    public static final ClusterEdits NONE = new ClusterEdits(Map.of());

    /**
     * One cluster's edit: the label to show instead of the learned one (null: the learned one), and whether facets
     * leave it out.
     */
    public record Edit(String label, boolean hidden) {}

    public ClusterEdits {
        byKey = Map.copyOf(byKey);
    }

    /** The label to show for a cluster: the custom one, else the learned one that is given. */
    public String label(String key, String learned) {
        Edit edit = byKey.get(key);
        return edit == null || edit.label() == null ? learned : edit.label();
    }

    /** Whether facets leave this cluster out. */
    public boolean hidden(String key) {
        Edit edit = byKey.get(key);
        return edit != null && edit.hidden();
    }

    /** These edits with one of them replaced; an edit without label that hides nothing is dropped. */
    public ClusterEdits with(String key, Edit edit) {
        Map<String, Edit> edits = new TreeMap<>(byKey);
        if (edit.label() == null && !edit.hidden()) {
            edits.remove(key);
        } else {
            edits.put(key, edit);
        }
        return new ClusterEdits(edits);
    }

    /** A JSON object, keys in order, so that equal edits give equal strings. */
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
