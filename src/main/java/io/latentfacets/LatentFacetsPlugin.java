/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets;

import io.latentfacets.async.Listeners;
import io.latentfacets.attach.AttachAction;
import io.latentfacets.attach.ReencodeAction;
import io.latentfacets.attach.RestAttachAction;
import io.latentfacets.attach.RestReencodeAction;
import io.latentfacets.attach.TransportAttachAction;
import io.latentfacets.attach.TransportReencodeAction;
import io.latentfacets.classify.ClassifyAction;
import io.latentfacets.classify.DeleteClassifierAction;
import io.latentfacets.classify.GetClassifiersAction;
import io.latentfacets.classify.RestClassifiersAction;
import io.latentfacets.classify.RestClassifyAction;
import io.latentfacets.classify.Retraining;
import io.latentfacets.classify.TrainClassifierAction;
import io.latentfacets.classify.TransportClassifyAction;
import io.latentfacets.classify.TransportDeleteClassifierAction;
import io.latentfacets.classify.TransportGetClassifiersAction;
import io.latentfacets.classify.TransportTrainClassifierAction;
import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.curation.CurateAction;
import io.latentfacets.curation.Curations;
import io.latentfacets.curation.RestCurationAction;
import io.latentfacets.curation.SplitClusterAction;
import io.latentfacets.curation.TransportCurateAction;
import io.latentfacets.curation.TransportSplitClusterAction;
import io.latentfacets.drift.watch.DriftAction;
import io.latentfacets.drift.watch.DriftMonitor;
import io.latentfacets.drift.watch.DriftService;
import io.latentfacets.drift.watch.DriftSketchesAction;
import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.drift.watch.RestDriftAction;
import io.latentfacets.drift.watch.TransportDriftAction;
import io.latentfacets.drift.watch.TransportDriftSketchesAction;
import io.latentfacets.encode.EncodeAction;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.EngineSettings;
import io.latentfacets.encode.RestEncodeAction;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.engine.EngineOptions;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.evaluation.EvaluateAction;
import io.latentfacets.evaluation.RestEvaluateAction;
import io.latentfacets.evaluation.TransportEvaluateAction;
import io.latentfacets.expand.ExpandExt;
import io.latentfacets.expand.ExpandProcessors;
import io.latentfacets.expand.ExpandServices;
import io.latentfacets.explorer.RestExplorerAction;
import io.latentfacets.facets.FacetProcessors;
import io.latentfacets.facets.FacetServices;
import io.latentfacets.facets.FacetsExt;
import io.latentfacets.facets.RestFacetsAction;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.field.column.ColumnDemand;
import io.latentfacets.field.column.ColumnWarmer;
import io.latentfacets.generate.GenerateAction;
import io.latentfacets.generate.RestGenerateAction;
import io.latentfacets.generate.TransportGenerateAction;
import io.latentfacets.generations.CountLatentsAction;
import io.latentfacets.generations.DeleteGenerationAction;
import io.latentfacets.generations.GetGenerationAction;
import io.latentfacets.generations.RestGenerationsAction;
import io.latentfacets.generations.Retention;
import io.latentfacets.generations.TransportCountLatentsAction;
import io.latentfacets.generations.TransportDeleteGenerationAction;
import io.latentfacets.generations.TransportGetGenerationAction;
import io.latentfacets.ingest.LatentEncodeProcessor;
import io.latentfacets.ingest.MappedEncodeProcessor;
import io.latentfacets.ingest.PartialUpdates;
import io.latentfacets.ingest.WriteIndices;
import io.latentfacets.manage.ActivateModelAction;
import io.latentfacets.manage.DefinitionChecks;
import io.latentfacets.manage.Definitions;
import io.latentfacets.manage.DeleteModelAction;
import io.latentfacets.manage.EditClusterAction;
import io.latentfacets.manage.ExportModelAction;
import io.latentfacets.manage.GetClustersAction;
import io.latentfacets.manage.GetModelsAction;
import io.latentfacets.manage.ImportModelAction;
import io.latentfacets.manage.PutModelAction;
import io.latentfacets.manage.RestCatModelsAction;
import io.latentfacets.manage.RestClustersAction;
import io.latentfacets.manage.RestModelArchiveAction;
import io.latentfacets.manage.RestModelsAction;
import io.latentfacets.manage.TransportActivateModelAction;
import io.latentfacets.manage.TransportDeleteModelAction;
import io.latentfacets.manage.TransportEditClusterAction;
import io.latentfacets.manage.TransportExportModelAction;
import io.latentfacets.manage.TransportGetClustersAction;
import io.latentfacets.manage.TransportGetModelsAction;
import io.latentfacets.manage.TransportImportModelAction;
import io.latentfacets.manage.TransportPutModelAction;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.model.store.ClassifierStore;
import io.latentfacets.model.store.ModelRecovery;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.model.store.TaskAliveAction;
import io.latentfacets.model.store.TransportTaskAliveAction;
import io.latentfacets.model.store.TransportUpdatePointerAction;
import io.latentfacets.model.store.UpdatePointerAction;
import io.latentfacets.neighbors.LatentNeighborsQueryBuilder;
import io.latentfacets.neighbors.NeighborTargets;
import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.refresh.DocumentGrowth;
import io.latentfacets.refresh.OnlineClusters;
import io.latentfacets.refresh.RefreshService;
import io.latentfacets.refresh.RestRefreshAction;
import io.latentfacets.search.HybridSearches;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.SearchTasks;
import io.latentfacets.search.ShardFields;
import io.latentfacets.search.VisibleDocuments;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import io.latentfacets.search.map.LatentMapAggregationBuilder;
import io.latentfacets.search.map.LatentRegionQueryBuilder;
import io.latentfacets.search.query.LatentClusterQueryBuilder;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.search.results.ResultPartitioner;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.LatentStatsAction;
import io.latentfacets.stats.NodeMetrics;
import io.latentfacets.stats.NodeStatsReader;
import io.latentfacets.stats.RestLatentStatsAction;
import io.latentfacets.stats.TransportLatentStatsAction;
import io.latentfacets.suggest.PromptAction;
import io.latentfacets.suggest.RestSuggestAction;
import io.latentfacets.suggest.SettleAction;
import io.latentfacets.suggest.SuggestAction;
import io.latentfacets.suggest.TransportPromptAction;
import io.latentfacets.suggest.TransportSettleAction;
import io.latentfacets.suggest.TransportSuggestAction;
import io.latentfacets.summarize.RestSummarizeAction;
import io.latentfacets.summarize.SummarizeAction;
import io.latentfacets.summarize.TransportSummarizeAction;
import io.latentfacets.terms.RestTermsAction;
import io.latentfacets.terms.TermFinder;
import io.latentfacets.terms.TermsAction;
import io.latentfacets.terms.TransportTermsAction;
import io.latentfacets.training.RestTrainAction;
import io.latentfacets.training.TrainAction;
import io.latentfacets.training.TrainingContext;
import io.latentfacets.training.TrainingExecutor;
import io.latentfacets.training.TrainingNodes;
import io.latentfacets.training.TrainingService;
import io.latentfacets.training.TrainingSpace;
import io.latentfacets.training.TransportTrainAction;
import io.latentfacets.training.WordVectorFiles;
import io.latentfacets.training.memory.NativeMemory;
import io.latentfacets.training.progress.RestTrainingStatusAction;
import io.latentfacets.training.progress.TrainingStatus;
import io.latentfacets.training.progress.TrainingStatusAction;
import io.latentfacets.training.progress.TransportTrainingStatusAction;
import io.latentfacets.trends.RestTrendsAction;
import io.latentfacets.trends.TrendServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.SetOnce;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.IndexScopedSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.settings.SettingsFilter;
import org.opensearch.common.settings.SettingsModule;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.util.io.IOUtils;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.identity.PluginSubject;
import org.opensearch.index.IndexModule;
import org.opensearch.index.analysis.AnalysisRegistry;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.indices.SystemIndexDescriptor;
import org.opensearch.indices.breaker.BreakerSettings;
import org.opensearch.ingest.Processor;
import org.opensearch.monitor.jvm.JvmInfo;
import org.opensearch.monitor.os.OsProbe;
import org.opensearch.node.Node;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.CircuitBreakerPlugin;
import org.opensearch.plugins.IdentityAwarePlugin;
import org.opensearch.plugins.IngestPlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.PersistentTaskPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPipelinePlugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.plugins.SystemIndexPlugin;
import org.opensearch.plugins.TelemetryAwarePlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.rest.RestController;
import org.opensearch.rest.RestHandler;
import org.opensearch.script.ScriptService;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.search.pipeline.SearchResponseProcessor;
import org.opensearch.tasks.Task;
import org.opensearch.telemetry.metrics.MetricsRegistry;
import org.opensearch.telemetry.tracing.Tracer;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.FixedExecutorBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.node.NodeClient;
import org.opensearch.watcher.ResourceWatcherService;

