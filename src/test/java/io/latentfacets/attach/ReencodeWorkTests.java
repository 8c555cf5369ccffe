/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.attach.ReencodeService.Target;
import io.latentfacets.field.DerivedFields;
import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.ingest.LatentPipelines;
import io.latentfacets.model.EncoderId;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.index.IndexSettings;
import org.opensearch.ingest.IngestMetadata;
import org.opensearch.ingest.PipelineConfiguration;
import org.opensearch.test.OpenSearchTestCase;

/** Which indices, fields and pipelines {@code _reencode} finds in mappings and pipelines, at any depth. */
public class ReencodeWorkTests extends OpenSearchTestCase {

    private final Map<String, PipelineConfiguration> pipelines = new HashMap<>();
    private final Metadata.Builder metadata = Metadata.builder();

    private void index(String name, String pipeline, String mapping) throws IOException {
        Settings.Builder settings = Settings.builder()
                .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT)
                .put(IndexMetadata.SETTING_NUMBER_OF_SHARDS, 1)
                .put(IndexMetadata.SETTING_NUMBER_OF_REPLICAS, 0);
        if (pipeline != null) {
            settings.put(IndexSettings.DEFAULT_PIPELINE.getKey(), pipeline);
        }
        metadata.put(IndexMetadata.builder(name).settings(settings).putMapping("{\"properties\":" + mapping + "}"));
    }

    private void pipeline(String name, String json) {
        pipelines.put(name, new PipelineConfiguration(name, new BytesArray(json), XContentType.JSON));
    }

    private ClusterState state() {
        return ClusterState.builder(ClusterName.DEFAULT)
                .metadata(metadata.putCustom(IngestMetadata.TYPE, new IngestMetadata(pipelines)))
                .build();
    }

    private static String latent(String model) {
        return "{\"type\":\"latent_vector\",\"model\":\"" + model + "\"}";
    }

    private static ReencodeService.Work work(String index, Target... targets) {
        return new ReencodeService.Work(index, List.of(targets));
    }

    public void testEveryFieldOfTheModelIsReencodedInOnePass() throws IOException {
        pipeline(
                "m",
                "{\"processors\":[{\"latent_encode\":{\"model\":\"m\"}},"
                        + "{\"latent_encode\":{\"model\":\"m\",\"target_field\":\"deep.second\"}}]}");
        index(
                "docs",
                "m",
                "{\"latent\":" + latent("m") + ",\"other\":" + latent("another")
                        + ",\"deep\":{\"properties\":{\"second\":" + latent("m") + "}}}");
        assertThat(
                ReencodeService.work(state(), "m"),
                contains(work("docs", new Target("m", "deep.second"), new Target("m", "latent"))));
    }

    public void testAProcessorWithinAnotherIsFound() throws IOException {
        pipeline("called", "{\"processors\":[{\"latent_encode\":{\"model\":\"m\"}}]}");
        pipeline("calling", "{\"processors\":[{\"set\":{}},{\"pipeline\":{\"name\":\"called\"}}]}");
        pipeline(
                "each",
                "{\"processors\":[{\"foreach\":{\"field\":\"parts\",\"processor\":{\"latent_encode\":{\"model\":\"m\"}}}}]}");
        index("one", "calling", "{\"latent\":" + latent("m") + "}");
        index("two", "each", "{\"latent\":" + latent("m") + "}");
        assertThat(
                ReencodeService.work(state(), "m"),
                contains(work("one", new Target("calling", "latent")), work("two", new Target("each", "latent"))));
    }

    public void testTheMappingFillsAFieldAloneOrAfterAPipeline() throws IOException {
        String encoded = "{\"type\":\"latent_vector\",\"model\":\"m\",\"encode\":true,\"cluster_field\":\"topic\"}";
        pipeline("own", "{\"processors\":[{\"latent_encode\":{\"model\":\"m\",\"knn_field\":\"numbers\"}}]}");
        index("alone", null, "{\"latent\":" + encoded + "}");
        index("both", "own", "{\"latent\":" + encoded + "}");
        index("neither", null, "{\"latent\":" + latent("m") + "}");
        MappedEncoding encoding = new MappedEncoding("m", new DerivedFields("topic", null));
        assertThat(
                ReencodeService.work(state(), "m"),
                contains(
                        work("alone", new Target(null, "latent", encoding, new DerivedFields("topic", null))),
                        work("both", new Target("own", "latent", encoding, new DerivedFields("topic", "numbers")))));
    }

    public void testOnlyWhatMayChangeIsStale() {
        EncoderId encoder = EncoderId.parse("9f3c0a11d2e4b5c6");
        List<Target> plain = List.of(new Target("m", "latent"));
        assertThat(new StaleDocuments(encoder, List.of("c0")).query(plain).toString(), not(containsString("exists")));
        List<Target> derived = List.of(new Target("m", "latent", null, new DerivedFields("topic", "numbers")));
        String asked =
                new StaleDocuments(encoder, List.of("c0", "c1")).query(derived).toString();
        assertThat(asked, containsString("wrapper"));
        assertThat(asked, containsString("numbers"));
        String unknown = new StaleDocuments(encoder, List.of()).query(derived).toString();
        assertThat("looks at all documents", unknown, not(containsString("wrapper")));
        List<String> many = IntStream.range(0, StaleDocuments.MAX_KEYS + 1)
                .mapToObj(c -> "c" + c)
                .toList();
        assertThat(new StaleDocuments(encoder, many).query(derived).toString(), not(containsString("wrapper")));
    }

    /**
     * A failure handler runs only when a processor fails, so its pipeline does not encode documents. It still uses the
     * model.
     */
    public void testAHandlerOfFailuresEncodesNothing() throws IOException {
        pipeline("handler", "{\"processors\":[],\"on_failure\":[{\"latent_encode\":{\"model\":\"m\"}}]}");
        index("docs", "handler", "{\"latent\":" + latent("m") + "}");
        assertThat(ReencodeService.work(state(), "m"), empty());
        assertThat(new LatentPipelines(state()).naming("m"), contains("handler"));
    }

    /** An update writes a document anew from its source: where the source is not whole, it would lose something. */
    public void testAnIndexWhoseSourceIsNotWholeIsRefused() throws IOException {
        Map<String, String> mappings = Map.of(
                "none",
                "{\"enabled\":false}",
                "some",
                "{\"includes\":[\"a*\"]}",
                "less",
                "{\"excludes\":[\"vector\"]}");
        for (Map.Entry<String, String> mapping : mappings.entrySet()) {
            metadata.put(IndexMetadata.builder(mapping.getKey())
                    .settings(Settings.builder()
                            .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT)
                            .put(IndexMetadata.SETTING_NUMBER_OF_SHARDS, 1)
                            .put(IndexMetadata.SETTING_NUMBER_OF_REPLICAS, 0))
                    .putMapping("{\"_source\":" + mapping.getValue() + "}"));
        }
        index("whole", null, "{}");
        Metadata indices = metadata.build();
        assertThat(ReencodeIndex.lossy(indices.index("none")), containsString("[_source] is disabled"));
        assertThat(ReencodeIndex.lossy(indices.index("some")), containsString("[_source.includes] is [a*]"));
        assertThat(ReencodeIndex.lossy(indices.index("less")), containsString("[_source.excludes] is [vector]"));
        assertThat(ReencodeIndex.lossy(indices.index("whole")), nullValue());
    }

    /** Many small documents make a page, and few large ones. */
    public void testAPageIsOfSoManyBytes() {
        assertThat(ReencodeIndex.page(20 * 600, 20), equalTo(ReencodeIndex.LARGE_PAGE));
        assertThat(ReencodeIndex.page(20 * 4_096, 20), equalTo(ReencodeIndex.PAGE_BYTES / 4_096));
        assertThat(ReencodeIndex.page(20L << 20, 20), equalTo(ReencodeIndex.SMALL_PAGE));
        assertThat("the size is not known", ReencodeIndex.page(0, 0), equalTo(ReencodeIndex.SMALL_PAGE));
        assertThat("no source is seen", ReencodeIndex.page(0, 20), equalTo(ReencodeIndex.SMALL_PAGE));
    }

    public void testPipelinesThatCallEachOtherEnd() {
        pipeline("a", "{\"processors\":[{\"pipeline\":{\"name\":\"b\"}}]}");
        pipeline("b", "{\"processors\":[{\"pipeline\":{\"name\":\"a\"}},{\"latent_encode\":{\"model\":\"m\"}}]}");
        LatentPipelines found = new LatentPipelines(state());
        assertTrue(found.encodes("a", "m", "latent"));
        assertFalse(found.encodes("a", "m", "another"));
        assertFalse(found.encodes("a", "another", null));
        assertFalse(found.encodes("missing", "m", null));
    }

    public void testMappingsAreReadToTheBottom() throws IOException {
        index(
                "docs",
                null,
                "{\"parts\":{\"type\":\"nested\",\"properties\":{\"latent\":" + latent("m") + "}},"
                        + "\"title\":{\"type\":\"text\",\"fields\":{\"latent\":" + latent("m") + "}},"
                        + "\"latent_vector\":{\"type\":\"keyword\"}}");
        assertThat(
                LatentMappings.fields(metadata.build().index("docs"), "m"), contains("parts.latent", "title.latent"));
        assertThat(LatentMappings.fields(metadata.build().index("docs"), "another"), hasSize(0));
        assertThat(AttachedIndices.of(state(), "m").size(), equalTo(2));
    }
}
