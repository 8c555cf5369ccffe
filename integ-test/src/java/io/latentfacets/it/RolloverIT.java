/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** A model that is attached to a data stream or rollover alias is attached to its next indices as well. */
public class RolloverIT {

    private static final String MODEL = "rolling-model";
    private static final String STREAM = "rolling-stream";
    private static final String ALIAS = "rolling";
    private static final String STREAM_TEMPLATE = "rolling-stream-template";
    private static final String ALIAS_TEMPLATE = "rolling-alias-template";
    private static final int DOCUMENTS = 300;
    private static final int WORDLESS = DOCUMENTS / TopicCorpus.WORDLESS;
    private static final int LATER = 100;
    private static final int LATER_WORDLESS = LATER / TopicCorpus.WORDLESS;

    private final TestCluster cluster = TestCluster.shared(2);
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @After
    public void cleanUp() {
        rest.delete("/_data_stream/" + STREAM);
        rest.delete("/" + ALIAS + "-000001," + ALIAS + "-000002?ignore_unavailable=true");
        rest.delete("/_index_template/" + STREAM_TEMPLATE);
        rest.delete("/_index_template/" + ALIAS_TEMPLATE);
        rest.delete("/_ingest/pipeline/" + MODEL);
        rest.delete(Latent.BASE + "/models/" + MODEL + "?force=true");
    }

    @Test
    public void theNextBackingIndexOfADataStreamIsAttached() {
        putStreamTemplate();
        Latent.append(rest, STREAM, 0, DOCUMENTS);
        Latent.createModel(rest, MODEL, Latent.definition(STREAM, 4, 2));
        Latent.train(rest, MODEL);
        Rest.Response attached = Latent.attach(rest, MODEL, STREAM);
        assertThat(attached.at("next"), equalTo(List.of(next(STREAM, STREAM_TEMPLATE, "attached"))));
        assertThat(attached.intAt("updated"), equalTo(DOCUMENTS - WORDLESS));

        rest.post("/" + STREAM + "/_rollover").ok();
        Latent.append(rest, STREAM, DOCUMENTS, DOCUMENTS + LATER);
        assertThat(count(STREAM), equalTo(DOCUMENTS + LATER - WORDLESS - LATER_WORDLESS));
        assertThat(count(".ds-" + STREAM + "-000002"), equalTo(LATER - LATER_WORDLESS));
        assertFacets(STREAM, DOCUMENTS + LATER, WORDLESS + LATER_WORDLESS);
        assertFacets(".ds-" + STREAM + "-000002", LATER, LATER_WORDLESS);

        Rest.Response again = Latent.attach(rest, MODEL, "rolling-str*");
        assertThat(again.at("next"), equalTo(List.of(next(STREAM, STREAM_TEMPLATE, "unchanged"))));
        assertThat(again.intAt("updated"), equalTo(0));

        // somebody writes his template as he has it in his files, without what the plugin added
        assertThat(Latent.model(rest, MODEL).stringAt("next.0.result"), equalTo("unchanged"));
        putStreamTemplate();
        Rest.Response lost = Latent.model(rest, MODEL);
        assertThat(lost.text(), lost.stringAt("next.0.result"), equalTo("not_attached"));
        assertThat(lost.stringAt("next.0.reason"), containsString("attach again"));
        assertThat(
                Latent.attach(rest, MODEL, STREAM).at("next"),
                equalTo(List.of(next(STREAM, STREAM_TEMPLATE, "attached"))));
    }

