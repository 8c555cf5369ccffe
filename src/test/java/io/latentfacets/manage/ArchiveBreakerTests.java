/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.FakeSecurity;
import io.latentfacets.model.ModelFixtures;
import java.io.IOException;
import java.util.Base64;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.refresh.RefreshAction;
import org.opensearch.action.get.GetAction;
import org.opensearch.action.get.GetRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.CheckedFunction;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.threadpool.ThreadPool;

/** What exports and imports charge to the breaker while they run, and that they give all of it back. */
public class ArchiveBreakerTests extends OpenSearchSingleNodeTestCase {

    private ModelTestPlugin.Parts parts;
    private long archiveBytes;
    private long before;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(ModelTestPlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        quiet();
        archiveBytes = parts.trained(
                        "news", number -> ModelFixtures.generation("news", number, createTempDir(), 2 << 20))
                .bytes();
        before = parts.breaker.getUsed();
    }

    @Override
    public void tearDown() throws Exception {
        quiet();
        super.tearDown();
    }

    private void quiet() {
        parts.before.set(null);
        parts.failing.set(null);
    }

    private long exportBytes() {
        return 2 * archiveBytes + (8 << 20);
    }

    private static BytesReference written(ExportModelAction.Response response) throws IOException {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            response.toXContent(builder, ToXContent.EMPTY_PARAMS);
            return BytesReference.bytes(builder);
        }
    }

    /** Starts an export, which is written as the REST layer does: in the listener of the response. */
    private PlainActionFuture<BytesReference> export(
            CheckedFunction<ExportModelAction.Response, BytesReference, Exception> write) {
        PlainActionFuture<BytesReference> future = PlainActionFuture.newFuture();
        client().execute(
                        ExportModelAction.INSTANCE,
                        ModelRequest.generation("news", 0),
                        ActionListener.map(future, write));
        return future;
    }

    private byte[] exported() {
        BytesReference json = export(ArchiveBreakerTests::written).actionGet(60_000);
        Object archive = XContentHelper.convertToMap(json, false, MediaTypeRegistry.JSON)
                .v2()
                .get("archive");
        return Base64.getDecoder().decode((String) archive);
    }

    /** Imports a model and returns its active generation. */
    private int imported(byte[] archive) {
        client().execute(
                        ImportModelAction.INSTANCE,
                        new ImportModelAction.Request(
                                ModelFixtures.definition("copy"), ClusterEdits.NONE, new BytesArray(archive)))
                .actionGet(60_000);
        return parts.registry.active("copy");
    }

    private void assertAllIsBack() throws Exception {
        // the listener is called just before the bytes of an export are given back
        assertBusy(() -> assertThat(parts.breaker.getUsed(), equalTo(before)));
    }

    private void refused(String what, long wanted, Runnable call) throws Exception {
        long taken = parts.breaker.getLimit() - before - wanted + 1;
        parts.breaker.addWithoutBreaking(taken);
        Throwable e;
        try {
            e = ExceptionsHelper.unwrapCause(expectThrows(Exception.class, call::run));
            assertThat("nothing of it stays", parts.breaker.getUsed(), equalTo(before + taken));
        } finally {
            parts.breaker.addWithoutBreaking(-taken);
        }
        assertThat(ExceptionsHelper.status(e), equalTo(RestStatus.TOO_MANY_REQUESTS));
        CircuitBreakingException refusal = (CircuitBreakingException) e;
        assertThat(refusal.getMessage(), containsString("[" + what + "] would be [" + (parts.breaker.getLimit() + 1)));
        assertThat(refusal.getByteLimit(), equalTo(parts.breaker.getLimit()));
    }

    public void testAnExportIsChargedUntilItIsWritten() throws Exception {
        AtomicLong during = new AtomicLong();
        parts.before.set((action, request) -> {
            if (request instanceof GetRequest get && get.id().startsWith("chunk_")) {
                during.set(parts.breaker.getUsed());
            }
        });
        assertThat((long) exported().length, equalTo(archiveBytes));
        assertThat(during.get(), equalTo(before + exportBytes()));
        assertAllIsBack();
    }

    public void testAnExportWithoutMemoryIsRefused() throws Exception {
        refused("export of news", exportBytes(), () -> export(ArchiveBreakerTests::written)
                .actionGet(60_000));
        assertThat((long) exported().length, equalTo(archiveBytes));
        assertAllIsBack();
    }

    /** The index fails while the archive is read; the client closes the connection meanwhile. */
    public void testAnExportThatFailsGivesAllBack() throws Exception {
        Exception failed = expectThrows(Exception.class, () -> export(response -> {
                    parts.failing.set(GetAction.NAME);
                    return written(response);
                })
                .actionGet(60_000));
        assertThat(failed.getMessage(), containsString("fails in this test"));
        quiet();
        assertAllIsBack();
        Exception left =
                expectThrows(Exception.class, () -> export(response -> written(response.whileWanted(() -> false)))
                        .actionGet(60_000));
        assertThat(ExceptionsHelper.stackTrace(left), containsString("its client has closed the connection"));
        assertAllIsBack();
    }

    /** While one export is written there is no room for another; when it has ended, there is. */
    public void testExportsAtATimeShareTheBreaker() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        long taken = parts.breaker.getLimit() - before - exportBytes() * 3 / 2;
        parts.breaker.addWithoutBreaking(taken);
        try {
            PlainActionFuture<BytesReference> first = export(response -> {
                writing.countDown();
                go.await();
                return written(response);
            });
            writing.await();
            Exception second = expectThrows(
                    Exception.class, () -> export(ArchiveBreakerTests::written).actionGet(60_000));
            assertThat(ExceptionsHelper.status(second), equalTo(RestStatus.TOO_MANY_REQUESTS));
            go.countDown();
            first.actionGet(60_000);
            assertBusy(() -> assertThat(parts.breaker.getUsed(), equalTo(before + taken)));
            export(ArchiveBreakerTests::written).actionGet(60_000);
        } finally {
            go.countDown();
            parts.breaker.addWithoutBreaking(-taken);
        }
        assertAllIsBack();
    }

    public void testAnImportIsChargedUntilItEnds() throws Exception {
        byte[] archive = exported();
        assertAllIsBack();
        AtomicLong during = new AtomicLong();
        parts.before.set((action, request) -> {
            if (request instanceof IndexRequest write && write.id().startsWith("chunk_copy")) {
                during.set(parts.breaker.getUsed());
            }
        });
        assertThat(imported(archive), equalTo(1));
        assertThat(during.get(), equalTo(before + 6L * archive.length));
        assertAllIsBack();
    }

    public void testAnImportWithoutMemoryIsRefused() throws Exception {
        byte[] archive = exported();
        assertAllIsBack();
        refused("import of copy", 6L * archive.length, () -> imported(archive));
        assertThat(imported(archive), equalTo(1));
        assertAllIsBack();
    }

    public void testAnImportThatFailsGivesAllBack() throws Exception {
        byte[] archive = exported();
        assertAllIsBack();
        byte[] damaged = archive.clone();
        damaged[archive.length / 2] ^= 1;
        expectThrows(IllegalArgumentException.class, () -> imported(damaged));
        assertAllIsBack();
        parts.failing.set(RefreshAction.NAME);
        expectThrows(Exception.class, () -> imported(archive));
        quiet();
        assertAllIsBack();
        assertTrue(imported(archive) > 0);
        assertAllIsBack();
    }

    /** Who may edit a cluster need not be allowed to read the words of all. */
    public void testALabelNeedsOnePermission() {
        ThreadPool threads = getInstanceFromNode(ThreadPool.class);
        try (ThreadContext.StoredContext out =
                FakeSecurity.login(threads, "ann", "news", "not:" + GetClustersAction.NAME)) {
            assertNotNull(out);
            expectThrows(Exception.class, () -> client().execute(
                            GetClustersAction.INSTANCE, ModelRequest.cluster("news", "c1", false))
                    .actionGet());
            client().execute(
                            EditClusterAction.INSTANCE,
                            new EditClusterAction.Request("news", "c1", new ClusterEdits.Edit("Energy", false)))
                    .actionGet();
            Exception none = expectThrows(Exception.class, () -> client().execute(
                            EditClusterAction.INSTANCE,
                            new EditClusterAction.Request("news", "c9", new ClusterEdits.Edit("x", false)))
                    .actionGet());
            assertThat(none.getMessage(), equalTo("generation [1] of model [news] has no cluster [c9]"));
        }
        assertThat(parts.registry.edits("news").label("c1", ""), equalTo("Energy"));
        assertThat(parts.registry.edits("news"), not(equalTo(ClusterEdits.NONE)));
    }
}
