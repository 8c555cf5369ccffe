/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.expand.ExpandExt;
import io.latentfacets.expand.ExpandProcessors;
import io.latentfacets.expand.ExpandServices;
import io.latentfacets.facets.FacetProcessors;
import io.latentfacets.facets.FacetServices;
import io.latentfacets.facets.FacetsExt;
import io.latentfacets.facets.RestFacetsAction;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.field.column.ColumnDemand;
import io.latentfacets.field.column.ColumnFixtures;
import io.latentfacets.field.column.ColumnWarmer;
import io.latentfacets.field.column.CountingBreaker;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.neighbors.LatentNeighborsQueryBuilder;
import io.latentfacets.neighbors.NeighborTargets;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import io.latentfacets.search.map.LatentMapAggregationBuilder;
import io.latentfacets.search.map.LatentRegionQueryBuilder;
import io.latentfacets.search.query.LatentClusterQueryBuilder;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.search.results.ResultPartitioner;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.terms.TermFinder;
import io.latentfacets.trends.TrendServices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.IndexScopedSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.settings.SettingsFilter;
import org.opensearch.common.util.io.IOUtils;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.IndexModule;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.shard.SearchOperationListener;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPipelinePlugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.rest.RestController;
import org.opensearch.rest.RestHandler;
import org.opensearch.script.ScriptService;
import org.opensearch.search.pipeline.Processor;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.search.pipeline.SearchResponseProcessor;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.FixedExecutorBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** Registers field, aggregation, query and endpoint on a node whose models are in memory. */
public final class LatentSearchTestPlugin extends Plugin
        implements MapperPlugin, SearchPlugin, SearchPipelinePlugin, ActionPlugin {

    /** The models of the node. Static, because the node creates the plugin before a test begins. */
    public static volatile InMemoryGenerations generations = new InMemoryGenerations();

    /** The way in which the next node's searches get the clusters of documents. */
    public static volatile ColumnFixtures.Columns how = ColumnFixtures.Columns.BUILT_BY_SEARCHES;

    /** The value of {@link #how} when the running node started, which is at the end of the previous test. */
    static volatile ColumnFixtures.Columns running;

    /** The breaker of the last node. */
    public static volatile CountingBreaker breaker;

    public static final LatentStats STATS = new LatentStats();

    /** Delegates each call to the current {@link #generations}. */
    public static final Generations CURRENT = new CurrentGenerations();

    public static final AtomicReference<ResultPartitioner> PARTITIONER = new AtomicReference<>();
    public static final AtomicReference<QueryServices> QUERIES = new AtomicReference<>();

    private final ColumnDemand demand = new ColumnDemand();
    private final VisibleDocuments visible = new VisibleDocuments();
    private ClusterColumns columns;
    private ColumnWarmer warmer;
    private ThreadPool threads;
    public static final AtomicReference<FacetServices> FACETS = new AtomicReference<>();

    public static final AtomicReference<TrendServices> TRENDS = new AtomicReference<>();

    /** Controls the searches within a search. */
    public static final InnerSearches INNER_SEARCHES = new InnerSearches();

    /** Decides which documents searches see. */
    public static final DocumentRules RULES = new DocumentRules();

    /** Called whenever something asks for the active generation, on that thread. */
    static volatile Runnable asked = () -> {};

    public static final WordEncoder ENCODER = new WordEncoder();

    public static final AtomicReference<NeighborTargets> NEIGHBORS = new AtomicReference<>();

    public static final AtomicReference<ExpandServices> EXPANSIONS = new AtomicReference<>();

    public static void use(QueryServices made) {
        QUERIES.set(made);
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
        threads = threadPool;
        running = how;
        breaker = new CountingBreaker();
        CountingBreaker own = breaker;
        columns = ColumnFixtures.columns(running, CURRENT, () -> own, STATS, demand);
        if (running == ColumnFixtures.Columns.WARMED || running == ColumnFixtures.Columns.LARGE_AND_WARMED) {
            warmer = new ColumnWarmer(
                    columns, demand, CURRENT, threadPool, environment.settings(), clusterService.getClusterSettings());
        }
        EncoderService encoders = new EncoderService(ENCODER, name -> new StandardAnalyzer(), CURRENT, own);
        SearchPins pins = new SearchPins(clusterService, resolver, CURRENT);
        SearchServices search = new SearchServices(
                pins, new ShardFields(CURRENT, columns, pins::coverage), new HybridSearches(), visible);
        PARTITIONER.set(new ResultPartitioner(search, columns, threadPool, STATS));
        QUERIES.set(new QueryServices(search, CURRENT, encoders));
        NEIGHBORS.set(new NeighborTargets(search, encoders, threadPool));
        EXPANSIONS.set(new ExpandServices(
                pins, CURRENT, new TermFinder(name -> new StandardAnalyzer()), threadPool, namedWriteableRegistry));
        FACETS.set(new FacetServices(
                PARTITIONER.get(),
                new SentenceRanker(encoders, threadPool.executor(TransportEncodeAction.THREAD_POOL)),
                STATS,
                namedWriteableRegistry));
        TRENDS.set(new TrendServices(
                CURRENT,
                PARTITIONER.get(),
                QUERIES.get(),
                clusterService,
                resolver,
                name -> new StandardAnalyzer(),
                threadPool.executor(TransportEncodeAction.THREAD_POOL),
                columns));
        return List.of();
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        return List.of(new SearchTasks(() -> threads.getThreadContext()), INNER_SEARCHES);
    }

    @Override
    public List<Setting<?>> getSettings() {
        return List.of(ColumnWarmer.INTERVAL);
    }

    @Override
    public void onIndexModule(IndexModule module) {
        module.addIndexEventListener(demand);
        // Core calls the listeners of plugins in no defined order.
        List<SearchOperationListener> listeners =
                OpenSearchTestCase.randomBoolean() ? List.of(RULES, visible) : List.of(visible, RULES);
        listeners.forEach(module::addSearchOperationListener);
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(warmer, columns);
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of(LatentVectorFieldMapper.CONTENT_TYPE, LatentVectorFieldMapper.PARSER);
    }

    @Override
    public List<AggregationSpec> getAggregations() {
        List<AggregationSpec> all = new ArrayList<>(LatentClustersAggregationBuilder.specs(PARTITIONER::get));
        all.add(LatentMapAggregationBuilder.spec(() -> QUERIES.get().search()));
        return all;
    }

    @Override
    public List<QuerySpec<?>> getQueries() {
        return List.of(
                LatentClusterQueryBuilder.spec(QUERIES::get),
                LatentRegionQueryBuilder.spec(() -> QUERIES.get().search()),
                LatentNeighborsQueryBuilder.spec(NEIGHBORS::get),
                new QuerySpec<>(HybridQueryBuilder.NAME, HybridQueryBuilder::new, parser -> {
                    throw new IllegalArgumentException("only for requests that are not parsed");
                }));
    }

    @Override
    public List<SearchExtSpec<?>> getSearchExts() {
        return List.of(FacetsExt.spec(), ExpandExt.spec());
    }

    @Override
    public Map<String, Processor.Factory<SearchRequestProcessor>> getRequestProcessors(Parameters parameters) {
        return Map.of(
                FacetProcessors.TYPE, FacetProcessors.request(FACETS::get),
                ExpandProcessors.TYPE, ExpandProcessors.request(EXPANSIONS::get));
    }

    @Override
    public Map<String, Processor.Factory<SearchResponseProcessor>> getResponseProcessors(Parameters parameters) {
        return Map.of(
                FacetProcessors.TYPE, FacetProcessors.response(FACETS::get, parameters.client),
                ExpandProcessors.TYPE, ExpandProcessors.response());
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
            RestController restController,
            ClusterSettings clusterSettings,
            IndexScopedSettings indexScopedSettings,
            SettingsFilter settingsFilter,
            IndexNameExpressionResolver resolver,
            Supplier<DiscoveryNodes> nodes) {
        return List.of(new RestFacetsAction(FACETS::get));
    }

    private static final class CurrentGenerations implements Generations {
        @Override
        public int active(String model) {
            asked.run();
            return generations.active(model);
        }

        @Override
        public Generation loaded(String model, int generation) {
            return generations.loaded(model, generation);
        }

        @Override
        public void load(String model, int generation, ActionListener<Generation> listener) {
            generations.load(model, generation, listener);
        }

        @Override
        public List<Known> known(String model) {
            return generations.known(model);
        }

        @Override
        public Bound bound(String model) {
            return generations.bound(model);
        }

        @Override
        public ClusterEdits edits(String model) {
            return generations.edits(model);
        }
    }
}
