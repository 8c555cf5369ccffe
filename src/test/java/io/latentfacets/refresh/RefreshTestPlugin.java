/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.drift.watch.DriftService;
import io.latentfacets.generations.Retention;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.stats.LatentStats;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.SettingsModule;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.PersistentTaskPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.script.ScriptService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** A plugin with the schedules, for nodes that have the components of training from another plugin. */
public final class RefreshTestPlugin extends Plugin implements ActionPlugin, PersistentTaskPlugin {

    private volatile RefreshService schedules;

    @Override
    public Collection<Object> createComponents(
            Client client,
            ClusterService clusterService,
            ThreadPool threadPool,
            ResourceWatcherService watcher,
            ScriptService scripts,
            NamedXContentRegistry xContentRegistry,
            Environment environment,
            NodeEnvironment nodeEnvironment,
            NamedWriteableRegistry writeables,
            IndexNameExpressionResolver resolver,
            Supplier<RepositoriesService> repositories) {
        SystemClient system = new SystemClient(client, () -> null);
        ModelStore store = new ModelStore(system, clusterService, threadPool);
        ModelRegistry registry =
                new ModelRegistry(store, threadPool, new NoopCircuitBreaker("latent"), new LatentStats());
        clusterService.addListener(registry);
        schedules = new RefreshService(
                store,
                system,
                clusterService,
                threadPool,
                new DocumentGrowth(system, xContentRegistry),
                RefreshService.never("these tests have no drift"),
                new OnlineClusters(
                        store,
                        registry,
                        new DriftService(registry, system, clusterService, threadPool),
                        new Retention(store, system, clusterService),
                        threadPool::absoluteTimeInMillis));
        return List.of(schedules);
    }

    @Override
    public List<PersistentTasksExecutor<?>> getPersistentTasksExecutor(
            ClusterService clusterService,
            ThreadPool threadPool,
            Client client,
            SettingsModule settings,
            IndexNameExpressionResolver resolver) {
        return List.of(schedules.executor());
    }

    @Override
    public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
        return RefreshService.actions();
    }

    @Override
    public List<Setting<?>> getSettings() {
        return List.of(RefreshService.DRIFT_CHECK_INTERVAL, RefreshService.ONLINE_INTERVAL);
    }

    @Override
    public List<NamedWriteableRegistry.Entry> getNamedWriteables() {
        return RefreshService.namedWriteables();
    }

    @Override
    public List<NamedXContentRegistry.Entry> getNamedXContent() {
        return RefreshService.namedXContent();
    }
}
