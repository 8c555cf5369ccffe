/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;

/**
 * The part of all models that every node knows from the cluster state: the active generation, the edits of clusters,
 * and the indices to which it is bound. It is custom metadata of the system index, a plain map of strings. So a cluster
 * from which the plugin was removed still reads its state, and deleting the index deletes the pointers too. Keys:
 * {@code news} → {@code 2}, {@code news/clusters} and {@code news/bound} → JSON (a model's name has no slash).
 */
final class Pointers {

    static final String CUSTOM = "latent_facets";

    private static final String EDITS = "/clusters";
    private static final String BOUND = "/bound";

    private Pointers() {}

    /** The map in the cluster state; empty if there is none. Unmodifiable. */
    static Map<String, String> read(ClusterState state) {
        IndexMetadata index = state.metadata().index(SystemIndex.NAME);
        Map<String, String> custom = index == null ? null : index.getCustomData(CUSTOM);
        return custom == null ? Map.of() : custom;
    }

    /** The active generation of a model, 0 for none. */
    static int active(Map<String, String> pointers, String model) {
        String value = pointers.get(model);
        return value == null ? 0 : Integer.parseInt(value);
    }

    /** The active generation of every model that has one. */
    static Map<String, Integer> active(Map<String, String> pointers) {
        Map<String, Integer> active = new HashMap<>();
        pointers.forEach((key, value) -> {
            if (key.indexOf('/') < 0) {
                active.put(key, Integer.valueOf(value));
            }
        });
        return active;
    }

    static ClusterEdits edits(Map<String, String> pointers, String model) {
        String json = pointers.get(model + EDITS);
        return json == null ? ClusterEdits.NONE : ClusterEdits.fromJson(json);
    }

    static Bound bound(Map<String, String> pointers, String model) {
        String json = pointers.get(model + BOUND);
        return json == null ? Bound.NONE : Bound.fromJson(json);
    }

    /** The indices of every model that is bound to some. */
    static Map<String, Bound> bound(Map<String, String> pointers) {
        Map<String, Bound> bound = new HashMap<>();
        pointers.forEach((key, value) -> {
            if (key.endsWith(BOUND)) {
                bound.put(key.substring(0, key.length() - BOUND.length()), Bound.fromJson(value));
            }
        });
        return bound;
    }

    static Map<String, String> withBound(Map<String, String> pointers, String model, Bound bound) {
        Map<String, String> changed = new TreeMap<>(pointers);
        changed.put(model + BOUND, bound.toJson());
        return changed;
    }

    /** A copy with another active generation of the model; 0 removes the model's. */
    static Map<String, String> withActive(Map<String, String> pointers, String model, int generation) {
        Map<String, String> changed = new TreeMap<>(pointers);
        if (generation == 0) {
            changed.remove(model);
        } else {
            changed.put(model, Integer.toString(generation));
        }
        return changed;
    }

    static Map<String, String> withEdits(Map<String, String> pointers, String model, ClusterEdits edits) {
        Map<String, String> changed = new TreeMap<>(pointers);
        if (edits.byKey().isEmpty()) {
            changed.remove(model + EDITS);
        } else {
            changed.put(model + EDITS, edits.toJson());
        }
        return changed;
    }

    /** A copy without the model's active generation, edits and binding. */
    static Map<String, String> without(Map<String, String> pointers, String model) {
        Map<String, String> changed = new TreeMap<>(pointers);
        changed.remove(model);
        changed.remove(model + EDITS);
        changed.remove(model + BOUND);
        return changed;
    }
}
