/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.model.FakeSecurity;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.model.store.ModelRecovery;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.model.store.SystemIndex;
import io.latentfacets.refresh.DocumentGrowth;
import io.latentfacets.refresh.RefreshService;
import io.latentfacets.refresh.StreamFollower;
import io.latentfacets.search.WordEncoder;
import io.latentfacets.stats.LatentStats;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.IndexScopedSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.settings.SettingsFilter;
import org.opensearch.common.settings.SettingsModule;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.indices.SystemIndexDescriptor;
import org.opensearch.indices.breaker.BreakerSettings;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.CircuitBreakerPlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.PersistentTaskPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SystemIndexPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.rest.RestController;
import org.opensearch.rest.RestHandler;
import org.opensearch.script.ScriptService;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.FixedExecutorBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/**
 * A plugin with the components that the store and the registry need. The test decides which training tasks are dead.
 * The store has no more rights than the security plugin would give it.
 */
public final class ModelTestPlugin extends Plugin
        implements SystemIndexPlugin, ActionPlugin, MapperPlugin, CircuitBreakerPlugin, PersistentTaskPlugin {

    /** The objects that a test uses; the test finds them in the node by this class. */
    public static final class Parts {
        public final ClusterService clusterService;
        public final SystemIndex index;
        public final ModelStore store;
        public final ModelRegistry registry;
        final ModelRecovery recovery;
        public final LatentStats stats;
        public final CircuitBreaker breaker;
        public final Set<Long> deadTasks;
        /** The client of the store, with the plugin's identity. */
        public final SystemClient client;
        /** The name of an action that fails if the plugin runs it; null if none does. */
        public final AtomicReference<String> failing;
        /** Called before each action that the plugin runs, on the plugin's thread; null if nothing is. */
        public final AtomicReference<BiConsumer<String, ActionRequest>> before;
        /** The encoder of {@code _encode}. */
        public final WordEncoder encoder = new WordEncoder();
        /** Set after the components, because core creates it later. */
        volatile RestController controller;

        Parts(
                ClusterService clusterService,
                SystemClient client,
                ThreadPool threadPool,
                CircuitBreaker breaker,
                AtomicReference<String> failing,
                AtomicReference<BiConsumer<String, ActionRequest>> before) {
            this.client = client;
            this.failing = failing;
            this.before = before;
            this.clusterService = clusterService;
            this.breaker = breaker;
            deadTasks = ConcurrentHashMap.newKeySet();
            stats = new LatentStats();
            index = new SystemIndex(client, clusterService);
            store = new ModelStore(client, clusterService, threadPool, owner -> !deadTasks.contains(owner.taskId()));
            registry = new ModelRegistry(store, threadPool, breaker, stats);
            recovery = new ModelRecovery(store, threadPool);
            clusterService.addListener(registry);
            clusterService.addListener(recovery);
        }

        /**
         * Defines a model, publishes a generation of it and activates that.
         *
         * @param make makes the generation with a number
         */
        public GenerationSummary trained(String model, IntFunction<Generation> make) {
            await((ActionListener<Void> l) ->
                    store.put(ModelFixtures.definition(model), null, registry.bound(model), l));
            DiscoveryNode node = clusterService.localNode();
            TrainingOwner owner = new TrainingOwner(node.getId(), node.getEphemeralId(), 1, 1000);
            int number = await((ActionListener<Integer> l) -> store.beginTraining(model, owner, l));
            GenerationSummary summary =
                    await((ActionListener<GenerationSummary> l) -> store.publish(make.apply(number), l));
            await((ActionListener<AcknowledgedResponse> l) -> store.activate(model, number, l));
            await((ActionListener<Void> l) -> store.endTraining(model, number, TrainingOutcome.SUCCESS, List.of(), l));
            return summary;
        }

        private static <T> T await(Consumer<ActionListener<T>> call) {
            PlainActionFuture<T> future = PlainActionFuture.newFuture();
            call.accept(future);
            return future.actionGet(60_000);
        }
    }

    private CircuitBreaker breaker;
    private ThreadPool pool;
    private DefinitionChecks checks;
    private Parts parts;
    private SecuredSubject subject;
    private RefreshService schedules;

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
        pool = threadPool;
        AtomicReference<String> failing = new AtomicReference<>();
        AtomicReference<BiConsumer<String, ActionRequest>> before = new AtomicReference<>();
        subject = new SecuredSubject(threadPool, ".plugins-latent-models", failing, before);
        SystemClient system = new SystemClient(client, () -> subject);
        parts = new Parts(clusterService, system, threadPool, breaker, failing, before);
        checks = ModelActionsParts.checks(new Presets(Map.of()));
        schedules = new RefreshService(
                parts.store,
                system,
                clusterService,
                threadPool,
                new DocumentGrowth(system, xContentRegistry),
                RefreshService.never("this test has no drift"),
                StreamFollower.STILL);
        return ModelActionsParts.components(
                parts,
                checks,
                new SourceAccess(client, system, clusterService, resolver, xContentRegistry),
                schedules,
                threadPool.getThreadContext(),
                environment.tmpDir());
    }

    @Override
    public List<ExecutorBuilder<?>> getExecutorBuilders(Settings settings) {
        return List.of(new FixedExecutorBuilder(
                settings,
                TransportEncodeAction.THREAD_POOL,
                1,
                TransportEncodeAction.QUEUE_SIZE,
                "thread_pool." + TransportEncodeAction.THREAD_POOL));
    }

    @Override
    public List<RestHandler> getRestHandlers(
            Settings settings,
            RestController controller,
            ClusterSettings clusterSettings,
            IndexScopedSettings indexSettings,
            SettingsFilter filter,
            IndexNameExpressionResolver resolver,
            Supplier<DiscoveryNodes> nodes) {
        parts.controller = controller;
        return ModelActionsParts.handlers(checks);
    }

    @Override
    public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
        return ModelActionsParts.actions();
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
    public List<NamedWriteableRegistry.Entry> getNamedWriteables() {
        return RefreshService.namedWriteables();
    }

    @Override
    public List<NamedXContentRegistry.Entry> getNamedXContent() {
        return RefreshService.namedXContent();
    }

    @Override
    public List<Setting<?>> getSettings() {
        return List.of(RefreshService.DRIFT_CHECK_INTERVAL, RefreshService.ONLINE_INTERVAL);
    }

    @Override
    public Collection<SystemIndexDescriptor> getSystemIndexDescriptors(Settings settings) {
        return List.of(SystemIndex.DESCRIPTOR);
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of(LatentVectorFieldMapper.CONTENT_TYPE, LatentVectorFieldMapper.PARSER);
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        return List.of(subject, new FakeSecurity(pool));
    }

    @Override
    public BreakerSettings getCircuitBreaker(Settings settings) {
        return new BreakerSettings(
                "latent", 64 << 20, 1.0, CircuitBreaker.Type.MEMORY, CircuitBreaker.Durability.TRANSIENT);
    }

    @Override
    public void setCircuitBreaker(CircuitBreaker assigned) {
        breaker = assigned;
    }
}
