/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.attach.AttachAction;
import io.latentfacets.attach.ReencodeAction;
import io.latentfacets.attach.TransportAttachAction;
import io.latentfacets.attach.TransportReencodeAction;
import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.drift.watch.DriftAction;
import io.latentfacets.drift.watch.DriftService;
import io.latentfacets.drift.watch.DriftSketchesAction;
import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.drift.watch.TransportDriftAction;
import io.latentfacets.drift.watch.TransportDriftSketchesAction;
import io.latentfacets.encode.EncodeAction;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.field.column.ColumnDemand;
import io.latentfacets.generations.CountLatentsAction;
import io.latentfacets.generations.DeleteGenerationAction;
import io.latentfacets.generations.GetGenerationAction;
import io.latentfacets.generations.Retention;
import io.latentfacets.generations.TransportCountLatentsAction;
import io.latentfacets.generations.TransportDeleteGenerationAction;
import io.latentfacets.generations.TransportGetGenerationAction;
import io.latentfacets.ingest.LatentEncodeProcessor;
import io.latentfacets.ingest.MappedEncodeProcessor;
import io.latentfacets.ingest.WriteIndices;
import io.latentfacets.model.FakeSecurity;
import io.latentfacets.model.store.ClassifierStore;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.model.store.TaskAliveAction;
import io.latentfacets.model.store.TransportTaskAliveAction;
import io.latentfacets.model.store.TransportUpdatePointerAction;
import io.latentfacets.model.store.UpdatePointerAction;
import io.latentfacets.refresh.RefreshService;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.ShardFields;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import io.latentfacets.search.query.LatentClusterQueryBuilder;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.search.results.ResultPartitioner;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.training.memory.NativeMemory;
import io.latentfacets.training.progress.TrainingStatus;
import io.latentfacets.training.progress.TrainingStatusAction;
import io.latentfacets.training.progress.TransportTrainingStatusAction;
import io.latentfacets.vae.Engines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.settings.SettingsModule;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.indices.breaker.BreakerSettings;
import org.opensearch.ingest.Processor;
import org.opensearch.node.Node;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.CircuitBreakerPlugin;
import org.opensearch.plugins.IngestPlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.PersistentTaskPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.script.ScriptService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.FixedExecutorBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.node.NodeClient;
import org.opensearch.watcher.ResourceWatcherService;

