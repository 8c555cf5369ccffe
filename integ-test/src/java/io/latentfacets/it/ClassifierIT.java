/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.FixMethodOrder;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runners.MethodSorters;

/** Classifiers on a cluster of two nodes, from their training to the end of their model. */
@FixMethodOrder(MethodSorters.NAME_ASCENDING) // the last tests train the model again and delete it
public final class ClassifierIT {
    private static final String INDEX = "classify-docs";
    private static final String OTHER = "classify-others";
    private static final String MODEL = "classify-model";
    private static final String ALL = Latent.BASE + "/models/" + MODEL + "/_classifiers";
    private static final String SUBJECT = ALL + "/subject";
    private static final int DOCUMENTS = 300;
    /** One document in this many has a label. */
    private static final int LABELLED = 5;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 2, 1);
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents());
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 4));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @AfterClass
    public static void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
        rest.delete("/" + OTHER);
        rest.delete("/_ingest/pipeline/" + MODEL + "-classify");
    }

    /** The documents of the corpus; few have a {@code category}, and all have {@code tags}. */
    private static Map<String, Object> documents() {
        Map<String, Object> documents = TopicCorpus.documents(0, DOCUMENTS);
        documents.forEach((id, document) -> {
            @SuppressWarnings("unchecked") // made by TopicCorpus
            Map<String, Object> fields = (Map<String, Object>) document;
            if (Integer.parseInt(id) % LABELLED == 0) {
                fields.put("category", fields.get("subject"));
            }
            fields.put("tags", List.of(fields.get("subject"), Integer.parseInt(id) % 2 == 0 ? "even" : "odd"));
        });
        return documents;
    }

    private static Rest.Response train(String name, Map<String, Object> body) {
        return rest.put(ALL + "/" + name + "?wait_for_completion=true", body).ok();
    }

    private static String text(String subject) {
        return String.join(" ", TopicCorpus.words(subject).subList(0, 8));
    }

    @Test
    public void test1TrainsFromFewLabels() {
        Rest.Response trained = train("subject", Map.of("label_field", "category"));
        assertThat(trained.stringAt("state"), equalTo("ready"));
        assertThat(trained.intAt("label_count"), equalTo(TopicCorpus.subjects()));
        // documents without text are labelled too, and have no latent
        assertThat(trained.intAt("documents"), equalTo(DOCUMENTS / LABELLED));
        assertThat(((Number) trained.at("accuracy")).doubleValue(), greaterThan(0.8));
        assertThat(trained.intAt("folds"), equalTo(5));

        Rest.Response got = rest.get(SUBJECT).ok();
        assertThat(got.json(), equalTo(trained.json()));
        assertThat(rest.head(SUBJECT).status(), equalTo(200));
        assertThat(rest.head(ALL).status(), equalTo(200));
        assertThat(rest.head(ALL + "/nothing").status(), equalTo(404));
        Rest.Response all = rest.get(ALL).ok();
        assertThat(all.listAt("classifiers").size(), equalTo(1));
        assertThat(all.stringAt("classifiers.0.classifier"), equalTo("subject"));
        assertThat(all.at("classifiers.0.labels"), nullValue());
    }

    @Test
    public void test2Classifies() {
        Rest.Response found = rest.post(
                        SUBJECT + "/_classify",
                        Map.of(
                                "docs",
                                List.of(
                                        Map.of("title", "a", "body", text("sailing")),
                                        Map.of("body", text("cooking")),
                                        Map.of("body", ""))))
                .ok();
        assertThat(found.stringAt("classifier"), equalTo("subject"));
        assertThat(found.intAt("generation"), equalTo(1));
        assertThat(found.stringAt("docs.0.labels.0.label"), equalTo("sailing"));
        assertThat(found.stringAt("docs.1.labels.0.label"), equalTo("cooking"));
        assertThat(found.listAt("docs.2.labels").size(), equalTo(0));
        assertThat(TopicCorpus.words("sailing"), hasItem(found.stringAt("docs.0.why.0.term")));
        Rest.Response every = rest.post(
                        SUBJECT + "/_classify",
                        Map.of("docs", List.of(Map.of("body", text("finance"))), "size", 1000, "why", false))
                .ok();
        double sum = 0;
        for (int i = 0; i < TopicCorpus.subjects(); i++) {
            sum += ((Number) every.at("docs.0.labels." + i + ".probability")).doubleValue();
        }
        assertThat(sum, closeTo(1, 1e-6));
        assertThat(every.at("docs.0.why"), nullValue());
    }

    @Test
    public void test3WordsAndSeveralLabels() {
        Rest.Response words =
                train("words", Map.of("label_field", "category", "features", "latent+words", "max_documents", 50));
        assertThat(words.intAt("documents"), greaterThan(40));
        Rest.Response found = rest.post(
                        ALL + "/words/_classify", Map.of("docs", List.of(Map.of("body", text("medicine")))))
                .ok();
        assertThat(found.stringAt("docs.0.labels.0.label"), equalTo("medicine"));
        assertThat(TopicCorpus.words("medicine"), hasItem(found.stringAt("docs.0.why.0.term")));

        Rest.Response refused = rest.put(ALL + "/tags?wait_for_completion=true", Map.of("label_field", "tags"));
        assertThat(refused.expect(400).text(), containsString("several labels"));
        Rest.Response tags = train("tags", Map.of("label_field", "tags", "multi_label", true));
        assertThat(tags.intAt("label_count"), equalTo(TopicCorpus.subjects() + 2));
        assertThat(rest.get(ALL).ok().listAt("classifiers").size(), equalTo(3));
    }

    @Test
    public void test4LabelsDocumentsAtIngest() {
        rest.put(
                        "/_ingest/pipeline/" + MODEL + "-classify",
                        Map.of(
                                "processors",
                                List.of(Map.of(
                                        "latent_encode",
                                        Map.of(
                                                "model",
                                                MODEL,
                                                "classify",
                                                List.of(
                                                        Map.of(
                                                                "classifier",
                                                                "subject",
                                                                "target_field",
                                                                "predicted",
                                                                "min_probability",
                                                                0.2),
                                                        Map.of(
                                                                "classifier",
                                                                "tags",
                                                                "target_field",
                                                                "predicted_tags",
                                                                "min_probability",
                                                                0.3),
                                                        Map.of("classifier", "unknown", "target_field", "nothing")))))))
                .ok();
        Map<String, Object> fresh = new LinkedHashMap<>();
        fresh.put("body", text("software"));
        fresh.put("nothing", "a former label");
        rest.put("/" + INDEX + "/_doc/new?refresh=true&pipeline=" + MODEL + "-classify", fresh);
        Rest.Response doc = rest.get("/" + INDEX + "/_doc/new").ok();
        assertThat(doc.stringAt("_source.predicted"), equalTo("software"));
        assertThat(doc.listAt("_source.predicted_tags"), hasItem("software"));
        assertThat(doc.at("_source.nothing"), nullValue());
        // a document that keeps its latent gets the labels too
        rest.post("/" + INDEX + "/_update_by_query?refresh=true&pipeline=" + MODEL + "-classify")
                .ok();
        Rest.Response counted = rest.post(
                        "/" + INDEX + "/_search",
                        Map.of("size", 0, "query", Map.of("exists", Map.of("field", "predicted"))))
                .ok();
        assertThat(counted.intAt("hits.total.value"), greaterThan(DOCUMENTS * 9 / 10));
        rest.delete("/" + INDEX + "/_doc/new?refresh=true").ok();
    }

    @Test
    public void test5IsTrainedAgainWithItsModel() {
        // a second index, which is gone when this classifier is to be trained again
        Latent.createIndex(cluster, OTHER, 100, 1, 0);
        train("stale", Map.of("label_field", "subject", "index", OTHER));
        rest.delete("/" + OTHER).ok();
        String before = rest.get(SUBJECT).ok().stringAt("encoder");
        Map<String, Object> changed = Latent.definition(INDEX, 4, 5);
        Latent.createModel(rest, MODEL, changed);
        int generation = rest.timeout(Duration.ofMinutes(20))
                .post(Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true", Map.of("force", true))
                .ok()
                .intAt("generation");
        Await.until(Duration.ofMinutes(3), "the classifiers are tried again", () -> {
            boolean all = true;
            for (String name : List.of("subject", "words", "tags")) {
                all &= "ready".equals(rest.get(ALL + "/" + name).ok().at("state"));
            }
            return all && rest.get(ALL + "/stale").ok().at("error") != null;
        });
        Rest.Response again = rest.get(SUBJECT).ok();
        assertThat(again.intAt("generation"), equalTo(generation));
        assertThat(again.stringAt("encoder"), not(equalTo(before)));
        assertThat(again.at("error"), nullValue());

        Rest.Response stale = rest.get(ALL + "/stale").ok();
        assertThat(stale.stringAt("state"), equalTo("stale"));
        assertThat(stale.stringAt("error"), containsString(OTHER));
        Rest.Response refused =
                rest.post(ALL + "/stale/_classify", Map.of("docs", List.of(Map.of("body", text("sailing")))));
        assertThat(refused.expect(409).text(), containsString("stale"));
    }

    @Test
    public void test6Deletes() {
        rest.delete(ALL + "/tags").ok();
        assertThat(rest.get(ALL + "/tags").expect(404).text(), containsString("tags"));
        assertThat(
                rest.post(ALL + "/tags/_classify", Map.of("docs", List.of(Map.of("body", "x"))))
                        .status(),
                equalTo(404));
        rest.delete("/" + INDEX).ok();
        rest.delete("/_ingest/pipeline/" + MODEL).ok();
        rest.delete("/_ingest/pipeline/" + MODEL + "-classify").ok();
        rest.delete(Latent.BASE + "/models/" + MODEL + "?force=true").ok();
        rest.get(ALL).expect(404);
    }
}
