/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What people have made of a model's clusters, by cluster key: labels, hidden and pinned clusters, notes, and what they
 * have merged and split. Cluster keys outlive generations, and so do the edits: of a cluster that ended, the edit
 * counts again once a generation with that key is active. A part that splits off gets a key of its own, without an
 * edit; what merges into a cluster gets the edit of that cluster. Immutable. The cluster state carries them as text
 * (see {@link io.latentfacets.model.store.Pointers}).
 *
 * @param byKey the edits by cluster key
 * @param curation what was merged and split
 */
public record ClusterEdits(Map<String, Edit> byKey, Curation curation) {

    public static final ClusterEdits NONE = new ClusterEdits(Map.of());

    /**
     * The edit of one cluster.
     *
     * @param label the label to show; null for the learned one
     * @param hidden whether facets leave the cluster out
     * @param pinned whether a training must keep the cluster
     * @param note what somebody wants to remember about it; null for nothing
     */
    public record Edit(String label, boolean hidden, boolean pinned, String note) implements Writeable {
        public static final Edit NONE = new Edit(null, false, false, null);

        public Edit(String label, boolean hidden) {
            this(label, hidden, false, null);
        }

        public static Edit read(StreamInput in) throws IOException {
            return new Edit(in.readOptionalString(), in.readBoolean(), in.readBoolean(), in.readOptionalString());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeOptionalString(label);
            out.writeBoolean(hidden);
            out.writeBoolean(pinned);
            out.writeOptionalString(note);
        }
    }

    public ClusterEdits {
        byKey = Map.copyOf(byKey);
    }

    /** Edits of clusters, none of which was merged or split. */
    public ClusterEdits(Map<String, Edit> byKey) {
        this(byKey, Curation.NONE);
    }

    public boolean isNone() {
        return byKey.isEmpty() && curation.isNone();
    }

    /** A copy with what was merged and split only. */
    public ClusterEdits withoutWords() {
        return byKey.isEmpty() ? this : new ClusterEdits(Map.of(), curation);
    }

    /** A copy with another curation. */
    public ClusterEdits with(Curation other) {
        return new ClusterEdits(byKey, other);
    }

    /** The keys of the clusters that a training must keep. */
    public Set<String> pinned() {
        return byKey.entrySet().stream()
                .filter(edit -> edit.getValue().pinned())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The edit of a cluster; {@link Edit#NONE} if nobody has edited it. */
    public Edit of(String key) {
        return byKey.getOrDefault(key, Edit.NONE);
    }

    /** The label to show for a cluster: the custom one if there is one, else the learned one. */
    public String label(String key, String learned) {
        Edit edit = byKey.get(key);
        return edit == null || edit.label() == null ? learned : edit.label();
    }

    /** The label that people have given a cluster, by itself or with those merged into it; null for none. */
    public String given(String key) {
        String own = of(key).label();
        Curation.Merge merge = curation.merges().get(key);
        return own != null || merge == null ? own : merge.label();
    }

    /** Whether people have given a cluster a label that it did not have in these former edits. */
    public boolean named(String key, ClusterEdits before) {
        return given(key) != null && !given(key).equals(before.given(key));
    }

    /** Whether facets leave this cluster out. */
    public boolean hidden(String key) {
        Edit edit = byKey.get(key);
        return edit != null && edit.hidden();
    }

    /** A copy with the edit of one cluster replaced. An edit that says nothing is removed. */
    public ClusterEdits with(String key, Edit edit) {
        return with(Map.of(key, edit));
    }

    /** A copy with the edits of these clusters replaced. Edits that say nothing are removed. */
    public ClusterEdits with(Map<String, Edit> others) {
        Map<String, Edit> edits = new TreeMap<>(byKey);
        edits.putAll(others);
        edits.values().removeIf(Edit.NONE::equals);
        return new ClusterEdits(edits, curation);
    }

    /**
     * A copy with the edits of these clusters and their parents only.
     *
     * @param encoder the fingerprint of the encoder whose latents the clusters divide
     */
    public ClusterEdits of(Clusters clusters, String encoder) {
        Clusters seen = clusters.curated(curation, encoder);
        Map<String, Edit> edits = new TreeMap<>(byKey);
        edits.keySet()
                .removeIf(key ->
                        clusters.ordinals(key).isEmpty() && seen.ordinals(key).isEmpty());
        return new ClusterEdits(edits, curation);
    }

    /**
     * The edits, without what was merged and split, as a JSON object. Keys are sorted, so that equal edits give equal
     * strings.
     */
    public String toJson() {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            builder.startObject();
            for (Map.Entry<String, Edit> entry : new TreeMap<>(byKey).entrySet()) {
                write(entry.getKey(), entry.getValue(), builder);
            }
            return builder.endObject().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a field with an edit. */
    public static void write(String key, Edit edit, XContentBuilder builder) throws IOException {
        builder.startObject(key);
        if (edit.label() != null) {
            builder.field("label", edit.label());
        }
        builder.field("hidden", edit.hidden());
        if (edit.pinned()) {
            builder.field("pinned", true);
        }
        if (edit.note() != null) {
            builder.field("note", edit.note());
        }
        builder.endObject();
    }

    public static ClusterEdits fromJson(String json) {
        Map<String, Edit> edits = new TreeMap<>();
        XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON)
                .v2()
                .forEach((key, value) -> {
                    Map<?, ?> edit = (Map<?, ?>) value;
                    edits.put(
                            key,
                            new Edit(
                                    (String) edit.get("label"),
                                    Boolean.TRUE.equals(edit.get("hidden")),
                                    Boolean.TRUE.equals(edit.get("pinned")),
                                    (String) edit.get("note")));
                });
        return new ClusterEdits(edits);
    }
}