/** A plugin with the components that training and ingest need. */
public final class TrainingTestPlugin extends Plugin
        implements ActionPlugin, IngestPlugin, MapperPlugin, SearchPlugin, CircuitBreakerPlugin, PersistentTaskPlugin {

    /** The objects that a test inspects; the test finds them in the node by this class. */
    public record Parts(
            ModelStore store,
            ModelRegistry registry,
            EncoderService encoders,
            LatentStats stats,
            CircuitBreaker breaker,
            Path dataPath,
            DriftWatch drift,
            DriftService drifts) {}

    private CircuitBreaker breaker;
    private ThreadPool pool;
    private volatile Parts parts;
    private volatile ResultPartitioner partitioner;
    private volatile QueryServices queries;
    private volatile TrainingService trainings;
    private final WriteIndices indices = new WriteIndices();
    private volatile Classifiers classifiers;

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
        LatentStats stats = new LatentStats();
        pool = threadPool;
        SystemClient system = new SystemClient(client, () -> null);
        ModelStore store = new ModelStore(system, clusterService, threadPool);
        ModelRegistry registry = new ModelRegistry(store, threadPool, breaker, stats);
        clusterService.addListener(registry);
        clusterService.addStateApplier(indices);
        classifiers = new Classifiers(new ClassifierStore(system, clusterService, threadPool), threadPool, breaker);
        clusterService.addListener(classifiers);
        InferenceEngine engine = Engines.started();
        EncoderService encoders =
                new EncoderService(EngineEncoder.on(engine), name -> new EnglishAnalyzer(), registry, breaker);
        Path dataPath = nodeEnvironment.nodeDataPaths()[0];
        Retention retention = new Retention(store, system, clusterService);
        TrainingContext services = new TrainingContext(
                store,
                retention,
                registry,
                encoders,
                engine,
                name -> new EnglishAnalyzer(),
                breaker,
                new NativeMemory(
                        8L << 30, "outside the heap", environment.settings(), clusterService.getClusterSettings()),
                new TrainingSpace(dataPath),
                xContentRegistry,
                stats,
                new WordVectorFiles(
                        environment.configDir().resolve(WordVectorFiles.DIRECTORY),
                        Node.NODE_NAME_SETTING.get(environment.settings())),
                1,
                TrainingService.THREADS.get(environment.settings()));
        trainings = new TrainingService(services, (NodeClient) client, clusterService, resolver, threadPool);
        DriftWatch drift = new DriftWatch(
                registry,
                dataPath,
                threadPool::absoluteTimeInMillis,
                model -> RefreshService.halfLifeMillis(clusterService.state(), model));
        DriftService drifts = new DriftService(registry, system, clusterService, threadPool);
        parts = new Parts(store, registry, encoders, stats, breaker, dataPath, drift, drifts);
        ClusterColumns columns = new ClusterColumns(registry, () -> breaker, stats, new ColumnDemand());
        SearchPins pins = new SearchPins(clusterService, resolver, registry);
        SearchServices search = new SearchServices(pins, new ShardFields(registry, columns, pins::coverage));
        partitioner = new ResultPartitioner(search, columns, threadPool, stats);
        queries = new QueryServices(search, registry, encoders);
        SourceAccess access = new SourceAccess(client, system, clusterService, resolver, xContentRegistry);
        return List.of(parts, store, retention, access, registry, encoders, drift, drifts, trainings);
    }

    @Override
    public List<Setting<?>> getSettings() {
        return List.of(
                NativeMemory.LIMIT, TrainingService.CHECKPOINT_INTERVAL, TrainingNodes.PAUSED, TrainingNodes.NODES);
    }

    @Override
    public List<QuerySpec<?>> getQueries() {
        return List.of(LatentClusterQueryBuilder.spec(() -> queries));
    }

    @Override
    public List<AggregationSpec> getAggregations() {
        return LatentClustersAggregationBuilder.specs(() -> partitioner);
    }

    @Override
    public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
        return List.of(
                new ActionHandler<>(UpdatePointerAction.INSTANCE, TransportUpdatePointerAction.class),
                new ActionHandler<>(TaskAliveAction.INSTANCE, TransportTaskAliveAction.class),
                new ActionHandler<>(GetGenerationAction.INSTANCE, TransportGetGenerationAction.class),
                new ActionHandler<>(DeleteGenerationAction.INSTANCE, TransportDeleteGenerationAction.class),
                new ActionHandler<>(CountLatentsAction.INSTANCE, TransportCountLatentsAction.class),
                new ActionHandler<>(TrainAction.INSTANCE, TransportTrainAction.class),
                new ActionHandler<>(TrainingStatusAction.INSTANCE, TransportTrainingStatusAction.class),
                new ActionHandler<>(ReencodeAction.INSTANCE, TransportReencodeAction.class),
                new ActionHandler<>(AttachAction.INSTANCE, TransportAttachAction.class),
                new ActionHandler<>(DriftSketchesAction.INSTANCE, TransportDriftSketchesAction.class),
                new ActionHandler<>(DriftAction.INSTANCE, TransportDriftAction.class),
                new ActionHandler<>(EncodeAction.INSTANCE, TransportEncodeAction.class));
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        return List.of(new FakeSecurity(pool));
    }

    @Override
    public List<NamedWriteableRegistry.Entry> getNamedWriteables() {
        List<NamedWriteableRegistry.Entry> entries = new ArrayList<>(TrainingExecutor.namedWriteables());
        entries.add(new NamedWriteableRegistry.Entry(Task.Status.class, TrainingStatus.NAME, TrainingStatus::read));
        return entries;
    }

    @Override
    public List<NamedXContentRegistry.Entry> getNamedXContent() {
        return TrainingExecutor.namedXContents();
    }

    @Override
    public List<PersistentTasksExecutor<?>> getPersistentTasksExecutor(
            ClusterService clusterService,
            ThreadPool threadPool,
            Client client,
            SettingsModule settings,
            IndexNameExpressionResolver resolver) {
        return List.of(new TrainingExecutor(trainings, clusterService, threadPool));
    }

    @Override
    public List<ExecutorBuilder<?>> getExecutorBuilders(Settings settings) {
        return List.of(
                new FixedExecutorBuilder(
                        settings,
                        TrainingService.THREAD_POOL,
                        1,
                        TrainingService.QUEUE_SIZE,
                        "thread_pool.latent_train"),
                new FixedExecutorBuilder(
                        settings,
                        TransportEncodeAction.THREAD_POOL,
                        1,
                        TransportEncodeAction.QUEUE_SIZE,
                        "thread_pool.latent_encode"));
    }

    @Override
    public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
        return Map.of(
                LatentEncodeProcessor.TYPE,
                new LatentEncodeProcessor.Factory(this::encodeServices, parameters.threadContext));
    }

    @Override
    public Map<String, Processor.Factory> getSystemIngestProcessors(Processor.Parameters parameters) {
        return Map.of(
                MappedEncodeProcessor.TYPE,
                new MappedEncodeProcessor.Factory(this::encodeServices, parameters.threadContext));
    }

    private LatentEncodeProcessor.Services encodeServices() {
        return new LatentEncodeProcessor.Services(
                parts.registry(), parts.encoders(), parts.stats(), parts.drift(), classifiers, indices);
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of("latent_vector", LatentVectorFieldMapper.PARSER);
    }

    @Override
    public BreakerSettings getCircuitBreaker(Settings settings) {
        return new BreakerSettings(
                "latent", 512 << 20, 1.0, CircuitBreaker.Type.MEMORY, CircuitBreaker.Durability.TRANSIENT);
    }

    @Override
    public void setCircuitBreaker(CircuitBreaker assigned) {
        breaker = assigned;
    }
}