    @Test
    public void theNextIndexOfARolloverAliasIsAttached() {
        rest.put(
                        "/_index_template/" + ALIAS_TEMPLATE,
                        Map.of(
                                "index_patterns", List.of(ALIAS + "-0*"),
                                "template", Map.of("mappings", TopicCorpus.MAPPINGS)))
                .ok();
        rest.put("/" + ALIAS + "-000001", Map.of("aliases", Map.of(ALIAS, Map.of("is_write_index", true))))
                .ok();
        Latent.append(rest, ALIAS, 0, DOCUMENTS);
        Latent.createModel(rest, MODEL, Latent.definition(ALIAS, 4, 2));
        Latent.train(rest, MODEL);
        assertThat(
                Latent.attach(rest, MODEL, ALIAS).at("next"),
                equalTo(List.of(next(ALIAS, ALIAS_TEMPLATE, "attached"))));

        rest.post("/" + ALIAS + "/_rollover").ok();
        Latent.append(rest, ALIAS, DOCUMENTS, DOCUMENTS + LATER);
        assertThat(count(ALIAS + "-000002"), equalTo(LATER - LATER_WORDLESS));
        assertFacets(ALIAS, DOCUMENTS + LATER, WORDLESS + LATER_WORDLESS);
        assertFacets(ALIAS + "-000002", LATER, LATER_WORDLESS);

        rest.delete("/" + ALIAS + "-000001," + ALIAS + "-000002").ok();
        rest.delete("/_ingest/pipeline/" + MODEL).ok();
        Rest.Response refused = rest.delete(Latent.BASE + "/models/" + MODEL);
        assertThat(refused.text(), refused.status(), equalTo(409));
        assertThat(refused.text(), containsString("index template [" + ALIAS_TEMPLATE + "]"));
    }

    @Test
    public void whyTheNextIndexIsNotAttachedIsSaid() {
        rest.put("/" + ALIAS + "-000001", Map.of("aliases", Map.of(ALIAS, Map.of()), "mappings", TopicCorpus.MAPPINGS))
                .ok();
        Latent.append(rest, ALIAS, 0, DOCUMENTS);
        Latent.createModel(rest, MODEL, Latent.definition(ALIAS, 4, 2));
        Latent.train(rest, MODEL);
        Rest.Response attached = Latent.attach(rest, MODEL, ALIAS);
        assertThat(attached.at("next.0.result"), equalTo("not_attached"));
        assertThat(attached.at("next.0.template"), nullValue());
        assertThat(
                attached.stringAt("next.0.reason"),
                containsString("no index template matches the next index [" + ALIAS + "-000002]"));
        assertThat(attached.intAt("updated"), equalTo(DOCUMENTS - WORDLESS));
    }

    private void putStreamTemplate() {
        Map<String, Object> fields = new HashMap<>(TopicCorpus.FIELDS);
        fields.put("@timestamp", Map.of("type", "date"));
        rest.put(
                        "/_index_template/" + STREAM_TEMPLATE,
                        Map.of(
                                "index_patterns", List.of(STREAM + "*"),
                                "data_stream", Map.of(),
                                "template", Map.of("mappings", Map.of("properties", fields))))
                .ok();
    }

    private static Map<String, Object> next(String name, String template, String result) {
        return Map.of("name", name, "template", template, "result", result);
    }

    /** The number of documents with a latent. */
    private int count(String index) {
        return rest.get("/" + index + "/_count", "{\"query\":{\"exists\":{\"field\":\"latent\"}}}")
                .ok()
                .intAt("count");
    }

    /** The facets count every document once, and have the words of the model. */
    private void assertFacets(String index, int documents, int unassigned) {
        Rest.Response facets = rest.post(
                        "/" + index + "/_search",
                        "{\"size\":0,\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000}}}}")
                .ok();
        List<?> buckets = (List<?>) facets.at("aggregations.t.buckets");
        int assigned = 0;
        for (Object bucket : buckets) {
            Map<?, ?> each = (Map<?, ?>) bucket;
            assigned += ((Number) each.get("doc_count")).intValue();
            assertThat(each.toString(), each.get("label"), not(equalTo(each.get("key"))));
        }
        assertThat(facets.text(), buckets.size(), greaterThan(0));
        assertThat(facets.text(), assigned, equalTo(documents - unassigned));
        assertThat(facets.text(), facets.intAt("aggregations.t.unassigned_doc_count"), equalTo(unassigned));
    }
}