/**
 * Wires latent-facets into a node: builds the components and registers them at core's extension points. Core creates
 * one instance per node.
 */
public final class LatentFacetsPlugin extends Plugin
        implements ActionPlugin,
                CircuitBreakerPlugin,
                IdentityAwarePlugin,
                IngestPlugin,
                MapperPlugin,
                PersistentTaskPlugin,
                SearchPipelinePlugin,
                SearchPlugin,
                SystemIndexPlugin,
                TelemetryAwarePlugin {

    private static final Logger logger = LogManager.getLogger(LatentFacetsPlugin.class);
    private static final String BREAKER = "latent";
    private static final double BREAKER_SHARE_OF_HEAP = 0.4;

    // Core calls some extension points before createComponents and others after it. These holders pass objects between
    // them.
    private final SetOnce<AnalysisRegistry> analysis = new SetOnce<>();
    private final SetOnce<CircuitBreaker> breaker = new SetOnce<>();
    private final SetOnce<PluginSubject> subject = new SetOnce<>();
    private final SetOnce<ModelRegistry> registry = new SetOnce<>();
    private final SetOnce<EncoderService> encoders = new SetOnce<>();
    private final SetOnce<DriftWatch> drift = new SetOnce<>();
    private final SetOnce<Classifiers> classifiers = new SetOnce<>();
    private final SetOnce<ClusterColumns> columns = new SetOnce<>();
    private final SetOnce<RefreshService> schedules = new SetOnce<>();
    private final SetOnce<ColumnWarmer> warmer = new SetOnce<>();
    private final SetOnce<ResultPartitioner> partitioner = new SetOnce<>();
    private final SetOnce<QueryServices> queries = new SetOnce<>();
    private final ColumnDemand demand = new ColumnDemand();
    private final VisibleDocuments visible = new VisibleDocuments();
    private final SetOnce<ThreadPool> pools = new SetOnce<>();
    private final SetOnce<FacetServices> facets = new SetOnce<>();
    private final SetOnce<TrendServices> trends = new SetOnce<>();
    private final SetOnce<NeighborTargets> neighbors = new SetOnce<>();
    private final SetOnce<ExpandServices> expansions = new SetOnce<>();
    private final SetOnce<TrainingService> trainings = new SetOnce<>();
    private final WriteIndices writeIndices = new WriteIndices();
    private final LatentStats stats = new LatentStats();
    private final SetOnce<NodeStatsReader> reader = new SetOnce<>();
    private final SetOnce<NodeMetrics> metrics = new SetOnce<>();
    private final DefinitionChecks checks;

    /** @throws IOException if the presets that come with the plugin cannot be read */
    public LatentFacetsPlugin() throws IOException {
        checks = new DefinitionChecks(Presets.bundled(), this::analyzer);
    }

    @Override
    public Collection<Object> createComponents(
            Client client,
            ClusterService clusterService,
            ThreadPool threadPool,
            ResourceWatcherService resourceWatcherService,
            ScriptService scriptService,
            NamedXContentRegistry xContentRegistry,
            Environment environment,
            NodeEnvironment nodeEnvironment,
            NamedWriteableRegistry namedWriteableRegistry,
            IndexNameExpressionResolver resolver,
            Supplier<RepositoriesService> repositories) {
        pools.set(threadPool);
        Path data = environment.dataFiles()[0];
        InferenceEngine engine = startEngine(EngineSettings.read(
                environment.settings(), data.resolve("latent-facets").resolve("engine"), environment.configDir()));

        SystemClient system = new SystemClient(client, subject::get);
        ModelStore store = new ModelStore(system, clusterService, threadPool);
        SourceAccess access = new SourceAccess(client, system, clusterService, resolver, xContentRegistry);
        registry.set(new ModelRegistry(store, threadPool, breaker.get(), stats));
        clusterService.addListener(registry.get());
        clusterService.addStateApplier(writeIndices);
        ClassifierStore classifierStore = new ClassifierStore(system, clusterService, threadPool);
        classifiers.set(new Classifiers(classifierStore, threadPool, breaker.get()));
        clusterService.addListener(classifiers.get());
        clusterService.addListener(new Retraining(registry.get(), classifierStore, system, threadPool));
        DriftService drifts = new DriftService(registry.get(), system, clusterService, threadPool);
        Retention retention = new Retention(store, system, clusterService);
        schedules.set(new RefreshService(
                store,
                system,
                clusterService,
                threadPool,
                RefreshService.byDrift(drifts, new DocumentGrowth(system, xContentRegistry)),
                RefreshService.byDrift(drifts, RefreshService.never("no drift can be told yet")),
                new OnlineClusters(store, registry.get(), drifts, retention, threadPool::absoluteTimeInMillis)));
        Definitions definitions =
                new Definitions(store, registry.get(), checks, access, schedules.get(), threadPool.getThreadContext());
        clusterService.addListener(new ModelRecovery(store, threadPool));

        encoders.set(new EncoderService(EngineEncoder.on(engine), this::analyzer, registry.get(), breaker.get()));
        Path own = ownData(nodeEnvironment, data);
        drift.set(new DriftWatch(
                registry.get(),
                own,
                threadPool::absoluteTimeInMillis,
                model -> RefreshService.halfLifeMillis(clusterService.state(), model)));
        DriftMonitor monitor = new DriftMonitor(
                drift.get(), drifts, registry.get(), clusterService, threadPool, stats, environment.settings());
        columns.set(new ClusterColumns(registry.get(), breaker::get, stats, demand));
        warmer.set(new ColumnWarmer(
                columns.get(),
                demand,
                registry.get(),
                threadPool,
                environment.settings(),
                clusterService.getClusterSettings()));
        registry.get().onActivation(warmer.get()::activated);
        registry.get().onEviction(gone -> {
            columns.get().evict(gone.model(), number -> number == gone.number());
            partitioner.get().evict(gone.model(), gone.number());
            // The thread that applies cluster states evicts, and native memory is closed with the encoder.
            threadPool
                    .generic()
                    .execute(
                            ActionRunnable.run(Listeners.either(closed -> {}, shutDown -> {}), encoders.get()::retire));
        });
        SearchPins pins = new SearchPins(
                clusterService, resolver, registry.get(), () -> SearchTasks.current(threadPool.getThreadContext()));
        SearchServices search = new SearchServices(
                pins, new ShardFields(registry.get(), columns.get(), pins::coverage), new HybridSearches(), visible);
        partitioner.set(new ResultPartitioner(search, columns.get(), threadPool, stats));
        queries.set(new QueryServices(search, registry.get(), encoders.get()));
        SentenceRanker sentences =
                new SentenceRanker(encoders.get(), threadPool.executor(TransportEncodeAction.THREAD_POOL));
        facets.set(new FacetServices(partitioner.get(), sentences, stats, namedWriteableRegistry));
        trends.set(new TrendServices(
                registry.get(),
                partitioner.get(),
                queries.get(),
                clusterService,
                resolver,
                this::analyzer,
                threadPool.executor(TransportEncodeAction.THREAD_POOL),
                columns.get()));
        neighbors.set(new NeighborTargets(search, encoders.get(), threadPool));
        TermFinder terms = new TermFinder(this::analyzer);
        expansions.set(new ExpandServices(pins, registry.get(), terms, threadPool, namedWriteableRegistry));

        NativeMemory computing = nativeMemory(engine, environment.settings(), clusterService.getClusterSettings());
        TrainingContext services = new TrainingContext(
                store,
                retention,
                registry.get(),
                encoders.get(),
                engine,
                this::analyzer,
                breaker.get(),
                computing,
                new TrainingSpace(own),
                xContentRegistry,
                stats,
                new WordVectorFiles(
                        environment.configDir().resolve(WordVectorFiles.DIRECTORY),
                        Node.NODE_NAME_SETTING.get(environment.settings())),
                engine.threads(),
                TrainingService.THREADS.get(environment.settings()));
        trainings.set(new TrainingService(services, (NodeClient) client, clusterService, resolver, threadPool));
        reader.set(new NodeStatsReader(
                stats,
                engine,
                breaker.get(),
                new NodeStatsReader.Memory(computing::reserved, computing::limit),
                encoders.get()::bytes,
                registry.get()::anyLoadError));
        return List.of(
                engine,
                store,
                classifierStore,
                classifiers.get(),
                retention,
                access,
                definitions,
                registry.get(),
                encoders.get(),
                drift.get(),
                drifts,
                monitor,
                sentences,
                new ReadableDocuments(neighbors.get(), queries.get(), clusterService, resolver),
                terms,
                trainings.get(),
                reader.get(),
                schedules.get(),
                new Curations(store, registry.get(), threadPool),
                new TransportSplitClusterAction.Services(queries::get, partitioner::get));
    }

    /** Core calls this after the other {@code createComponents}. */
    @Override
    public Collection<Object> createComponents(
            Client client,
            ClusterService clusterService,
            ThreadPool threadPool,
            ResourceWatcherService resourceWatcherService,
            ScriptService scriptService,
            NamedXContentRegistry xContentRegistry,
            Environment environment,
            NodeEnvironment nodeEnvironment,
            NamedWriteableRegistry namedWriteableRegistry,
            IndexNameExpressionResolver resolver,
            Supplier<RepositoriesService> repositories,
            Tracer tracer,
            MetricsRegistry metricsRegistry) {
        metrics.set(NodeMetrics.register(stats, reader.get(), metricsRegistry));
        return List.of();
    }

    /** A directory of this node alone: nodes of one machine may share a {@code path.data}. */
    private static Path ownData(NodeEnvironment node, Path shared) {
        return node.hasNodeFile() ? node.nodeDataPaths()[0] : shared;
    }

    private static NativeMemory nativeMemory(InferenceEngine engine, Settings settings, ClusterSettings updates) {
        long device = engine.deviceMemoryBytes();
        return device > 0
                ? new NativeMemory(device, "of [" + engine.device() + "]", settings, updates)
                : new NativeMemory(outsideHeap(), "outside the heap", settings, updates);
    }

    private static long outsideHeap() {
        long all = OsProbe.getInstance().getTotalPhysicalMemorySize();
        return all <= 0
                ? Long.MAX_VALUE // the system does not say
                : all - JvmInfo.jvmInfo().getMem().getHeapMax().getBytes();
    }

    private static InferenceEngine startEngine(EngineOptions options) {
        InferenceEngine engine = new InferenceEngine(options);
        engine.start();
        if (engine.notice() != null) {
            logger.warn("{}", engine.notice());
        }
        if (engine.available()) {
            logger.info("PyTorch [{}] on [{}]", engine.version(), engine.device());
        } else {
            logger.warn(
                    "no models are trained and no documents encoded on this node, because its engine did not start: {}",
                    engine.error());
        }
        return engine;
    }

    private Analyzer analyzer(String name) {
        try {
            Analyzer analyzer = analysis.get().getAnalyzer(name);
            if (analyzer == null) {
                throw new IllegalArgumentException("no analyzer [" + name + "] is registered on this node");
            }
            return analyzer;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build analyzer [" + name + "]", e);
        }
    }

    @Override
    public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
        List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions =
                new ArrayList<>(RefreshService.actions());
        actions.addAll(List.of(
                new ActionHandler<>(PutModelAction.INSTANCE, TransportPutModelAction.class),
                new ActionHandler<>(GetModelsAction.INSTANCE, TransportGetModelsAction.class),
                new ActionHandler<>(DeleteModelAction.INSTANCE, TransportDeleteModelAction.class),
                new ActionHandler<>(ActivateModelAction.INSTANCE, TransportActivateModelAction.class),
                new ActionHandler<>(GetGenerationAction.INSTANCE, TransportGetGenerationAction.class),
                new ActionHandler<>(DeleteGenerationAction.INSTANCE, TransportDeleteGenerationAction.class),
                new ActionHandler<>(CountLatentsAction.INSTANCE, TransportCountLatentsAction.class),
                new ActionHandler<>(ExportModelAction.INSTANCE, TransportExportModelAction.class),
                new ActionHandler<>(ImportModelAction.INSTANCE, TransportImportModelAction.class),
                new ActionHandler<>(GetClustersAction.INSTANCE, TransportGetClustersAction.class),
                new ActionHandler<>(EditClusterAction.INSTANCE, TransportEditClusterAction.class),
                new ActionHandler<>(CurateAction.INSTANCE, TransportCurateAction.class),
                new ActionHandler<>(SplitClusterAction.INSTANCE, TransportSplitClusterAction.class),
                new ActionHandler<>(PromptAction.INSTANCE, TransportPromptAction.class),
                new ActionHandler<>(SuggestAction.INSTANCE, TransportSuggestAction.class),
                new ActionHandler<>(SettleAction.INSTANCE, TransportSettleAction.class),
                new ActionHandler<>(UpdatePointerAction.INSTANCE, TransportUpdatePointerAction.class),
                new ActionHandler<>(TaskAliveAction.INSTANCE, TransportTaskAliveAction.class),
                new ActionHandler<>(TrainAction.INSTANCE, TransportTrainAction.class),
                new ActionHandler<>(TrainingStatusAction.INSTANCE, TransportTrainingStatusAction.class),
                new ActionHandler<>(ReencodeAction.INSTANCE, TransportReencodeAction.class),
                new ActionHandler<>(AttachAction.INSTANCE, TransportAttachAction.class),
                new ActionHandler<>(DriftSketchesAction.INSTANCE, TransportDriftSketchesAction.class),
                new ActionHandler<>(DriftAction.INSTANCE, TransportDriftAction.class),
                new ActionHandler<>(EncodeAction.INSTANCE, TransportEncodeAction.class),
                new ActionHandler<>(EvaluateAction.INSTANCE, TransportEvaluateAction.class),
                new ActionHandler<>(SummarizeAction.INSTANCE, TransportSummarizeAction.class),
                new ActionHandler<>(GenerateAction.INSTANCE, TransportGenerateAction.class),
                new ActionHandler<>(TermsAction.INSTANCE, TransportTermsAction.class),
                new ActionHandler<>(TrainClassifierAction.INSTANCE, TransportTrainClassifierAction.class),
                new ActionHandler<>(GetClassifiersAction.INSTANCE, TransportGetClassifiersAction.class),
                new ActionHandler<>(DeleteClassifierAction.INSTANCE, TransportDeleteClassifierAction.class),
                new ActionHandler<>(ClassifyAction.INSTANCE, TransportClassifyAction.class),
                new ActionHandler<>(LatentStatsAction.INSTANCE, TransportLatentStatsAction.class)));
        return actions;
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        Supplier<ThreadContext> threads = () -> pools.get().getThreadContext();
        return List.of(new SearchTasks(threads), new PartialUpdates(writeIndices, threads));
    }

    @Override
    public List<RestHandler> getRestHandlers(
            Settings settings,
            RestController restController,
            ClusterSettings clusterSettings,
            IndexScopedSettings indexScopedSettings,
            SettingsFilter settingsFilter,
            IndexNameExpressionResolver resolver,
            Supplier<DiscoveryNodes> nodes) {
        return List.of(
                new RestModelsAction(checks),
                new RestGenerationsAction(),
                new RestModelArchiveAction(),
                new RestClustersAction(),
                new RestCurationAction(),
                new RestSuggestAction(),
                new RestCatModelsAction(),
                new RestTrainAction(),
                new RestTrainingStatusAction(),
                new RestRefreshAction(),
                new RestReencodeAction(),
                new RestAttachAction(),
                new RestDriftAction(),
                new RestEncodeAction(),
                new RestEvaluateAction(),
                new RestSummarizeAction(),
                new RestGenerateAction(),
                new RestTermsAction(),
                new RestClassifiersAction(),
                new RestClassifyAction(),
                new RestFacetsAction(facets::get),
                new RestExplorerAction(),
                new RestTrendsAction(trends::get),
                new RestLatentStatsAction());
    }

    @Override
    public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
        analysis.set(parameters.analysisRegistry);
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
                registry.get(), encoders.get(), stats, drift.get(), classifiers.get(), writeIndices);
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of(LatentVectorFieldMapper.CONTENT_TYPE, LatentVectorFieldMapper.PARSER);
    }

    @Override
    public List<AggregationSpec> getAggregations() {
        List<AggregationSpec> all = new ArrayList<>(LatentClustersAggregationBuilder.specs(partitioner::get));
        all.add(LatentMapAggregationBuilder.spec(() -> queries.get().search()));
        return all;
    }

    @Override
    public List<QuerySpec<?>> getQueries() {
        return List.of(
                LatentClusterQueryBuilder.spec(queries::get),
                LatentRegionQueryBuilder.spec(() -> queries.get().search()),
                LatentNeighborsQueryBuilder.spec(neighbors::get));
    }

    @Override
    public List<SearchExtSpec<?>> getSearchExts() {
        return List.of(FacetsExt.spec(), ExpandExt.spec());
    }

    @Override
    public Map<String, org.opensearch.search.pipeline.Processor.Factory<SearchRequestProcessor>> getRequestProcessors(
            Parameters parameters) {
        return Map.of(
                FacetProcessors.TYPE, FacetProcessors.request(facets::get),
                ExpandProcessors.TYPE, ExpandProcessors.request(expansions::get));
    }

    @Override
    public Map<String, org.opensearch.search.pipeline.Processor.Factory<SearchResponseProcessor>> getResponseProcessors(
            Parameters parameters) {
        return Map.of(
                FacetProcessors.TYPE, FacetProcessors.response(facets::get, parameters.client),
                ExpandProcessors.TYPE, ExpandProcessors.response());
    }

    @Override
    public List<NamedWriteableRegistry.Entry> getNamedWriteables() {
        List<NamedWriteableRegistry.Entry> entries = new ArrayList<>(RefreshService.namedWriteables());
        entries.addAll(TrainingExecutor.namedWriteables());
        entries.add(new NamedWriteableRegistry.Entry(Task.Status.class, TrainingStatus.NAME, TrainingStatus::read));
        return entries;
    }

    @Override
    public List<NamedXContentRegistry.Entry> getNamedXContent() {
        List<NamedXContentRegistry.Entry> entries = new ArrayList<>(RefreshService.namedXContent());
        entries.addAll(TrainingExecutor.namedXContents());
        return entries;
    }

    @Override
    public List<PersistentTasksExecutor<?>> getPersistentTasksExecutor(
            ClusterService clusterService,
            ThreadPool threadPool,
            Client client,
            SettingsModule settings,
            IndexNameExpressionResolver resolver) {
        return List.of(
                new TrainingExecutor(trainings.get(), clusterService, threadPool),
                schedules.get().executor());
    }

    @Override
    public List<Setting<?>> getSettings() {
        return List.of(
                EngineSettings.THREADS,
                EngineSettings.DEVICE,
                EngineSettings.LIBRARY_PATH,
                ColumnWarmer.INTERVAL,
                NativeMemory.LIMIT,
                TrainingService.THREADS,
                TrainingService.CHECKPOINT_INTERVAL,
                TrainingNodes.PAUSED,
                TrainingNodes.NODES,
                RefreshService.DRIFT_CHECK_INTERVAL,
                RefreshService.ONLINE_INTERVAL,
                DriftMonitor.INTERVAL);
    }

    @Override
    public void onIndexModule(IndexModule module) {
        module.addIndexEventListener(demand);
        module.addSearchOperationListener(visible);
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
                        "thread_pool.latent_encode"),
                new FixedExecutorBuilder(
                        settings,
                        TransportEvaluateAction.THREAD_POOL,
                        1,
                        TransportEvaluateAction.QUEUE_SIZE,
                        "thread_pool.latent_evaluate"));
    }

    @Override
    public Collection<SystemIndexDescriptor> getSystemIndexDescriptors(Settings settings) {
        return List.of(ModelStore.systemIndex());
    }

    @Override
    public void assignSubject(PluginSubject assigned) {
        subject.set(assigned);
    }

    @Override
    public BreakerSettings getCircuitBreaker(Settings settings) {
        long limit = (long) (JvmInfo.jvmInfo().getMem().getHeapMax().getBytes() * BREAKER_SHARE_OF_HEAP);
        BreakerSettings defaults = new BreakerSettings(
                BREAKER, limit, 1.0, CircuitBreaker.Type.MEMORY, CircuitBreaker.Durability.TRANSIENT);
        return BreakerSettings.updateFromSettings(defaults, settings);
    }

    @Override
    public void setCircuitBreaker(CircuitBreaker assigned) {
        breaker.set(assigned);
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(metrics.get(), warmer.get(), partitioner.get(), columns.get(), encoders.get());
    }
}
