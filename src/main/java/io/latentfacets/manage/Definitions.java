/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.model.Bound;
import io.latentfacets.model.Definer;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.refresh.RefreshService;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;

/**
 * Stores definitions for callers who may read what the model learns from and what it is bound to already. Thread-safe;
 * never blocks.
 */
public final class Definitions {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final DefinitionChecks checks;
    private final SourceAccess access;
    private final RefreshService schedules;
    private final ThreadContext threadContext;

    public Definitions(
            ModelStore store,
            ModelRegistry registry,
            DefinitionChecks checks,
            SourceAccess access,
            RefreshService schedules,
            ThreadContext threadContext) {
        this.store = store;
        this.registry = registry;
        this.checks = checks;
        this.access = access;
        this.schedules = schedules;
        this.threadContext = threadContext;
    }

    /** @throws IllegalArgumentException if the definition does not fit this node's analyzers */
    void check(ModelDefinition definition) {
        checks.check(definition);
    }

    /**
     * Stores a definition, binds its model to {@code source.index}, and sets up its schedule. Fails with 403 if the
     * caller may not read the source, or what the model is bound to already; otherwise as {@link ModelStore#put} does.
     */
    void put(ModelDefinition definition, ActionListener<Void> listener) {
        check(definition);
        Bound bound = registry.bound(definition.name());
        Definer definer = Definer.of(threadContext);
        // a definition may be stored and not bound, because somebody else binds the model at the same time
        ActionListener<Void> stored = Listeners.either(
                done -> schedules.apply(definition, listener),
                failure -> schedules.follow(
                        definition.name(), Listeners.either(done -> listener.onFailure(failure), listener::onFailure)));
        ActionListener<Void> boundRead =
                Listeners.andThen(stored, (next, done) -> store.put(definition, definer, bound, next));
        ActionListener<Void> sourceRead = Listeners.andThen(
                listener, (next, done) -> access.requireReadable("bound", bound.patterns(), boundRead));
        access.requireReadable(definition, sourceRead);
    }
}
