/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import java.util.function.BiFunction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.support.RetryableAction;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * Changes the labels that wait, by compare-and-set in the cluster state: if somebody else was faster, the change is
 * computed anew. Thread-safe. Never blocks.
 */
final class SuggestionChanges {

    private static final Logger logger = LogManager.getLogger(SuggestionChanges.class);

    private static final TimeValue PAUSE = TimeValue.timeValueMillis(20);
    private static final TimeValue PATIENCE = TimeValue.timeValueSeconds(20);

    private final ModelStore store;
    private final ModelRegistry registry;
    private final ThreadPool threadPool;

    SuggestionChanges(ModelStore store, ModelRegistry registry, ThreadPool threadPool) {
        this.store = store;
        this.registry = registry;
        this.threadPool = threadPool;
    }

    /**
     * Makes a change.
     *
     * @param accept whether the labels that no longer wait become those of their clusters
     * @param step computes what waits afterwards from what waits and what people have edited; the change is made only
     *     if both are still so. Runs again if somebody else was faster
     * @param listener receives whether all nodes know of it
     */
    void change(
            String model,
            boolean accept,
            BiFunction<ClusterSuggestions, ClusterEdits, ClusterSuggestions> step,
            ActionListener<Boolean> listener) {
        new RetryableAction<Boolean>(logger, threadPool, PAUSE, PATIENCE, listener) {
            @Override
            public void tryAction(ActionListener<Boolean> once) {
                ClusterSuggestions before = registry.suggestions(model);
                ClusterEdits edits = registry.edits(model);
                ClusterSuggestions after = step.apply(before, edits);
                if (after.equals(before)) {
                    once.onResponse(true);
                    return;
                }
                store.suggest(
                        model,
                        accept,
                        edits,
                        before,
                        after,
                        ActionListener.map(once, response -> response.isAcknowledged()));
            }

            @Override
            public boolean shouldRetry(Exception e) {
                return ExceptionsHelper.status(e) == RestStatus.CONFLICT;
            }
        }.run();
    }
}
