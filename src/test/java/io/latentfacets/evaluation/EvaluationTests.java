/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.model.EncoderId;
import io.latentfacets.strict.OptionTables;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchModule;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.test.OpenSearchTestCase;

/** The request, the labels and latents of documents, and the response. EvaluateIT tests evaluation on a cluster. */
public class EvaluationTests extends OpenSearchTestCase {
    private static final EncoderId ENCODER = EncoderId.parse("9f3c0a11d2e4b5c6");

    private final SearchModule search = new SearchModule(Settings.EMPTY, List.of());

    @Override
    protected NamedXContentRegistry xContentRegistry() {
        return new NamedXContentRegistry(search.getNamedXContents());
    }

    @Override
    protected NamedWriteableRegistry writableRegistry() {
        return new NamedWriteableRegistry(search.getNamedWriteables());
    }

    private EvaluateRequest read(String json) {
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, json)) {
            return new EvaluateRequest("m", StrictMap.parse(parser));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refused(String message, String json) {
        Exception e = expectThrows(IllegalArgumentException.class, () -> read(json));
        assertThat(e.getMessage(), containsString(message));
    }

    public void testRequest() throws IOException {
        EvaluateRequest nothing = read("{}");
        assertThat(nothing.labelField(), nullValue());
        assertThat(nothing.query(), nullValue());
        assertThat(nothing.indices(), equalTo(List.of()));
        assertThat(nothing.generation(), equalTo(0));
        assertThat(nothing.maxDocuments(), equalTo(100_000));

        EvaluateRequest all =
                read("{\"label_field\":\"a.b\",\"query\":{\"term\":{\"x\":\"y\"}},\"index\":[\"i\",\"j\"],"
                        + "\"generation\":3,\"max_documents\":500000}");
        for (EvaluateRequest request : List.of(all, copyWriteable(all, writableRegistry(), EvaluateRequest::new))) {
            assertThat(request.model(), equalTo("m"));
            assertThat(request.labelField(), equalTo("a.b"));
            assertThat(request.query(), equalTo(QueryBuilders.termQuery("x", "y")));
            assertThat(request.indices(), equalTo(List.of("i", "j")));
            assertThat(request.generation(), equalTo(3));
            assertThat(request.maxDocuments(), equalTo(500_000));
            CancellableTask task = (CancellableTask) request.createTask(1, "t", "a", null, Map.of());
            assertTrue(task.shouldCancelChildrenOnCancellation());
        }
    }

    public void testBadRequests() {
        refused("unknown key [labels]", "{\"labels\":\"x\"}");
        refused("[label_field] must be a non-empty string", "{\"label_field\":\" \"}");
        refused("[query] must be a query", "{\"query\":{\"nothing\":{}}}");
        refused("[query] must be an object", "{\"query\":\"x\"}");
        refused("[index] must be a list of 1 to 1000 non-empty strings: 0", "{\"index\":[]}");
        refused("[generation] must be in [1, 2147483647]: 0", "{\"generation\":0}");
        refused("[max_documents] must be in [2, 500000]: 500001", "{\"max_documents\":500001}");
    }

    public void testLabels() {
        Labels labels = new Labels("a.b");
        assertThat(labels.of(Map.of("a", Map.of("b", "x"))), equalTo(0));
        assertThat(labels.of(Map.of("a.b", "y")), equalTo(1));
        assertThat(labels.of(Map.of("a", List.of(Map.of("b", "x"), Map.of("c", "z")))), equalTo(0));
        assertThat(labels.of(Map.of("a", Map.of("b", List.of("x", "x", " ")))), equalTo(0));
        assertThat(labels.of(Map.of("a", Map.of("b", List.of("x", "y")))), equalTo(Labels.SEVERAL));
        assertThat(labels.of(Map.of("a", Map.of("b", List.of("new", "newer")))), equalTo(Labels.SEVERAL));
        assertThat(labels.of(Map.of("a", Map.of("b", List.of()))), equalTo(Labels.NONE));
        assertThat(labels.of(Map.of("a", Map.of("b", " "))), equalTo(Labels.NONE));
        assertThat(labels.of(Map.of("a", "x")), equalTo(0)); // the source of a multi-field a.b has only a
        assertThat(labels.of(Map.of("b", "x")), equalTo(Labels.NONE));
        Map<String, Object> nothing = new HashMap<>();
        nothing.put("b", null);
        assertThat(labels.of(Map.of("a", nothing)), equalTo(Labels.NONE));
        assertThat(labels.of(Map.of("a", Map.of("b", 7))), equalTo(2));
        assertThat(labels.of(Map.of("a", Map.of("b", "7"))), equalTo(2));
        assertThat(labels.of(Map.of("a", Map.of("b", true))), equalTo(3));
        assertThat(labels.names(), equalTo(List.of("x", "y", "7", "true")));
    }

    public void testLabelsAreBounded() {
        Labels labels = new Labels("id");
        for (int i = 0; i < Labels.MAX; i++) {
            assertThat(labels.of(Map.of("id", i)), equalTo(i));
        }
        assertThat(labels.of(Map.of("id", 5)), equalTo(5));
        Exception e = expectThrows(IllegalArgumentException.class, () -> labels.of(Map.of("id", -1)));
        assertThat(e.getMessage(), containsString("[label_field] [id] has more than [1000] different values"));
    }

    public void testStoredLatents() {
        LatentFields fields = new LatentFields(Map.of("news", "deep.latent"));
        byte[] latent = {1, -2, 127};
        String vector = Base64.getEncoder().encodeToString(latent);
        Map<String, Object> source = Map.of(
                "deep",
                Map.of("latent", Map.of("generation", 2, "encoder", ENCODER.toString(), "vector", vector)),
                "latent",
                "x");
        assertThat(fields.stored("news", source, ENCODER, 3), equalTo(latent));
        assertThat(
                "of another encoder",
                fields.stored("news", source, EncoderId.parse("000000000000000a"), 3),
                nullValue());
        assertThat("of another length", fields.stored("news", source, ENCODER, 4), nullValue());
        assertThat("not mapped to this model", fields.stored("other", source, ENCODER, 3), nullValue());
        assertThat(fields.stored("news", Map.of(), ENCODER, 3), nullValue());
        assertThat(
                fields.stored(
                        "news",
                        Map.of("deep", Map.of("latent", Map.of("generation", 2, "encoder", ENCODER.toString()))),
                        ENCODER,
                        3),
                nullValue());
    }

    /** With {@code index.mapping.ignore_malformed} a source may contain values that the mapping did not index. */
    public void testAMalformedLatentCountsAsNone() {
        LatentFields fields = new LatentFields(Map.of("news", "latent"));
        for (Object malformed :
                List.of("no object", Map.of("generation", 2, "encoder", ENCODER.toString(), "vector", "no base64!"))) {
            assertThat(fields.stored("news", Map.of("latent", malformed), ENCODER, 3), nullValue());
        }
    }

    public void testResponse() throws IOException {
        EvaluateAction.Documents documents = new EvaluateAction.Documents(50, 40, 20, 10, 33, 2, 4);
        List<EvaluatedCluster> clusters = List.of(
                new EvaluatedCluster("c0", "oil", 30, 24, "energy", .75, .5, .25),
                new EvaluatedCluster("c1", "none", 0, 0, null, Double.NaN, Double.NaN, Double.NaN));
        EvaluateAction.Quality quality = new EvaluateAction.Quality(.5, .6, .7);
        EvaluateAction.Response with = new EvaluateAction.Response(
                "m", 3, documents, new EvaluateAction.Agreement(.1, .2, .3, .4), quality, clusters, 9);
        for (EvaluateAction.Response response :
                List.of(with, copyWriteable(with, writableRegistry(), EvaluateAction.Response::new))) {
            assertThat(
                    json(response),
                    equalTo("{\"model\":\"m\",\"generation\":3,\"took\":9,\"matched\":50,\"documents\":40,"
                            + "\"stored_latents\":20,\"encoded_latents\":10,\"without_latent\":10,"
                            + "\"labelled\":33,\"multi_label\":2,\"labels\":4,"
                            + "\"nmi\":0.1,\"ari\":0.2,\"purity\":0.3,\"accuracy\":0.4,"
                            + "\"clusters\":2,\"silhouette\":0.5,\"coherence\":0.6,\"diversity\":0.7,"
                            + "\"unassigned_share\":0.25,\"per_cluster\":["
                            + "{\"key\":\"c0\",\"label\":\"oil\",\"size\":30,\"labelled\":24,\"precision\":0.75,"
                            + "\"majority\":\"energy\",\"silhouette\":0.5,\"coherence\":0.25},"
                            + "{\"key\":\"c1\",\"label\":\"none\",\"size\":0}]}"));
        }
        EvaluateAction.Response without = new EvaluateAction.Response("m", 3, documents, null, quality, List.of(), 9);
        String json = json(copyWriteable(without, writableRegistry(), EvaluateAction.Response::new));
        assertFalse(json, json.contains("nmi") || json.contains("label"));
    }

    private static String json(EvaluateAction.Response response) throws IOException {
        try (XContentBuilder builder = JsonXContent.contentBuilder()) {
            return response.toXContent(builder, ToXContent.EMPTY_PARAMS).toString();
        }
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("evaluate", EvaluateRequest.OPTIONS);
    }
}
