/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.cluster.Curation;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.definition.ModelNames;
import java.util.Map;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.service.ClusterService;

/**
 * Changes what the cluster state says of a model. The records of models and the cluster state are two places, and no
 * write changes both. So a change is made first and checked afterwards: if the model was deleted meanwhile, the change
 * is taken back. A deletion marks the model's document before it removes the model from the cluster state. Hence a
 * change that comes before the removal goes with it, and one that comes after it finds the mark. If a model of the same
 * name exists again by then, neither takes anything from it, because removals name the models that they may remove by
 * their first generation. Thread-safe. Blocks: call it on the generic pool only.
 */
final class PointerChanges {

    private final SystemIndex index;
    private final SystemClient client;
    private final ClusterService clusterService;

    PointerChanges(SystemIndex index, SystemClient client, ClusterService clusterService) {
        this.index = index;
        this.client = client;
        this.clusterService = clusterService;
    }

    /** The map in the cluster state that this node has applied. */
    Map<String, String> current() {
        return Pointers.read(clusterService.state());
    }

    /**
     * Activates a generation of a model.
     *
     * @param document the model's document as it was read before the generation was found
     * @param expected the generation that must be active now; 0 for none, or {@link UpdatePointerAction.Request#ANY}
     * @param encoders what {@link Pointers#describe} gave
     * @throws org.opensearch.ResourceNotFoundException if the model is deleted meanwhile; as in the other methods
     */
    AcknowledgedResponse activate(ModelDocument document, int expected, int generation, String encoders) {
        return change(document, UpdatePointerAction.Request.activate(document.name(), expected, generation, encoders));
    }

    /** Activates a generation and replaces what people have merged and split, if both are what was expected. */
    AcknowledgedResponse activate(
            ModelDocument document, int expected, int generation, String encoders, Curation before, Curation after) {
        return change(
                document,
                UpdatePointerAction.Request.activate(
                        document.name(), expected, generation, encoders, Pointers.text(before), Pointers.text(after)));
    }

    /** Activates a minor generation if the expected one is active and no training of the model has a task. */
    void activateMinor(ModelDocument document, int expected, int generation, String encoders) {
        change(document, UpdatePointerAction.Request.activateMinor(document.name(), expected, generation, encoders));
    }

    /** Changes the label and visibility of a cluster. */
    AcknowledgedResponse edit(ModelDocument document, String key, ClusterEdits.Edit edit) {
        return change(
                document,
                UpdatePointerAction.Request.editCluster(document.name(), document.firstGeneration(), key, edit));
    }

    /** Changes the labels and visibility of many clusters, all at once; other clusters stay as they are. */
    void edit(ModelDocument document, ClusterEdits edits) {
        change(
                document,
                UpdatePointerAction.Request.editClusters(document.name(), document.firstGeneration(), edits.toJson()));
    }

    /**
     * Replaces what people have merged and split; fails with 409 if it is not what was expected, or another generation
     * is active.
     */
    AcknowledgedResponse curate(ModelDocument document, int expected, Curation before, Curation after) {
        return change(
                document,
                UpdatePointerAction.Request.curate(
                        document.name(),
                        expected,
                        document.firstGeneration(),
                        Pointers.text(before),
                        Pointers.text(after)));
    }

    /** Replaces what people have merged and split, whichever generation is active. */
    void curate(ModelDocument document, Curation after) {
        String before = Pointers.curationText(current(), document.name());
        change(
                document,
                UpdatePointerAction.Request.curate(
                        document.name(),
                        UpdatePointerAction.Request.ANY,
                        document.firstGeneration(),
                        before,
                        Pointers.text(after)));
    }

    /**
     * Replaces the labels that wait for somebody to accept them; fails with 409 if they, or the edits, are not what was
     * expected.
     *
     * @param accept whether those that no longer wait become the labels of their clusters
     */
    AcknowledgedResponse suggest(
            ModelDocument document,
            boolean accept,
            ClusterEdits edits,
            ClusterSuggestions before,
            ClusterSuggestions after) {
        return change(
                document,
                UpdatePointerAction.Request.suggest(
                        accept,
                        document.name(),
                        document.firstGeneration(),
                        edits.toJson(),
                        before.toText(),
                        after.toText()));
    }

    /** Binds a model to indices; fails with 409 if the model is bound to other indices than expected. */
    void bind(ModelDocument document, Bound expected, Bound bound) {
        change(
                document,
                UpdatePointerAction.Request.bind(document.name(), document.firstGeneration(), expected, bound));
    }

    /**
     * Changes what every node knows of a classifier.
     *
     * @param pointer null to forget the classifier
     */
    void classifier(ModelDocument document, String name, ClassifierPointer pointer) {
        change(
                document,
                UpdatePointerAction.Request.classifier(document.name(), document.firstGeneration(), name, pointer));
    }

    private AcknowledgedResponse change(ModelDocument document, UpdatePointerAction.Request request) {
        AcknowledgedResponse response = client.call(UpdatePointerAction.INSTANCE, request);
        ModelDocument now = ModelDocument.live(index.get(ModelDocument.id(document.name())));
        if (now == null || now.firstGeneration() != document.firstGeneration()) {
            remove(document.name(), document.firstGeneration() + 1);
            throw ModelNames.unknown(document.name());
        }
        return response;
    }

    /**
     * Forgets a model, unless a later one has its name.
     *
     * @param below removes a model whose first generation is lower; 0 removes any
     */
    void remove(String model, int below) {
        client.call(UpdatePointerAction.INSTANCE, UpdatePointerAction.Request.remove(model, below));
    }

    /** Removes deleted models. They remain when a deletion, or a change at the same time, is interrupted. */
    void removeStray() {
        for (String model : Pointers.models(current())) {
            SystemIndex.Doc doc = index.get(ModelDocument.id(model));
            if (ModelDocument.live(doc) == null) {
                remove(model, doc.exists() ? ModelDocument.read(doc.source()).firstGeneration() : 0);
            }
        }
    }
}
