/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import io.latentfacets.async.Listeners;
import io.latentfacets.field.LatentMappings;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.index.shard.ShardId;

/**
 * Deletes old generations of models whose definition has {@code refresh}, beyond {@code keep_generations}, oldest
 * first. It keeps the active generation, the one that this was compared with, and every generation whose encoder made
 * latents that documents still carry, unless another generation that stays has the same encoder. If it cannot count
 * those documents in all shards, the generation stays. Thread-safe. Never blocks.
 */
public final class Retention {

    private static final Logger logger = LogManager.getLogger(Retention.class);

    private final ModelStore store;
    private final SystemClient client;
    private final ClusterService clusterService;

    public Retention(ModelStore store, SystemClient client, ClusterService clusterService) {
        this.store = store;
        this.client = client;
        this.clusterService = clusterService;
    }

    /**
     * Deletes what is left over after an activation by hand. While the model trains it does nothing: the training needs
     * a generation to compare with, and does the same at its end.
     *
     * @param listener called when this is done; never fails
     */
    public void afterActivation(String model, ActionListener<Void> listener) {
        begin(model, false, listener);
    }

    /**
     * Deletes what is left over at the end of a training, which has the model's lock still.
     *
     * @param listener called when this is done; never fails
     */
    public void afterTraining(String model, ActionListener<Void> listener) {
        begin(model, true, listener);
    }

    private void begin(String model, boolean training, ActionListener<Void> listener) {
        ActionListener<Void> done = Listeners.either(nothing -> listener.onResponse(null), failure -> {
            logger.warn("old generations of model [{}] stay for now: {}", model, failure.getMessage());
            listener.onResponse(null);
        });
        store.get(model, Listeners.andThen(done, (next, stored) -> {
            boolean trains = stored.training() != null && stored.training().running();
            List<GenerationSummary> surplus = trains && !training ? List.of() : surplus(stored);
            deleteNext(stored, surplus.iterator(), new ArrayList<>(stored.generations()), next);
        }));
    }

    /**
     * The generations that the definition's number leaves no place for, oldest first. The newest one has a place, for
     * it may have been made just now without being activated; then the one that the active one was compared with. Minor
     * generations need no place, and go before the others as soon as they have been replaced twice.
     */
    static List<GenerationSummary> surplus(StoredModel model) {
        GenerationSummary active = model.generation(model.active());
        if (model.definition().refresh() == null || active == null) {
            return List.of();
        }
        int places = model.definition().refresh().keepGenerations() - 1;
        int predecessor = active.decision() == null ? 0 : active.decision().comparedWith();
        List<GenerationSummary> others = new ArrayList<>(model.generations());
        others.remove(active);
        // the newest one may be about to be activated, and searches may still count with the one before
        List<GenerationSummary> surplus = new ArrayList<>(others.stream()
                .filter(each -> each.minor() && each.number() != model.lastGeneration() && each.number() != predecessor)
                .toList());
        // a minor generation takes the place of its major one, and none of its own
        others.removeIf(
                each -> each.minor() || each.number() == active.info().major().number());
        if (others.removeIf(each -> each.number() == model.lastGeneration())) {
            places--;
        }
        if (places > 0 && others.removeIf(each -> each.number() == predecessor)) {
            places--;
        }
        surplus.addAll(others.subList(0, Math.max(0, others.size() - Math.max(0, places))));
        return surplus;
    }

    private void deleteNext(
            StoredModel model,
            Iterator<GenerationSummary> left,
            List<GenerationSummary> stored,
            ActionListener<Void> listener) {
        if (!left.hasNext()) {
            listener.onResponse(null);
            return;
        }
        GenerationSummary old = left.next();
        ActionListener<Void> goOn = Listeners.andThen(listener, (next, done) -> deleteNext(model, left, stored, next));
        ActionListener<Boolean> counted = Listeners.andThen(goOn, (next, carried) -> {
            if (carried) {
                logger.debug(
                        "generation [{}] of model [{}] stays: documents carry its latents", old.number(), model.name());
                next.onResponse(null);
            } else {
                delete(model, old, stored, next);
            }
        });
        boolean shared = stored.stream()
                .anyMatch(
                        each -> each.number() != old.number() && each.encoder().equals(old.encoder()));
        if (old.encoder().isNone()) {
            counted.onResponse(true); // nobody can tell which documents it encoded
        } else if (shared) {
            counted.onResponse(false);
        } else {
            carried(model.name(), old, counted);
        }
    }

    private void delete(
            StoredModel model, GenerationSummary old, List<GenerationSummary> stored, ActionListener<Void> listener) {
        store.deleteOldGeneration(model.name(), old.number(), ActionListener.map(listener, done -> {
            stored.remove(old);
            logger.info(
                    "deleted generation [{}] of model [{}]: [refresh.keep_generations] is [{}] and no document"
                            + " needs it",
                    old.number(),
                    model.name(),
                    model.definition().refresh().keepGenerations());
            return null;
        }));
    }

    /** Answers whether documents carry latents of a generation's encoder; true if it cannot be found out. */
    private void carried(String model, GenerationSummary old, ActionListener<Boolean> listener) {
        Set<ShardId> expected = shards(clusterService.state(), model);
        if (expected.isEmpty()) {
            listener.onResponse(false);
            return;
        }
        client.execute(
                CountLatentsAction.INSTANCE,
                new CountLatentsAction.Request(model, old.encoder()),
                Listeners.<CountLatentsAction.Response>either(
                        count -> {
                            expected.removeAll(count.shards());
                            listener.onResponse(count.documents() > 0 || !expected.isEmpty());
                        },
                        failure -> {
                            logger.debug(
                                    "cannot count the latents of generation [{}] of model [{}]",
                                    old.number(),
                                    model,
                                    failure);
                            listener.onResponse(true);
                        }));
    }

    /**
     * The shards of all indices with a field of the model. Those of a closed index are among them: nobody counts there.
     */
    private static Set<ShardId> shards(ClusterState state, String model) {
        Set<ShardId> shards = new HashSet<>();
        for (IndexMetadata index : state.metadata()) {
            if (!LatentMappings.fields(index, model).isEmpty()) {
                for (int shard = 0; shard < index.getNumberOfShards(); shard++) {
                    shards.add(new ShardId(index.getIndex(), shard));
                }
            }
        }
        return shards;
    }
}
