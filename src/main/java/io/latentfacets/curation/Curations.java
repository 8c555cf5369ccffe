/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.Turns;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import io.latentfacets.model.Generation;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.RetryableAction;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * Changes what people have made of a model's clusters, by compare-and-set in the cluster state: it looks at the
 * clusters of the active generation as this node knows them, computes the change, and asks the cluster manager to make
 * it if nobody else has changed anything meanwhile. If somebody has, it looks again. So of many callers at a time each
 * one's change is made, or refused for what the others have made. Callers of one node take turns, so only nodes
 * compete. Thread-safe. Never blocks.
 */
public final class Curations {

    private static final Logger logger = LogManager.getLogger(Curations.class);

    private static final TimeValue PAUSE = TimeValue.timeValueMillis(20);
    private static final TimeValue PATIENCE = TimeValue.timeValueSeconds(20);

    private final ModelStore store;
    private final ModelRegistry registry;
    private final ThreadPool threadPool;
    private final Turns turns;

    public Curations(ModelStore store, ModelRegistry registry, ThreadPool threadPool) {
        this.store = store;
        this.registry = registry;
        this.threadPool = threadPool;
        this.turns = new Turns(threadPool);
    }

    /**
     * What a change starts from.
     *
     * @param generation the active generation, with the clusters that it learned
     * @param curation what people have merged and split
     */
    record Seen(Generation generation, Curation curation) {
        /** The clusters that people see. */
        Clusters clusters() {
            return generation.curated(curation).clusters();
        }

        /** @throws ResourceNotFoundException if there is neither a cluster nor a parent of this key */
        void require(String key) {
            if (clusters().ordinals(key).isEmpty()) {
                throw new ResourceNotFoundException(
                        "generation [{}] of model [{}] has no cluster [{}]",
                        generation.number(),
                        generation.model(),
                        key);
            }
        }

        /** @throws IllegalArgumentException also if the key is that of a parent, or of a cluster within another one */
        void requireCluster(String name, String key) {
            require(key);
            if (clusters().ordinal(key) < 0) {
                throw new IllegalArgumentException("[" + name + "] must name clusters: [" + key + "] is the parent of "
                        + clusters()
                                .tree()
                                .keysBelow(
                                        clusters().tree().ordinal(key),
                                        clusters().keys()));
            }
            String counts = curation.counts(key);
            if (!counts.equals(key)) {
                throw new IllegalArgumentException(
                        "[" + name + "] must name clusters: [" + key + "] was merged into [" + counts + "]");
            }
        }
    }

    /** Computes what people will see. */
    interface Step {
        /** @throws RuntimeException if the change makes no sense for these clusters */
        Curation change(Seen seen);
    }

    /** Looks at the clusters of the active generation. */
    void look(String model, ActionListener<Seen> listener) {
        store.get(model, Listeners.andThen(listener, (next, stored) -> load(stored, next)));
    }

    private void load(StoredModel stored, ActionListener<Seen> listener) {
        int active = registry.active(stored.name());
        if (active == 0) {
            throw new ResourceNotFoundException("model [{}] has no active generation yet", stored.name());
        }
        Curation curation = registry.edits(stored.name()).curation();
        registry.load(stored.name(), active, ActionListener.map(listener, learned -> new Seen(learned, curation)));
    }

    /**
     * Makes a change.
     *
     * @param step computes it; runs again if somebody else was faster
     * @param listener receives what there is after the change, as this node sees it, and whether all nodes do
     */
    void change(String model, Step step, ActionListener<Changed> listener) {
        turns.take(model, ended -> changeNow(model, step, ended), listener);
    }

    private void changeNow(String model, Step step, ActionListener<Changed> listener) {
        new RetryableAction<Changed>(logger, threadPool, PAUSE, PATIENCE, listener) {
            @Override
            public void tryAction(ActionListener<Changed> once) {
                look(model, Listeners.andThen(once, (next, seen) -> {
                    Curation after = step.change(seen);
                    store.curate(
                            model,
                            seen.generation().number(),
                            seen.curation(),
                            after,
                            ActionListener.map(
                                    next,
                                    response -> new Changed(
                                            new Seen(seen.generation(), after), response.isAcknowledged())));
                }));
            }

            @Override
            public boolean shouldRetry(Exception e) {
                return ExceptionsHelper.status(e) == RestStatus.CONFLICT;
            }
        }.run();
    }

    /**
     * What there is after a change.
     *
     * @param acknowledged whether every node has applied it in time
     */
    record Changed(Seen seen, boolean acknowledged) {}
}
