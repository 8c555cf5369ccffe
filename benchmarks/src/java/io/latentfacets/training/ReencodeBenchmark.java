/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import com.sun.management.OperatingSystemMXBean;
import io.latentfacets.attach.AttachAction;
import io.latentfacets.attach.ReencodeAction;
import io.latentfacets.model.Bound;
import io.latentfacets.model.definition.ModelDefinition;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.reindex.AbstractBulkByScrollRequest;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.index.reindex.UpdateByQueryAction;
import org.opensearch.index.reindex.UpdateByQueryRequest;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.transport.client.Requests;

/**
 * Re-encodes an index by turns with core's update-by-query through the pipeline and with {@code _reencode}, and prints
 * the seconds of each. Run it with JUnit and without assertions ({@code -da -Dtests.asserts=false});
 * {@code -Dbenchmark.documents} and {@code -Dbenchmark.shards} set the index.
 */
public class ReencodeBenchmark extends OpenSearchSingleNodeTestCase {

    private static final int DOCUMENTS = Integer.getInteger("benchmark.documents", 20_000);
    private static final int SHARDS = Integer.getInteger("benchmark.shards", 1);
    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);

    /** Documents in a batch of update-by-query. Core's default is 1,000. */
    private static final int BATCH = Integer.getInteger("benchmark.batch", 1_000);

    private static final int WORDS = 2_000;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(TrainingTestPlugin.class, ReindexModulePlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        // the test framework draws a format, of which some take several times as long
        Requests.INDEX_CONTENT_TYPE = XContentType.JSON;
    }

    public void testBothWays() throws Exception {
        createIndex(
                "docs", Settings.builder().put("index.number_of_shards", SHARDS).build());
        fill();
        TrainingTestPlugin.Parts parts = getInstanceFromNode(TrainingTestPlugin.Parts.class);
        ModelDefinition definition = ModelDefinition.fromMap(
                "m",
                Map.of(
                        "source",
                        Map.of("index", "docs", "fields", List.of("body"), "max_documents", 2_000),
                        "text",
                        Map.of("min_doc_freq", 2, "phrases", false),
                        "vae",
                        Map.of("epochs", 1),
                        "clusters",
                        Map.of("count", 3)));
        PlainActionFuture<Void> put = PlainActionFuture.newFuture();
        parts.store().put(definition, null, Bound.NONE, put);
        put.actionGet();
        client().execute(TrainAction.INSTANCE, new TrainRequest("m")).actionGet();
        client().execute(AttachAction.INSTANCE, new AttachAction.Request("m", true).indices(List.of("docs")))
                .actionGet();
        for (int round = 0; round < ROUNDS; round++) {
            // both skip what is current, so each round takes every latent out first
            clear();
            Spent query = spent(this::byQuery);
            clear();
            Spent own = spent(() -> client().execute(ReencodeAction.INSTANCE, new ReencodeAction.Request("m", true))
                    .actionGet());
            System.out.printf(
                    Locale.ROOT,
                    "%d documents, %d shards: update-by-query %.2f s, CPU %.2f s, _reencode %.2f s, CPU %.2f s,"
                            + " ratio %.2f, CPU %.2f%n",
                    DOCUMENTS,
                    SHARDS,
                    query.seconds,
                    query.cpu,
                    own.seconds,
                    own.cpu,
                    own.seconds / query.seconds,
                    own.cpu / query.cpu);
        }
    }

    private void fill() {
        Random random = new Random(7);
        for (int from = 0; from < DOCUMENTS; from += 1_000) {
            BulkRequest bulk = new BulkRequest();
            for (int i = from; i < Math.min(DOCUMENTS, from + 1_000); i++) {
                StringBuilder body = new StringBuilder();
                for (int w = 0; w < 80; w++) {
                    body.append("word")
                            .append((int) (WORDS * random.nextDouble() * random.nextDouble()))
                            .append(' ');
                }
                bulk.add(new IndexRequest("docs")
                        .id("d" + i)
                        .source(Map.of("body", body.toString()), XContentType.JSON));
            }
            assertFalse(client().bulk(bulk).actionGet().hasFailures());
        }
        client().admin().indices().prepareRefresh("docs").get();
    }

    /** Writes all documents again without a latent, and without the pipeline. */
    private void clear() {
        Settings none =
                Settings.builder().put("index.default_pipeline", "_none").build();
        AcknowledgedResponse off = client().admin()
                .indices()
                .prepareUpdateSettings("docs")
                .setSettings(none)
                .get();
        assertTrue(off.isAcknowledged());
        fill();
        client().admin()
                .indices()
                .prepareForceMerge("docs")
                .setMaxNumSegments(1)
                .get();
        client().admin()
                .indices()
                .prepareUpdateSettings("docs")
                .setSettings(Settings.builder().put("index.default_pipeline", "m"))
                .get();
    }

    private void byQuery() {
        UpdateByQueryRequest request = new UpdateByQueryRequest("docs");
        request.setQuery(QueryBuilders.boolQuery().mustNot(QueryBuilders.termQuery("latent.generation", 1)));
        request.setPipeline("m");
        request.setConflicts("proceed");
        request.setSlices(AbstractBulkByScrollRequest.AUTO_SLICES);
        request.setRefresh(true);
        request.setBatchSize(BATCH);
        assertEquals(
                DOCUMENTS,
                client().execute(UpdateByQueryAction.INSTANCE, request)
                        .actionGet()
                        .getUpdated());
    }

    /** The wall and CPU seconds of this process. */
    private record Spent(double seconds, double cpu) {}

    private static Spent spent(Runnable work) {
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        return new Spent((System.nanoTime() - start) / 1e9, (SYSTEM.getProcessCpuTime() - cpu) / 1e9);
    }
}
