/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.manage.ModelTestPlugin;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/**
 * A model is deleted, and maybe made again, while somebody changes it: after the change has found the model and before
 * it is written. Nothing is left of the deleted model, and nothing is missing from the new one.
 */
public class DeletionRaceTests extends OpenSearchSingleNodeTestCase {

    private static final String MODEL = "news";

    private ModelTestPlugin.Parts parts;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(ModelTestPlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        parts.before.set(null);
        parts.deadTasks.clear();
    }

    private static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(60_000);
    }

    private void put() {
        await((ActionListener<Void> l) ->
                parts.store.put(ModelFixtures.definition(MODEL), null, parts.registry.bound(MODEL), l));
    }

    private void delete() {
        await((ActionListener<Void> l) -> parts.store.delete(MODEL, l));
    }

    private int begin(long task) {
        var node = parts.clusterService.localNode();
        TrainingOwner owner = new TrainingOwner(node.getId(), node.getEphemeralId(), task, 1000 + task);
        return await(l -> parts.store.beginTraining(MODEL, owner, l));
    }

    private StoredModel get() {
        return await(l -> parts.store.get(MODEL, l));
    }

    private GenerationSummary publish(Generation generation) {
        return await(l -> parts.store.publish(generation, l));
    }

    private void activate(int generation) {
        await((ActionListener<AcknowledgedResponse> l) -> parts.store.activate(MODEL, generation, l));
    }

    private void edit() {
        await((ActionListener<AcknowledgedResponse> l) ->
                parts.store.editCluster(MODEL, "c1", new ClusterEdits.Edit("Energy", false), l));
    }

    private Generation generation(int number) {
        return ModelFixtures.generation(MODEL, number, createTempDir(), 100);
    }

    /** A model with an active generation, whose number it returns. */
    private int trained() {
        put();
        int number = begin(1);
        publish(generation(number));
        activate(number);
        await((ActionListener<Void> l) ->
                parts.store.endTraining(MODEL, number, TrainingOutcome.SUCCESS, List.of(), l));
        return number;
    }

    /** Does something once, before the store first sends a request of a kind. */
    private void before(Predicate<ActionRequest> kind, Runnable work) {
        AtomicReference<Runnable> once = new AtomicReference<>(work);
        parts.before.set((action, request) -> {
            Runnable due = kind.test(request) ? once.getAndSet(null) : null;
            if (due != null) {
                due.run();
            }
        });
    }

    private static Predicate<ActionRequest> pointer(UpdatePointerAction.Change change) {
        return request -> request instanceof UpdatePointerAction.Request pointer && pointer.change == change;
    }

    private void assertGone() {
        parts.before.set(null);
        assertThat(Pointers.models(Pointers.read(parts.clusterService.state())), empty());
        parts.index.refresh();
        assertThat(parts.index.search(QueryBuilders.termQuery("model", MODEL)), equalTo(List.of("model_" + MODEL)));
        expectThrows(ResourceNotFoundException.class, () -> get());
    }

    private void assertNew(int above) {
        parts.before.set(null);
        assertThat(parts.registry.active(MODEL), equalTo(0));
        assertThat(parts.registry.edits(MODEL), equalTo(ClusterEdits.NONE));
        assertThat(
                parts.registry.bound(MODEL),
                equalTo(Bound.NONE.with(ModelFixtures.definition(MODEL).source().indices())));
        int next = begin(9);
        assertTrue(next + " is above " + above, next > above);
    }

    public void testAnActivationThatComesAfterTheDeletion() {
        int number = trained();
        before(pointer(UpdatePointerAction.Change.ACTIVATE), this::delete);
        expectThrows(ResourceNotFoundException.class, () -> activate(number));
        assertGone();
    }

    public void testAnActivationOfADeletedModelIsNotOneOfTheNextOfItsName() {
        int number = trained();
        before(pointer(UpdatePointerAction.Change.ACTIVATE), () -> {
            delete();
            put();
        });
        expectThrows(ResourceNotFoundException.class, () -> activate(number));
        assertNew(number);
    }

    public void testALabelThatComesAfterTheDeletion() {
        trained();
        before(pointer(UpdatePointerAction.Change.EDIT_CLUSTER), this::delete);
        expectThrows(ResourceNotFoundException.class, this::edit);
        assertGone();
    }

    public void testALabelOfADeletedModelIsNotOneOfTheNextOfItsName() {
        int number = trained();
        before(pointer(UpdatePointerAction.Change.EDIT_CLUSTER), () -> {
            delete();
            put();
        });
        expectThrows(ResourceNotFoundException.class, this::edit);
        assertNew(number);
    }

    /** What is written between the mark of the deletion and the removal goes with the removal. */
    public void testChangesThatComeWithinTheDeletion() {
        int number = trained();
        before(pointer(UpdatePointerAction.Change.REMOVE), () -> {
            String encoders = number + ":9f3c0a11d2e4b5c6:17";
            await((ActionListener<AcknowledgedResponse> l) -> parts.client.execute(
                    UpdatePointerAction.INSTANCE,
                    UpdatePointerAction.Request.activate(MODEL, UpdatePointerAction.Request.ANY, number, encoders),
                    l));
            await((ActionListener<AcknowledgedResponse> l) -> parts.client.execute(
                    UpdatePointerAction.INSTANCE,
                    UpdatePointerAction.Request.editCluster(MODEL, 1, "c1", new ClusterEdits.Edit("x", false)),
                    l));
        });
        delete();
        assertGone();
    }

    public void testABindingThatComesAfterTheDeletion() {
        before(pointer(UpdatePointerAction.Change.BIND), this::delete);
        expectThrows(ResourceNotFoundException.class, this::put);
        assertGone();
    }

    /** A model that never trained has given no number, and yet its deletion takes nothing from its successor. */
    public void testADeletionLeavesTheNextModelOfTheName() {
        put();
        before(pointer(UpdatePointerAction.Change.REMOVE), this::put);
        delete();
        assertNew(0);
        assertThat(get().bound(), equalTo(parts.registry.bound(MODEL)));
    }

    /** A trainer that was given up for dead goes on writing while somebody deletes its model. */
    public void testAPublicationThatComesAfterTheDeletion() {
        for (String id : List.of("generation_", "chunk_")) {
            put();
            int number = begin(5);
            Generation generation = generation(number);
            parts.deadTasks.add(5L);
            before(
                    request ->
                            request instanceof IndexRequest write && write.id().startsWith(id),
                    this::delete);
            expectThrows(Exception.class, () -> publish(generation));
            assertGone();
            parts.deadTasks.clear();
        }
    }

    public void testTheRepairLooksForManyDeletedModels() throws Exception {
        put();
        delete();
        for (int i = 0; i < 250; i++) {
            ModelDocument deleted = new ModelDocument("old-" + i, null, 1, 2, NumberRanges.NONE, null, null);
            parts.index.put(ModelDocument.id(deleted.name()), deleted.toSource());
            if (i % 60 == 0) {
                parts.index.put(
                        GenerationDocument.id(deleted.name(), 1), GenerationDocument.abandoned(deleted.name(), 1));
                // not of the deleted model
                parts.index.put(
                        GenerationDocument.id(deleted.name(), 2), GenerationDocument.abandoned(deleted.name(), 2));
            }
        }
        parts.index.refresh();
        await((ActionListener<Void> l) -> parts.store.repair(l));
        parts.index.refresh();
        assertThat(
                parts.index.search(QueryBuilders.termQuery("type", GenerationDocument.ABANDONED)),
                equalTo(List.of(
                        "generation_old-0_2",
                        "generation_old-120_2",
                        "generation_old-180_2",
                        "generation_old-240_2",
                        "generation_old-60_2")));
    }

    /** The node died with a change of a deleted model under way; the elected cluster manager removes what it wrote. */
    public void testTheRepairRemovesWhatIsLeft() throws Exception {
        int number = trained();
        delete();
        before(request -> false, () -> {});
        for (UpdatePointerAction.Request stray : List.of(
                UpdatePointerAction.Request.activate(MODEL, 0, number, ""),
                UpdatePointerAction.Request.editCluster(MODEL, 1, "c1", new ClusterEdits.Edit("x", false)),
                UpdatePointerAction.Request.bind(MODEL, 1, Bound.NONE, new Bound(List.of("a"))))) {
            await((ActionListener<AcknowledgedResponse> l) ->
                    parts.client.execute(UpdatePointerAction.INSTANCE, stray, l));
            parts.index.put(GenerationDocument.id(MODEL, number), GenerationDocument.abandoned(MODEL, number));
            await((ActionListener<Void> l) -> parts.store.repair(l));
            assertGone();
        }
    }
}
