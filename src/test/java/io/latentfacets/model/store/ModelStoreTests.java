/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.latentfacets.field.column.CountingBreaker;
import io.latentfacets.manage.DeleteModelAction;
import io.latentfacets.manage.ModelRequest;
import io.latentfacets.manage.ModelTestPlugin;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.Generations;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchSecurityException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.admin.cluster.health.ClusterHealthRequest;
import org.opensearch.action.admin.cluster.node.tasks.get.GetTaskAction;
import org.opensearch.action.admin.cluster.node.tasks.get.GetTaskRequest;
import org.opensearch.action.admin.indices.refresh.RefreshAction;
import org.opensearch.action.get.MultiGetAction;
import org.opensearch.action.get.MultiGetRequest;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.engine.VersionConflictEngineException;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskManager;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.threadpool.TestThreadPool;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** The store and the registry on a real node. */
public class ModelStoreTests extends OpenSearchSingleNodeTestCase {

    private ModelTestPlugin.Parts parts;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(ModelTestPlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        parts.deadTasks.clear();
        parts.failing.set(null);
    }

    private static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(60_000);
    }

    private TrainingOwner owner(long task) {
        var node = parts.clusterService.localNode();
        return new TrainingOwner(node.getId(), node.getEphemeralId(), task, 1000 + task);
    }

    private static TrainingOwner strangerOwner() {
        return new TrainingOwner("gone-node", "gone-life", 5, 1);
    }

    private void put(String name) {
        await((ActionListener<Void> l) ->
                parts.store.put(ModelFixtures.definition(name), null, parts.registry.bound(name), l));
    }

    private StoredModel get(String name) {
        return await(l -> parts.store.get(name, l));
    }

    private int begin(String name, TrainingOwner owner) {
        return await(l -> parts.store.beginTraining(name, owner, l));
    }

    private void end(String name, int generation, TrainingOutcome outcome) {
        await((ActionListener<Void> l) ->
                parts.store.endTraining(name, generation, outcome, List.of(Map.of("epoch", 1, "loss", 2.5)), l));
    }

    private Generation generation(String name, int number, int bytes) {
        return ModelFixtures.generation(name, number, createTempDir(), bytes);
    }

    private GenerationSummary publish(Generation generation) {
        return await(l -> parts.store.publish(generation, l));
    }

    private void activate(String name, int generation) {
        assertTrue(await((ActionListener<AcknowledgedResponse> l) -> parts.store.activate(name, generation, l))
                .isAcknowledged());
    }

    private Generation load(String name, int generation) {
        return await(l -> parts.registry.load(name, generation, l));
    }

    private void delete(String name) {
        await((ActionListener<Void> l) -> parts.store.delete(name, l));
    }

    /** A model with active generation 1. */
    private Generation trained(String name, int bytes) {
        put(name);
        int number = begin(name, owner(1));
        Generation generation = generation(name, number, bytes);
        publish(generation);
        activate(name, number);
        end(name, number, TrainingOutcome.SUCCESS);
        return generation;
    }

    private GenerationDocument document(String name, int generation) {
        return GenerationDocument.read(
                parts.index.get(GenerationDocument.id(name, generation)).source());
    }

    private static byte[] bytes(Generation generation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        generation.writeTo(out);
        return out.toByteArray();
    }

    public void testLifeOfAModel() throws Exception {
        assertThat(await(parts.store::list), hasSize(0));
        assertThat(
                expectThrows(ResourceNotFoundException.class, () -> get("news")).getMessage(),
                equalTo("no model [news]"));
        put("news");
        assertThat(get("news").state(), equalTo(ModelState.CREATED));
        assertThat(get("news").definition(), equalTo(ModelFixtures.definition("news")));

        int number = begin("news", owner(1));
        assertThat(number, equalTo(1));
        assertThat(get("news").state(), equalTo(ModelState.TRAINING));
        Generation generation = generation("news", number, 3 << 20);
        GenerationSummary summary = publish(generation);
        assertThat(get("news").state(), equalTo(ModelState.TRAINING));
        assertThat(parts.registry.active("news"), equalTo(0));
        activate("news", number);
        assertThat(parts.registry.active("news"), equalTo(1));
        end("news", number, TrainingOutcome.SUCCESS);

        StoredModel stored = get("news");
        assertThat(stored.state(), equalTo(ModelState.READY));
        assertThat(stored.error(), nullValue());
        assertThat(stored.active(), equalTo(1));
        assertThat(stored.generations(), equalTo(List.of(summary)));
        assertThat(stored.training().outcome(), equalTo(TrainingOutcome.SUCCESS));
        assertThat(stored.training().history(), equalTo(List.of(Map.of("epoch", 1, "loss", 2.5))));
        assertThat(await(parts.store::list), equalTo(List.of(stored)));

        assertThat(parts.registry.loaded("news", 1), nullValue());
        Generation loaded = load("news", 1);
        assertArrayEquals(bytes(generation), bytes(loaded));
        assertSame(loaded, parts.registry.loaded("news", 1));
        assertThat(parts.breaker.getUsed(), equalTo(loaded.ramBytes()));
        assertThat(parts.stats.get(StatName.GENERATIONS_BYTES), equalTo(loaded.ramBytes()));

        List<Generation> evicted = new ArrayList<>();
        parts.registry.onEviction(evicted::add);
        delete("news");
        assertThat(parts.registry.active("news"), equalTo(0));
        assertThat(parts.registry.loaded("news", 1), nullValue());
        assertThat(parts.breaker.getUsed(), equalTo(0L));
        assertThat(evicted, equalTo(List.of(loaded)));
        expectThrows(ResourceNotFoundException.class, () -> get("news"));
        expectThrows(ResourceNotFoundException.class, () -> delete("news"));
        parts.index.refresh();
        assertThat(
                "only the counter is left",
                parts.index.search(QueryBuilders.matchAllQuery()),
                equalTo(List.of("model_news")));
        put("news");
        assertThat("numbers are not used again", begin("news", owner(2)), equalTo(2));
    }

    /**
     * The store adds this build's fields to an older index before the first write, and does not update the mapping
     * again.
     */
    public void testAnOlderMappingIsBroughtUpToDate() {
        client().admin()
                .indices()
                .prepareCreate(SystemIndex.NAME)
                .setMapping("{\"properties\":{\"type\":{\"type\":\"keyword\"}}}")
                .get();
        assertThat(SystemIndex.format(systemIndex()), equalTo(0));
        put("news");
        assertThat(SystemIndex.format(systemIndex()), equalTo(SystemIndex.FORMAT));
        long version = systemIndex().getMappingVersion();
        put("other");
        assertThat(systemIndex().getMappingVersion(), equalTo(version));
        assertThat(get("news").name(), equalTo("news"));
    }

    private IndexMetadata systemIndex() {
        return parts.clusterService.state().metadata().index(SystemIndex.NAME);
    }

    public void testOneOfManyBegins() throws Exception {
        put("race");
        int threads = 8;
        CountDownLatch start = new CountDownLatch(1);
        List<Integer> won = new ArrayList<>();
        List<Exception> lost = new ArrayList<>();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            TrainingOwner owner = owner(100 + i);
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    int number = begin("race", owner);
                    synchronized (won) {
                        won.add(number);
                    }
                } catch (Exception e) {
                    synchronized (lost) {
                        lost.add(e);
                    }
                }
            });
            all.add(thread);
            thread.start();
        }
        start.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(won, equalTo(List.of(1)));
        assertThat(lost, hasSize(threads - 1));
        String task = get("race").training().owner().task();
        for (Exception e : lost) {
            assertThat(((OpenSearchStatusException) e).status(), equalTo(RestStatus.CONFLICT));
            assertThat(e.getMessage(), equalTo("model [race] is being trained by task [" + task + "]"));
        }
        for (Runnable refused : List.<Runnable>of(() -> put("race"), () -> delete("race"))) {
            assertThat(
                    expectThrows(OpenSearchStatusException.class, refused::run).status(), equalTo(RestStatus.CONFLICT));
        }
    }

    public void testTrainingWithoutTrainer() {
        put("lost");
        begin("lost", strangerOwner());
        StoredModel model = get("lost");
        assertThat("derived at once", model.state(), equalTo(ModelState.FAILED));
        assertThat(model.error(), containsString("gone-node:5"));
        assertFalse(model.training().running());
        assertTrue("not yet in the store", storedTraining("lost").running());
        await(parts.store::repair);
        assertFalse(storedTraining("lost").running());
        assertThat(get("lost").error(), equalTo(model.error()));

        assertThat("the dead do not hold the lock", begin("lost", strangerOwner()), equalTo(2));
        assertThat(begin("lost", owner(7)), equalTo(3));
        parts.deadTasks.add(7L);
        assertThat("nor do tasks that a living node has lost", begin("lost", owner(8)), equalTo(4));
        assertThat(
                "who was given up for dead has nothing to say",
                expectThrows(OpenSearchStatusException.class, () -> end("lost", 3, TrainingOutcome.SUCCESS))
                        .getMessage(),
                equalTo("the training of generation [3] of model [lost] is not running any more"));
        expectThrows(OpenSearchStatusException.class, () -> publish(generation("lost", 3, 10)));
        end("lost", 4, TrainingOutcome.cancelled("by user request"));
        assertThat(get("lost").state(), equalTo(ModelState.CREATED));
        assertThat(get("lost").error(), equalTo("by user request"));
    }

    /** What fails after the lock is taken must not leave the model locked: nobody would train it again. */
    public void testALockIsGivenBackIfTheTrainingCannotBegin() {
        put("jammed");
        parts.failing.set(RefreshAction.NAME);
        IllegalStateException failure = expectThrows(IllegalStateException.class, () -> begin("jammed", owner(1)));
        assertThat(failure.getMessage(), equalTo("[indices:admin/refresh] fails in this test"));
        assertFalse(storedTraining("jammed").running());
        assertThat(get("jammed").state(), equalTo(ModelState.FAILED));
        assertThat(get("jammed").error(), equalTo(failure.getMessage()));
        parts.failing.set(null);
        put("jammed");
        assertThat(begin("jammed", owner(2)), equalTo(2));
    }

    /** The owner's node answers for its tasks itself, because the plugin may not ask for tasks in general. */
    public void testLivenessOfATask() {
        TaskLiveness liveness = TaskLiveness.asking(parts.client);
        TaskManager tasks = getInstanceFromNode(TransportService.class).getTaskManager();
        Task task = tasks.register("transport", "test", new ClusterHealthRequest());
        try {
            assertTrue(liveness.alive(owner(task.getId())));
        } finally {
            tasks.unregister(task);
        }
        assertFalse(liveness.alive(owner(task.getId())));
        assertFalse(liveness.alive(strangerOwner()));
        parts.failing.set(TaskAliveAction.NAME);
        assertTrue("in doubt", liveness.alive(owner(task.getId())));
    }

    /** Guards the tests of this class: the store's identity in them is as narrow as beside the security plugin. */
    public void testTheStoreHasNoMoreRightsThanThePluginHas() {
        put("narrow");
        for (Runnable denied : List.<Runnable>of(
                () -> parts.client.call(MultiGetAction.INSTANCE, new MultiGetRequest().add(SystemIndex.NAME, "x")),
                () -> parts.client.call(GetTaskAction.INSTANCE, new GetTaskRequest().setTaskId(new TaskId("node", 1))),
                () -> parts.client.call(SearchAction.INSTANCE, new SearchRequest("other")))) {
            assertThat(
                    expectThrows(OpenSearchSecurityException.class, denied::run).status(),
                    equalTo(RestStatus.FORBIDDEN));
        }
    }

    private TrainingRecord storedTraining(String name) {
        return ModelDocument.read(parts.index.get(ModelDocument.id(name)).source())
                .training();
    }

    /** After the loss of a node another one claims the training, and only the last claim may end it. */
    public void testOnlyTheLastClaimEndsATraining() {
        put("claimed");
        int number = begin("claimed", owner(1));
        assertThat(claim("claimed", number, 7), equalTo(1));
        assertThat("the answer was lost, and the node asks again", claim("claimed", number, 7), equalTo(1));
        assertThat(claim("claimed", number, 9), equalTo(2));
        assertThat(
                expectThrows(OpenSearchStatusException.class, () -> claim("claimed", number, 8))
                        .status(),
                equalTo(RestStatus.CONFLICT));
        OpenSearchStatusException late =
                expectThrows(OpenSearchStatusException.class, () -> end("claimed", number, 7, TrainingOutcome.SUCCESS));
        assertThat(late.status(), equalTo(RestStatus.CONFLICT));
        assertTrue(storedTraining("claimed").running());
        end("claimed", number, 9, TrainingOutcome.failed("too few", 400));
        assertThat(storedTraining("claimed").outcome().code(), equalTo(400));
        assertThat(
                expectThrows(OpenSearchStatusException.class, () -> claim("claimed", number, 10))
                        .status(),
                equalTo(RestStatus.CONFLICT));
    }

    /** A node that got to a checkpoint was worth its attempt. */
    public void testACheckpointBeginsTheCountOfAttemptsAnew() {
        put("counted");
        int number = begin("counted", owner(1));
        claim("counted", number, 1);
        assertThat(claim("counted", number, 2), equalTo(2));
        for (long allocation = 3; allocation < 6; allocation++) {
            await((ActionListener<Void> l) ->
                    parts.store.saveCheckpoint("counted", number, List.of(), out -> out.write(1), l));
            assertThat(claim("counted", number, allocation), equalTo(1));
        }
        assertThat(claim("counted", number, 6), equalTo(2));
    }

    private int claim(String name, int generation, long allocation) {
        return await(l -> parts.store.claimTraining(name, generation, allocation, l));
    }

    private void end(String name, int generation, long allocation, TrainingOutcome outcome) {
        await((ActionListener<Void> l) -> parts.store.endTraining(name, generation, allocation, outcome, List.of(), l));
    }

    public void testReadyModelStaysReady() {
        trained("ready", 100);
        int second = begin("ready", owner(2));
        assertThat(get("ready").state(), equalTo(ModelState.READY));
        end("ready", second, TrainingOutcome.failed("out of luck"));
        assertThat(get("ready").state(), equalTo(ModelState.READY));
        assertThat(get("ready").error(), equalTo("out of luck"));
        assertThat(get("ready").active(), equalTo(1));
    }

    public void testCrashedPublicationIsInvisibleAndSweptUp() throws Exception {
        Generation first = trained("crash", 100);
        int second = begin("crash", strangerOwner());
        // all chunks exist, but the commit document does not
        ArchiveChunks archive = new ArchiveChunks(parts.index, "crash", second);
        int chunks =
                archive.write(generation("crash", second, 2 << 20)::writeTo).size();
        parts.index.refresh();
        assertThat(chunks, equalTo(3));
        assertThat(get("crash").generations(), equalTo(List.of(get("crash").generation(1))));
        expectThrows(ResourceNotFoundException.class, () -> activate("crash", second));
        expectThrows(ResourceNotFoundException.class, () -> load("crash", second));
        assertArrayEquals(bytes(first), bytes(load("crash", 1)));
        assertTrue(parts.index
                .get(GenerationDocument.chunkId("crash", second, archive.attempt(), 0))
                .exists());

        int third = begin("crash", owner(3));
        assertThat(third, equalTo(3));
        parts.index.refresh();
        for (int i = 0; i < chunks; i++) {
            assertFalse(parts.index
                    .get(GenerationDocument.chunkId("crash", second, archive.attempt(), i))
                    .exists());
        }
        assertTrue(
                "a committed one's chunks stay",
                parts.index.get(document("crash", 1).chunkIds().get(0)).exists());
    }

    public void testDamagedChunkIsNotServed() throws Exception {
        trained("damaged", 2 << 20);
        long failuresBefore = parts.stats.get(StatName.GENERATION_LOAD_FAILURES);
        String id = document("damaged", 1).chunkIds().get(1);
        byte[] chunk = java.util.Base64.getDecoder()
                .decode((String) parts.index.get(id).source().get("bytes"));
        chunk[1000] ^= 1;
        parts.index.put(
                id,
                XContentFactory.jsonBuilder()
                        .startObject()
                        .field("type", "chunk")
                        .field("bytes", chunk)
                        .endObject());
        parts.index.refresh();
        Exception damaged = expectThrows(Exception.class, () -> load("damaged", 1));
        assertThat(String.valueOf(damaged), containsString("chunk [" + id + "] is damaged"));
        assertThat("not a 500", ExceptionsHelper.status(damaged), equalTo(RestStatus.SERVICE_UNAVAILABLE));
        assertThat(
                "the cluster state names its encoder",
                parts.registry.known("damaged", 1).encoder(),
                equalTo(generation("damaged", 1, 2 << 20).encoder()));
        assertNull(parts.registry.known("damaged", 2));
        assertThat(parts.registry.loadError("damaged"), containsString("chunk [" + id + "] is damaged"));
        assertTrue(parts.registry.anyLoadError());
        assertThat(parts.breaker.getUsed(), equalTo(0L));
        assertThat(
                "not tried again at once",
                expectThrows(OpenSearchStatusException.class, () -> load("damaged", 1))
                        .status(),
                equalTo(RestStatus.SERVICE_UNAVAILABLE));
        assertThat(parts.stats.get(StatName.GENERATION_LOAD_FAILURES), equalTo(failuresBefore + 1));
    }

    public void testPointerIsComparedAndSet() {
        trained("pointer", 100);
        int second = begin("pointer", owner(2));
        publish(generation("pointer", second, 100));
        OpenSearchStatusException conflict = expectThrows(
                OpenSearchStatusException.class,
                () -> await((ActionListener<org.opensearch.action.support.clustermanager.AcknowledgedResponse> l) ->
                        parts.store.activate("pointer", 0, second, l)));
        assertThat(conflict.status(), equalTo(RestStatus.CONFLICT));
        assertThat(parts.registry.active("pointer"), equalTo(1));
        assertTrue(await((ActionListener<org.opensearch.action.support.clustermanager.AcknowledgedResponse> l) ->
                        parts.store.activate("pointer", 1, second, l))
                .isAcknowledged());
        assertThat(parts.registry.active("pointer"), equalTo(second));
        activate("pointer", 1);
        assertThat("rolled back", parts.registry.active("pointer"), equalTo(1));
        expectThrows(ResourceNotFoundException.class, () -> activate("pointer", 9));
        IndexMetadata index = parts.clusterService.state().metadata().index(SystemIndex.NAME);
        Map<String, String> custom = Map.copyOf(index.getCustomData(Pointers.CUSTOM));
        assertThat(custom.keySet(), equalTo(Set.of("pointer", "pointer/bound", "pointer/encoders")));
        assertThat(custom.get("pointer"), equalTo("1"));
        for (int number : new int[] {1, second}) {
            Generation of = generation("pointer", number, 100);
            assertThat(
                    parts.registry.known("pointer", number),
                    equalTo(new Generations.Known(number, of.encoder(), of.createdMillis())));
        }
        assertThat(index.getSettings().get("index.hidden"), equalTo("true"));
        assertThat(index.getSettings().get("index.auto_expand_replicas"), equalTo("0-1"));
    }

    /** Somebody deletes the system index; the model is made again, with other options, as generation 1. */
    public void testARecreatedModelHasTheNumberButNotTheEncoder() {
        Generation before = trained("again", 100);
        assertThat(load("again", 1).encoder(), equalTo(before.encoder()));
        client().admin().indices().prepareDelete(SystemIndex.NAME).get();
        assertNull("nothing of the model is left", parts.registry.loaded("again", 1));
        assertThat(parts.registry.known("again"), equalTo(List.of()));
        Generation after = trained("again", 5000);
        assertThat(after.number(), equalTo(before.number()));
        assertThat(after.encoder(), not(equalTo(before.encoder())));
        assertThat(load("again", 1).encoder(), equalTo(after.encoder()));
        assertThat(parts.registry.known("again", 1).encoder(), equalTo(after.encoder()));
        assertThat(get("again").activeEncoder(), equalTo(after.encoder()));
    }

    /** An older snapshot of the system index is restored: the number that this node has in memory is given again. */
    public void testANumberThatIsGivenAgainLeavesMemory() {
        Generation old = trained("restored", 100);
        assertThat(load("restored", 1).encoder(), equalTo(old.encoder()));
        String other = "1:00000000000000ff:" + old.createdMillis();
        client().execute(UpdatePointerAction.INSTANCE, UpdatePointerAction.Request.activate("restored", 1, 1, other))
                .actionGet();
        assertNull(parts.registry.loaded("restored", 1));
        load("restored", 1);
        assertNull("what the index holds is not what the state means", parts.registry.loaded("restored", 1));
    }

    /** The build before wrote no fingerprint into a generation's record. */
    public void testActivationNamesTheEncoderOfAnOldRecord() throws Exception {
        Generation generation = trained("old", 100);
        String id = GenerationDocument.id("old", 1);
        GenerationDocument record = GenerationDocument.read(parts.index.get(id).source());
        parts.index.put(id, record.withEncoder(EncoderId.NONE).toSource());
        parts.index.refresh();
        assertTrue(get("old").activeEncoder().isNone());
        activate("old", 1);
        assertThat(get("old").activeEncoder(), equalTo(generation.encoder()));
        assertThat(parts.registry.known("old", 1).encoder(), equalTo(generation.encoder()));
    }

    /**
     * The cluster manager committed the activation and then lost its place, so core sends the request again to the next
     * one. The repetition finds its own generation active and succeeds.
     */
    public void testAnActivationWhoseAnswerWasLostIsRepeated() {
        trained("failover", 100);
        int second = begin("failover", owner(2));
        publish(generation("failover", second, 100));
        for (int i = 0; i < 2; i++) {
            assertTrue(await((ActionListener<AcknowledgedResponse> l) -> parts.store.activate("failover", 1, second, l))
                    .isAcknowledged());
            assertThat(parts.registry.active("failover"), equalTo(second));
        }
    }

    /**
     * Two attempts of one training share the generation number. The first was cut off while it published; it goes on
     * after the second has committed. The committed archive stays as it is.
     */
    public void testATrainerThatWasCutOffCannotChangeTheCommittedGeneration() throws Exception {
        put("twice");
        int number = begin("twice", owner(1));
        Generation lost = generation("twice", number, 3 << 20);
        Generation kept = generation("twice", number, 2 << 20);
        GenerationSummary committed = publish(kept);
        new ArchiveChunks(parts.index, "twice", number).write(lost::writeTo);
        assertArrayEquals("a chunk written late", bytes(kept), bytes(load("twice", number)));

        assertThat("the first one counts", publish(lost), equalTo(committed));
        assertThat(get("twice").generations(), equalTo(List.of(committed)));
        Generation read = await(l -> parts.store.readGeneration("twice", number, l));
        assertArrayEquals(bytes(kept), bytes(read));
        activate("twice", number);
        end("twice", number, TrainingOutcome.SUCCESS);
        begin("twice", owner(2));
        parts.index.refresh();
        assertThat(
                "the next training removes what the lost one wrote",
                parts.index.search(QueryBuilders.termQuery("type", ArchiveChunks.TYPE)),
                equalTo(document("twice", number).chunkIds()));
    }

    /** Of thousands of generations that were made and deleted, nobody reads the records again. */
    public void testRecordsOfDeletedGenerationsAreNotRead() throws Exception {
        put("streams");
        for (int i = 1; i <= 4; i++) {
            assertThat(begin("streams", owner(i)), equalTo(i));
            publish(generation("streams", i, 100));
            activate("streams", i);
            end("streams", i, TrainingOutcome.SUCCESS);
        }
        for (int gone : new int[] {2, 1}) {
            await((ActionListener<Void> l) -> parts.store.deleteGeneration("streams", gone, l));
        }
        SystemIndex.Doc doc = parts.index.get(ModelDocument.id("streams"));
        ModelDocument document = ModelDocument.read(doc.source());
        assertThat(document.gone().toSource(), equalTo(List.of(List.of(1, 2))));
        assertThat(document.numbers(), equalTo(new int[] {3, 4}));
        assertThat(get("streams").generations(), hasSize(2));
        expectThrows(
                ResourceNotFoundException.class,
                () -> await((ActionListener<Void> l) -> parts.store.deleteGeneration("streams", 1, l)));
        assertThat("the next number is a new one", begin("streams", owner(5)), equalTo(5));
    }

    private void checkpoint(String name, int generation, byte[] content) {
        List<Map<String, Object>> history = List.of(Map.of("epoch", content.length));
        await((ActionListener<Void> l) ->
                parts.store.saveCheckpoint(name, generation, history, out -> out.write(content), l));
    }

    private List<String> stored(String type) {
        parts.index.refresh();
        return parts.index.search(QueryBuilders.termQuery("type", type));
    }

    public void testATrainingHasOneCheckpointUntilItEnds() {
        put("long");
        int number = begin("long", owner(1));
        assertNull(await((ActionListener<StoredCheckpoint<byte[]>> l) ->
                parts.store.readCheckpoint("long", number, InputStream::readAllBytes, l)));
        byte[] first = randomByteArrayOfLength(3 << 20);
        byte[] second = randomByteArrayOfLength(2 << 20);
        checkpoint("long", number, first);
        checkpoint("long", number, second);
        StoredCheckpoint<byte[]> read =
                await(l -> parts.store.readCheckpoint("long", number, InputStream::readAllBytes, l));
        assertArrayEquals(second, read.content());
        assertThat(read.history(), equalTo(List.of(Map.of("epoch", second.length))));
        assertThat("those of the first are gone", stored(ArchiveChunks.TYPE), hasSize(2));
        end("long", number, TrainingOutcome.failed("for example"));
        assertThat(stored(ArchiveChunks.TYPE), hasSize(0));
        assertThat(stored(CheckpointFiles.TYPE), hasSize(0));
    }

    /** A trainer that was cut off goes on; it must not overwrite the checkpoint of the one that took over. */
    public void testATrainingThatHasEndedStoresNoCheckpoint() {
        put("cut");
        int number = begin("cut", owner(1));
        end("cut", number, TrainingOutcome.cancelled("enough"));
        assertThat(
                expectThrows(OpenSearchStatusException.class, () -> checkpoint("cut", number, new byte[10]))
                        .status(),
                equalTo(RestStatus.CONFLICT));
        assertThat(stored(ArchiveChunks.TYPE), hasSize(0));
    }

    public void testACheckpointThatCannotBeWrittenLeavesNothing() {
        put("full");
        int number = begin("full", owner(1));
        checkpoint("full", number, new byte[10]);
        expectThrows(
                Exception.class,
                () -> await((ActionListener<Void> l) -> parts.store.saveCheckpoint(
                        "full",
                        number,
                        List.of(),
                        out -> {
                            out.write(new byte[3 << 20]);
                            throw new IOException("no space left");
                        },
                        l)));
        assertThat("the one before stays", stored(ArchiveChunks.TYPE), hasSize(1));
        assertThat(stored(CheckpointFiles.TYPE), hasSize(1));
    }

    public void testTheCheckpointOfALostTrainingIsRemoved() throws Exception {
        put("lost");
        int number = begin("lost", strangerOwner());
        checkpoint("lost", number, new byte[10]);
        await((ActionListener<Void> l) -> parts.store.repair(l));
        assertThat(stored(CheckpointFiles.TYPE), hasSize(0));
        assertThat(stored(ArchiveChunks.TYPE), hasSize(0));
    }

    /** A trainer had written and checked everything when its training ended. Its last write comes too late. */
    public void testATrainingThatHasEndedCommitsNothingLater() throws Exception {
        trained("other", 100);
        put("late");
        int number = begin("late", owner(1));
        end("late", number, TrainingOutcome.cancelled("enough"));
        expectThrows(
                VersionConflictEngineException.class,
                () -> parts.index.put(
                        SystemIndex.missing(GenerationDocument.id("late", number)),
                        document("other", 1).toSource(),
                        true));
        assertThat(get("late").generations(), hasSize(0));
        expectThrows(ResourceNotFoundException.class, () -> activate("late", number));
        expectThrows(ResourceNotFoundException.class, () -> load("late", number));

        delete("late");
        assertThat(
                "the place goes with the model",
                parts.index.search(QueryBuilders.termQuery("model", "late")),
                equalTo(List.of("model_late")));
    }

    /** The lock was written and the answer was lost, so core sends the write again. */
    public void testATrainingFindsItsOwnLock() {
        put("again");
        int number = begin("again", owner(1));
        assertThat(begin("again", owner(1)), equalTo(number));
        expectThrows(OpenSearchStatusException.class, () -> begin("again", owner(2)));
    }

    /** The node died after it had marked the model as deleted: the archives are still there. */
    public void testADeletionThatDiedIsRepeated() throws Exception {
        trained("half", 2 << 20);
        SystemIndex.Doc before = parts.index.get(ModelDocument.id("half"));
        parts.index.put(before, ModelDocument.read(before.source()).deleted().toSource(), true);
        expectThrows(ResourceNotFoundException.class, () -> get("half"));

        assertTrue(client().execute(DeleteModelAction.INSTANCE, ModelRequest.of("half"))
                .actionGet(60_000)
                .isAcknowledged());
        parts.index.refresh();
        assertThat(parts.index.search(QueryBuilders.matchAllQuery()), equalTo(List.of("model_half")));
        assertThat(parts.registry.active("half"), equalTo(0));
        expectThrows(ResourceNotFoundException.class, () -> client().execute(
                        DeleteModelAction.INSTANCE, ModelRequest.of("half"))
                .actionGet(60_000));
    }

    public void testClusterEdits() {
        trained("edits", 100);
        assertThat(parts.registry.edits("edits"), equalTo(ClusterEdits.NONE));
        ClusterEdits.Edit edit = new ClusterEdits.Edit("Oil & energy \"now\"", true);
        await((ActionListener<org.opensearch.action.support.clustermanager.AcknowledgedResponse> l) ->
                parts.store.editCluster("edits", "c7", edit, l));
        assertThat(parts.registry.edits("edits").label("c7", "oil"), equalTo("Oil & energy \"now\""));
        assertTrue(parts.registry.edits("edits").hidden("c7"));
        assertThat(parts.registry.edits("edits").label("c8", "gas"), equalTo("gas"));
        await((ActionListener<org.opensearch.action.support.clustermanager.AcknowledgedResponse> l) ->
                parts.store.editCluster("edits", "c7", new ClusterEdits.Edit(null, false), l));
        assertThat(parts.registry.edits("edits"), equalTo(ClusterEdits.NONE));
    }

    public void testOlderGenerationsMakeRoom() {
        int bytes = 8 << 20;
        trained("room", bytes);
        load("room", 1);
        for (int n = 2; n <= 9; n++) {
            assertThat(begin("room", owner(n)), equalTo(n));
            publish(generation("room", n, bytes));
            end("room", n, TrainingOutcome.SUCCESS);
            load("room", n);
        }
        assertNotNull("the active one stays", parts.registry.loaded("room", 1));
        assertNotNull(parts.registry.loaded("room", 9));
        assertNull(parts.registry.loaded("room", 2));
        assertThat(parts.stats.get(StatName.GENERATIONS_LOADED), equalTo(1L + ModelRegistry.OLDER_KEPT));
        assertThat(parts.stats.get(StatName.GENERATIONS_BYTES), equalTo(parts.breaker.getUsed()));
        long others = (60 << 20) - parts.breaker.getUsed();
        parts.breaker.addWithoutBreaking(others);
        try {
            load("room", 2);
            assertNull("older ones gave way", parts.registry.loaded("room", 9));
            parts.breaker.addWithoutBreaking(64 << 20);
            try {
                expectThrows(CircuitBreakingException.class, () -> load("room", 3));
            } finally {
                parts.breaker.addWithoutBreaking(-(64 << 20));
            }
        } finally {
            parts.breaker.addWithoutBreaking(-others);
        }
        delete("room");
        assertThat(parts.breaker.getUsed(), equalTo(0L));
    }

    public void testConcurrentLoadsShareOneRead() throws Exception {
        trained("shared", 2 << 20);
        long before = parts.stats.get(StatName.GENERATION_LOADS);
        int callers = 16;
        CountDownLatch done = new CountDownLatch(callers);
        List<Generation> got = new ArrayList<>();
        AtomicReference<Exception> failure = new AtomicReference<>();
        for (int i = 0; i < callers; i++) {
            parts.registry.load(
                    "shared",
                    1,
                    ActionListener.runAfter(
                            ActionListener.wrap(
                                    generation -> {
                                        synchronized (got) {
                                            got.add(generation);
                                        }
                                    },
                                    failure::set),
                            done::countDown));
        }
        done.await();
        assertNull(failure.get());
        assertThat(got, hasSize(callers));
        got.forEach(generation -> assertSame(got.get(0), generation));
        assertThat(parts.stats.get(StatName.GENERATION_LOADS), equalTo(before + 1));
        delete("shared");
    }

    /** A caller that finds no generation in memory must not load it if another caller's load ends in the meantime. */
    public void testALoadThatEndsWhileAnotherCallerDecidesIsNotRepeated() throws Exception {
        AtomicReference<Runnable> whileDeciding = new AtomicReference<>();
        AtomicLong millis = new AtomicLong();
        ThreadPool threadPool = new TestThreadPool(getTestName()) {
            @Override
            public long relativeTimeInMillis() {
                // the registry reads the clock to check a remembered failure, between its look-up and its load
                Runnable once = whileDeciding.getAndSet(null);
                if (once != null) {
                    once.run();
                }
                return millis.get();
            }
        };
        try {
            LatentStats stats = new LatentStats();
            CountingBreaker breaker = new CountingBreaker();
            ModelRegistry registry = new ModelRegistry(parts.store, threadPool, breaker, stats);
            List<Generation> evicted = new CopyOnWriteArrayList<>();
            registry.onEviction(evicted::add);
            put("twice");
            expectThrows(
                    ResourceNotFoundException.class,
                    () -> await((ActionListener<Generation> l) -> registry.load("twice", 1, l)));
            publish(generation("twice", begin("twice", owner(1)), 100));
            millis.addAndGet(TimeUnit.MINUTES.toMillis(2)); // the back-off is over

            AtomicReference<Generation> first = new AtomicReference<>();
            whileDeciding.set(() -> first.set(await(l -> registry.load("twice", 1, l))));
            Generation second = await(l -> registry.load("twice", 1, l));
            assertNotNull("both have met", first.get());
            assertSame(first.get(), second);
            assertThat(evicted, hasSize(0));
            assertThat(stats.get(StatName.GENERATION_LOADS), equalTo(1L));
            assertThat(breaker.used(), equalTo(second.ramBytes()));
        } finally {
            terminate(threadPool);
        }
    }

    public void testWhatAListenerThrowsIsNoFailureOfTheStore() throws Exception {
        ThreadPool inline = mock(ThreadPool.class);
        when(inline.generic()).thenReturn(OpenSearchExecutors.newDirectExecutorService());
        ModelStore store = new ModelStore(new SystemClient(client(), () -> null), parts.clusterService, inline);
        List<Object> told = new ArrayList<>();
        AssertionError thrown = expectThrows(
                AssertionError.class,
                () -> store.list(new ActionListener<>() {
                    @Override
                    public void onResponse(List<StoredModel> models) {
                        told.add(models);
                        throw new IllegalStateException("the listener's own fault");
                    }

                    @Override
                    public void onFailure(Exception e) {
                        told.add(e);
                    }
                }));
        assertThat(thrown.getCause().getMessage(), equalTo("the listener's own fault"));
        assertThat("told once", told, equalTo(List.of(List.of())));
    }

    public void testNewActiveGenerationIsBroughtWhereTheOldOneIsUsed() throws Exception {
        trained("warm", 100);
        load("warm", 1);
        List<Generation> activated = new CopyOnWriteArrayList<>();
        parts.registry.onActivation(activated::add);
        int second = begin("warm", owner(2));
        publish(generation("warm", second, 100));
        activate("warm", second);
        assertBusy(() -> assertNotNull(parts.registry.loaded("warm", second)));
        assertBusy(() -> assertEquals(List.of(parts.registry.loaded("warm", second)), activated));
        delete2("warm", second);
    }

    private void delete2(String name, int running) {
        end(name, running, TrainingOutcome.SUCCESS);
        delete(name);
    }
}
