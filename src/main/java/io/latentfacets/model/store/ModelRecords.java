/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.definition.ModelNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.index.engine.VersionConflictEngineException;
import org.opensearch.index.query.QueryBuilders;

/**
 * Reads and changes the models' documents and derives what the API shows. Thread-safe. Blocks on the index: call it on
 * the generic pool only.
 */
final class ModelRecords {

    private static final int ATTEMPTS = 10;

    /** A change of a model's document. A null result leaves the document as it is. */
    @FunctionalInterface
    interface Change {
        /**
         * Computes the new document.
         *
         * @param document the current document; null if the name was never used, not even by a deleted model
         */
        ModelDocument apply(ModelDocument document) throws IOException;
    }

    private final SystemIndex index;
    private final ClusterService clusterService;

    ModelRecords(SystemIndex index, ClusterService clusterService) {
        this.index = index;
        this.clusterService = clusterService;
    }

    /**
     * The document of a live model.
     *
     * @throws org.opensearch.ResourceNotFoundException if there is no such model
     */
    ModelDocument require(String name) {
        ModelDocument document = ModelDocument.live(index.get(ModelDocument.id(name)));
        if (document == null) {
            throw ModelNames.unknown(name);
        }
        return document;
    }

    /** Whether a model exists that a generation number belongs to, and not to a deleted model of the same name. */
    boolean lives(String name, int generation) {
        ModelDocument document = ModelDocument.live(index.get(ModelDocument.id(name)));
        return document != null && document.firstGeneration() <= generation;
    }

    StoredModel model(String name) {
        return derive(require(name));
    }

    List<StoredModel> models() {
        return documents().stream().map(this::derive).toList();
    }

    /** The documents of all live models, sorted by name. */
    List<ModelDocument> documents() {
        List<String> ids = index.search(QueryBuilders.termQuery("type", ModelDocument.TYPE));
        List<ModelDocument> documents = new ArrayList<>();
        for (SystemIndex.Doc doc : index.get(ids)) {
            ModelDocument document = ModelDocument.live(doc);
            if (document != null) {
                documents.add(document);
            }
        }
        return documents;
    }

    /** The documents of all deleted models, sorted by name. */
    List<ModelDocument> deleted() {
        List<String> ids = index.search(QueryBuilders.termQuery("type", ModelDocument.DELETED));
        return index.get(ids).stream()
                .filter(doc -> doc.exists() && ModelDocument.live(doc) == null)
                .map(doc -> ModelDocument.read(doc.source()))
                .toList();
    }

    /** The committed generations of a model, ascending by number. */
    List<GenerationSummary> generations(ModelDocument document) {
        List<String> ids = Arrays.stream(document.numbers())
                .mapToObj(n -> GenerationDocument.id(document.name(), n))
                .toList();
        return index.get(ids, GenerationDocument.DETAILS).stream()
                .filter(GenerationDocument::committed)
                .map(doc -> GenerationDocument.read(doc.source()).summary())
                .toList();
    }

    /**
     * Reads, changes and writes a document. If another writer interferes, it repeats this, up to {@value #ATTEMPTS}
     * attempts.
     */
    void change(String name, Change change) throws IOException {
        for (int attempt = 1; ; attempt++) {
            SystemIndex.Doc doc = index.get(ModelDocument.id(name));
            ModelDocument changed = change.apply(doc.exists() ? ModelDocument.read(doc.source()) : null);
            if (changed == null) {
                return;
            }
            try {
                index.create();
                index.put(doc, changed.toSource(), true);
                return;
            } catch (VersionConflictEngineException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                // the other writer's change may not be refreshed yet, and the next attempt has to see it
                index.refresh();
            }
        }
    }

    private StoredModel derive(ModelDocument document) {
        ClusterState state = clusterService.state();
        TrainingRecord training = document.training();
        if (training != null
                && training.running()
                && !TaskLiveness.nodeAlive(state, training.owner())
                && TrainingTasks.get(state, document.name(), training.generation()) == null) {
            training = training.end(TrainingLock.lost(training.owner()), 0, List.of());
        }
        int active = Pointers.active(Pointers.read(state), document.name());
        List<GenerationSummary> generations = generations(document);
        String error = error(active, generations, training);
        return new StoredModel(
                document.definition(),
                state(active, training),
                error,
                active,
                document.lastGeneration(),
                generations,
                training,
                Pointers.bound(Pointers.read(state), document.name()),
                document.definer());
    }

    private static ModelState state(int active, TrainingRecord training) {
        if (active > 0) {
            return ModelState.READY;
        }
        if (training == null) {
            return ModelState.CREATED;
        }
        if (training.running()) {
            return ModelState.TRAINING;
        }
        return training.outcome().status() == TrainingOutcome.Status.FAILED ? ModelState.FAILED : ModelState.CREATED;
    }

    private static String error(int active, List<GenerationSummary> generations, TrainingRecord training) {
        if (active > 0 && generations.stream().noneMatch(g -> g.number() == active)) {
            return "the active generation [" + active + "] is missing from [" + SystemIndex.NAME + "]";
        }
        return training == null || training.running()
                ? null
                : training.outcome().error();
    }
}
