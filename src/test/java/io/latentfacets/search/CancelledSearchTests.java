/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.search.InnerSearches.Stop;
import io.latentfacets.search.InnerSearches.Stopped;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.stats.StatName;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.search.PutSearchPipelineAction;
import org.opensearch.action.search.PutSearchPipelineRequest;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.tasks.TaskInfo;
import org.opensearch.tasks.TaskResourceTrackingService;
import org.opensearch.threadpool.ThreadPool;

/** A cancelled search, such as one whose client disconnects, leaves no running work behind. */
public class CancelledSearchTests extends LatentNodeTestCase {
    private static final int DIMS = 6;
    private static final String RESULTS =
            "{\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"scope\":\"results\",\"clusters\":2}}}}";

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generations()
                .put(LatentFixtures.generation("news", 1, DIMS, 5, random()))
                .activate("news", 1);
        indexNews(1, 10, 10, DIMS);
        BytesArray pipeline = new BytesArray("{\"response_processors\":[{\"latent_facets\":{}}]}");
        client().execute(
                        PutSearchPipelineAction.INSTANCE,
                        new PutSearchPipelineRequest("facets", pipeline, XContentType.JSON))
                .actionGet();
    }

    @Override
    public void tearDown() throws Exception {
        LatentSearchTestPlugin.INNER_SEARCHES.stop(Stop.NOWHERE);
        trackTasks(null);
        super.tearDown();
    }

    private void trackTasks(Boolean track) {
        Settings.Builder settings = Settings.builder();
        String key = TaskResourceTrackingService.TASK_RESOURCE_TRACKING_ENABLED.getKey();
        settings = track == null ? settings.putNull(key) : settings.put(key, track);
        client().admin()
                .cluster()
                .prepareUpdateSettings()
                .setTransientSettings(settings)
                .get();
    }

    private SearchRequest request(String body) throws IOException {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                body)) {
            return new SearchRequest("news").source(SearchSourceBuilder.fromXContent(parser));
        }
    }

    /** The search that a client sent, not one within it. */
    private TaskId outer() {
        return client().admin().cluster().prepareListTasks().setActions(SearchAction.NAME).get().getTasks().stream()
                .filter(task -> !task.getParentTaskId().isSet())
                .map(TaskInfo::getTaskId)
                .findFirst()
                .orElseThrow();
    }

    private void cancel(TaskId task) {
        CancelTasksRequest request = new CancelTasksRequest().setReason("the client hung up");
        request.setTaskId(task);
        assertEquals(
                1,
                client().admin()
                        .cluster()
                        .cancelTasks(request)
                        .actionGet()
                        .getTasks()
                        .size());
    }

    private static String failure(ActionFuture<SearchResponse> search) {
        Exception e = expectThrows(Exception.class, () -> search.get(30, TimeUnit.SECONDS));
        assertTrue(ExceptionsHelper.stackTrace(e), e instanceof ExecutionException);
        assertNotNull(ExceptionsHelper.stackTrace(e), ExceptionsHelper.unwrap(e, TaskCancelledException.class));
        return ExceptionsHelper.stackTrace(e);
    }

    private void assertInnerSearchIsCancelled(SearchRequest request) throws InterruptedException {
        LatentSearchTestPlugin.INNER_SEARCHES.stop(Stop.BEFORE);
        ActionFuture<SearchResponse> search = client().search(request);
        Stopped inner = LatentSearchTestPlugin.INNER_SEARCHES.next();
        assertNotNull(inner);
        assertEquals(outer(), inner.task().getParentTaskId());
        cancel(outer());
        inner.goOn().run();
        assertThat(failure(search), containsString("the client hung up"));
    }

    public void testTheSearchOfTheResponseProcessorIsCancelledToo() throws Exception {
        for (boolean tracked : new boolean[] {true, false}) {
            trackTasks(tracked);
            assertInnerSearchIsCancelled(request("{}").pipeline("facets"));
        }
    }

    public void testTheSearchForLatentsOfResultsIsCancelledToo() throws Exception {
        for (boolean tracked : new boolean[] {true, false}) {
            trackTasks(tracked);
            assertInnerSearchIsCancelled(request(RESULTS));
        }
    }

    public void testResultsOfACancelledSearchAreNotDivided() throws Exception {
        LatentSearchTestPlugin.INNER_SEARCHES.stop(Stop.AFTER);
        ActionFuture<SearchResponse> search = client().search(request(RESULTS));
        Stopped inner = LatentSearchTestPlugin.INNER_SEARCHES.next();
        assertNotNull(inner);
        cancel(outer());
        inner.goOn().run();
        assertThat(
                failure(search),
                containsString("the search was cancelled while its results were divided: the client hung up"));
    }

    /** As core does where a shard is late: the answer has what was found, and says that time was over. */
    public void testResultsOfALateSearchAreNotDivided() throws Exception {
        LatentSearchTestPlugin.INNER_SEARCHES.stop(Stop.AFTER);
        SearchRequest request = request(RESULTS);
        request.source().timeout(TimeValue.timeValueMillis(200));
        ActionFuture<SearchResponse> search = client().search(request);
        Stopped inner = LatentSearchTestPlugin.INNER_SEARCHES.next();
        assertNotNull(inner);
        ThreadPool clock = getInstanceFromNode(ThreadPool.class);
        long over = clock.relativeTimeInMillis() + 200;
        assertBusy(() -> assertThat(clock.relativeTimeInMillis(), greaterThan(over)));
        inner.goOn().run();
        SearchResponse response = search.get(30, TimeUnit.SECONDS);
        assertTrue(response.isTimedOut());
        InternalLatentClusters topics = response.getAggregations().get("topics");
        assertEquals(List.of(), topics.getBuckets());
        assertEquals(10, response.getHits().getTotalHits().value());
    }

    private static final String CORPUS =
            "{\"size\":0,\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\"}}}}";
    private static final String QUERY =
            "{\"size\":0,\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"c1\"]}}}";

    private static long built() {
        return LatentSearchTestPlugin.STATS.get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES);
    }

    /** The documents are of generation 1, which cannot be loaded; the search is pinned to 2. */
    private CountDownLatch waitForAGeneration() {
        generations()
                .put(LatentFixtures.generation("news", 2, DIMS, List.of("c1", "c2"), random()))
                .activate("news", 2);
        return generations().lose("news", 1);
    }

    public void testWaitingForAGenerationEndsWhenTheSearchIsCancelled() throws Exception {
        CountDownLatch waits = waitForAGeneration();
        long before = built();
        ActionFuture<SearchResponse> search = client().search(request(randomFrom(CORPUS, QUERY)));
        assertTrue(waits.await(30, TimeUnit.SECONDS));
        cancel(outer());
        assertThat(failure(search), containsString("the client hung up"));
        assertBusy(() -> assertEquals(0, shardTasks()));
        assertEquals("it has not been waited for to the end", before, built());
    }

    private int shardTasks() {
        return client().admin()
                .cluster()
                .prepareListTasks()
                .setActions(SearchAction.NAME + "[*")
                .get()
                .getTasks()
                .size();
    }

    public void testWaitingForAGenerationEndsWithTheTimeout() throws Exception {
        waitForAGeneration();
        long before = built();
        SearchRequest request = request(CORPUS);
        request.source().timeout(TimeValue.timeValueMillis(100));
        assertTrue(client().search(request).actionGet().isTimedOut());
        assertEquals("it has not been waited for to the end", before, built());
    }
}
