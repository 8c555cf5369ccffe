/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Labels that a language model has suggested for a model's clusters, and that nobody has accepted or dismissed yet. No
 * search sees them. They stand beside the edits of users and go by cluster key as these do, so they outlive a training
 * as long as the cluster does. Immutable.
 *
 * @param byKey the suggestions by the key of the cluster or parent, sorted
 */
public record ClusterSuggestions(NavigableMap<String, Suggestion> byKey) {

    public static final ClusterSuggestions NONE = new ClusterSuggestions(new TreeMap<>());

    /**
     * A suggested label.
     *
     * @param label the label
     * @param generation the generation whose cluster it was suggested for
     * @param mlModel the id of the language model in ml-commons
     */
    public record Suggestion(String label, int generation, String mlModel) implements Writeable {

        public Suggestion(StreamInput in) throws IOException {
            this(in.readString(), in.readVInt(), in.readString());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(label);
            out.writeVInt(generation);
            out.writeString(mlModel);
        }
    }

    public ClusterSuggestions {
        byKey = Collections.unmodifiableNavigableMap(new TreeMap<>(byKey));
    }

    /** The suggestion for a cluster or parent; null for none. */
    public Suggestion of(String key) {
        return byKey.get(key);
    }

    /** A copy with more suggestions, each in the place of the former one for its cluster. */
    public ClusterSuggestions with(Map<String, Suggestion> more) {
        NavigableMap<String, Suggestion> changed = new TreeMap<>(byKey);
        changed.putAll(more);
        return new ClusterSuggestions(changed);
    }

    /** A copy without the suggestions for these clusters. */
    public ClusterSuggestions without(Collection<String> keys) {
        NavigableMap<String, Suggestion> changed = new TreeMap<>(byKey);
        changed.keySet().removeAll(keys);
        return new ClusterSuggestions(changed);
    }

    /** A copy with the suggestions for these clusters only. */
    public ClusterSuggestions only(Collection<String> keys) {
        NavigableMap<String, Suggestion> changed = new TreeMap<>(byKey);
        changed.keySet().retainAll(keys);
        return new ClusterSuggestions(changed);
    }

    /** The suggestions as a JSON object, for the cluster state; "" for none. Equal suggestions give equal text. */
    public String toText() {
        if (byKey.isEmpty()) {
            return "";
        }
        try (XContentBuilder json = XContentFactory.jsonBuilder()) {
            json.startObject();
            for (Map.Entry<String, Suggestion> entry : byKey.entrySet()) {
                json.startObject(entry.getKey())
                        .field("label", entry.getValue().label())
                        .field("generation", entry.getValue().generation())
                        .field("ml_model_id", entry.getValue().mlModel())
                        .endObject();
            }
            return json.endObject().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what {@link #toText} gave. */
    public static ClusterSuggestions ofText(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        StrictMap all = StrictMap.of(
                "suggestions",
                XContentHelper.convertToMap(new BytesArray(text), true, MediaTypeRegistry.JSON)
                        .v2());
        NavigableMap<String, Suggestion> byKey = new TreeMap<>();
        for (String key : all.values().keySet()) {
            StrictMap one = all.map(key);
            byKey.put(
                    key,
                    new Suggestion(
                            one.string("label"),
                            one.integer("generation", 0, Integer.MAX_VALUE, 0),
                            one.string("ml_model_id")));
        }
        return new ClusterSuggestions(byKey);
    }
}
