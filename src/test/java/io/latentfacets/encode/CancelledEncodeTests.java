/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.manage.ModelTestPlugin;
import io.latentfacets.model.ModelFixtures;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/** Whoever cancels {@code _encode} ends it within a slice of documents, and the node has everything back. */
public class CancelledEncodeTests extends OpenSearchSingleNodeTestCase {

    private static final int DOCUMENTS = 500;
    private static final int SLICE = 32;

    private ModelTestPlugin.Parts parts;
    private EncoderService encoders;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(ModelTestPlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        encoders = getInstanceFromNode(EncoderService.class);
        parts.encoder.before = documents -> {};
        parts.trained("news", number -> ModelFixtures.generation("news", number, createTempDir(), 100));
    }

    private <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(60_000);
    }

    private EncodeAction.Response encode(boolean explain) {
        List<Map<String, Object>> docs =
                Collections.nCopies(DOCUMENTS, Map.of("title", "crude oil barrels", "body", "opec"));
        return client().execute(
                        EncodeAction.INSTANCE,
                        new EncodeAction.Request("news").docs(docs).explain(explain))
                .actionGet(60_000);
    }

    private void cancel() {
        assertThat(
                client().admin()
                        .cluster()
                        .prepareCancelTasks()
                        .setActions(EncodeAction.NAME)
                        .get()
                        .getTasks(),
                hasSize(1));
    }

    public void testItEndsAfterTheSliceUnderWay() {
        assertThat(encode(false).documents(), hasSize(DOCUMENTS));
        long whileOpen = parts.breaker.getUsed();
        for (boolean explain : new boolean[] {false, true}) {
            AtomicInteger encoded = new AtomicInteger();
            AtomicInteger after = new AtomicInteger();
            int calls = between(1, 3);
            AtomicInteger left = new AtomicInteger(calls);
            parts.encoder.before = documents -> {
                encoded.addAndGet(documents.size());
                if (left.decrementAndGet() == 0) {
                    cancel();
                } else if (left.get() < 0) {
                    after.incrementAndGet();
                }
            };
            Exception e = expectThrows(Exception.class, () -> encode(explain));
            assertThat(e.toString(), containsString(TaskCancelledException.class.getSimpleName()));
            assertThat("no call of the encoder after the cancellation", after.get(), equalTo(0));
            assertThat(encoded.get(), lessThanOrEqualTo(calls * SLICE));
            parts.encoder.before = documents -> {};
            assertThat("only the encoder stays, for the next call", parts.breaker.getUsed(), equalTo(whileOpen));
        }
        assertThat(encode(false).documents(), hasSize(DOCUMENTS));
        await((ActionListener<Void> l) -> parts.store.delete("news", l));
        encoders.retire();
        assertThat("nobody holds the encoder", encoders.open(), equalTo(0));
        assertThat(parts.breaker.getUsed(), equalTo(0L));
    }
}
