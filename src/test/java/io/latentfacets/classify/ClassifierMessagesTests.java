/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.classify.regression.DocumentFeatures;
import io.latentfacets.classify.serve.ReadyClassifier.Predicted;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.Definer;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.StoredClassifier;
import io.latentfacets.model.definition.ClassifierDefinition;
import io.latentfacets.strict.OptionTables;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.Strings;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.test.OpenSearchTestCase;

/** The requests and answers of classifiers, and the labels of documents. ClassifierIT tests them on a cluster. */
public class ClassifierMessagesTests extends OpenSearchTestCase {

    private static final ClassifierDefinition DEFINITION = new ClassifierDefinition(
            "a.b", List.of("news"), Map.of("term", Map.of("x", "y")), DocumentFeatures.Kind.LATENT_WORDS, false, 500);

    private static StoredClassifier stored(String error) {
        return new StoredClassifier(
                "m",
                "c",
                DEFINITION,
                new Definer("ann", List.of("writer")),
                new StoredClassifier.Trained(
                        3,
                        EncoderId.parse("9f3c0a11d2e4b5c6"),
                        1_700_000_000_000L,
                        20,
                        1,
                        20,
                        5,
                        0.3,
                        0.75,
                        0.5,
                        0.125),
                List.of(
                        new StoredClassifier.Label("sky", 12, 9, 2, 3),
                        new StoredClassifier.Label("kitchen", 8, 6, 3, 2)),
                List.of(new StoredClassifier.Confusion("sky", "kitchen", 3)),
                error);
    }

    private static ClassifierDefinition parse(Map<String, Object> body) {
        return ClassifierDefinition.parse(new StrictMap(body, ""), NamedXContentRegistry.EMPTY);
    }

    private static void refused(String message, Map<String, Object> body) {
        Exception e = expectThrows(IllegalArgumentException.class, () -> parse(body));
        assertThat(e.getMessage(), containsString(message));
    }

    public void testDefinition() {
        ClassifierDefinition defaults = parse(Map.of("label_field", "x"));
        assertThat(defaults.features(), equalTo(DocumentFeatures.Kind.LATENT));
        assertThat(defaults.maxDocuments(), equalTo(20_000));
        assertFalse(defaults.multiLabel());
        assertThat(ClassifierDefinition.parse(new StrictMap(DEFINITION.toMap(), ""), null), equalTo(DEFINITION));
        refused("[label_field] is required", Map.of());
        refused("[features] must be one of [latent, latent+words]", Map.of("label_field", "x", "features", "all"));
        refused("[max_documents] must be in [10, 100000]: 9", Map.of("label_field", "x", "max_documents", 9));
        refused("[query] must be", Map.of("label_field", "x", "query", Map.of("nothing", Map.of())));
        refused("unknown key [labels]", Map.of("label_field", "x", "labels", 1));
    }

    public void testStoredForm() {
        for (StoredClassifier each : List.of(stored(null), stored("no index"))) {
            assertThat(StoredClassifier.fromMap(each.toMap()), equalTo(each));
        }
        assertThat(stored(null).failed("why").error(), equalTo("why"));
    }

    public void testAnswerDoesNotNameTheDefiner() {
        String one = Strings.toString(MediaTypeRegistry.JSON, ClassifierResponse.one(stored("broken"), false));
        assertThat(one, containsString("\"state\":\"stale\",\"error\":\"broken\",\"label_field\":\"a.b\""));
        assertThat(one, containsString("\"macro_f1\":0.5"));
        assertThat(one, containsString("{\"label\":\"sky\",\"predicted\":\"kitchen\",\"documents\":3}"));
        assertFalse(one, one.contains("ann"));
        String all =
                Strings.toString(MediaTypeRegistry.JSON, ClassifierResponse.all(List.of(stored(null)), List.of(true)));
        assertThat(all, containsString("\"state\":\"ready\""));
        assertFalse(all, all.contains("confusions"));
    }

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "classify.TrainClassifierRequest",
                TrainClassifierRequest.of("m", "c", DEFINITION, true),
                TrainClassifierRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "classify.TrainClassifierRequest.again",
                TrainClassifierRequest.again("m", "c"),
                TrainClassifierRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "classify.ClassifierRequest",
                new ClassifierRequest("m", "c"),
                ClassifierRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "classify.ClassifyAction.Request",
                new ClassifyAction.Request(
                        "m", "c", new StrictMap(Map.of("docs", List.of(Map.of("title", "x")), "size", 3), "")),
                ClassifyAction.Request::new,
                writableRegistry());
        PinnedFormat.check(
                "classify.ClassifyAction.Response",
                new ClassifyAction.Response(
                        "m",
                        "c",
                        3,
                        List.of(
                                new ClassifiedDocument(
                                        List.of(new Predicted("sky", 0.75)), List.of(new ClusterTerm("comet", 0.5f))),
                                new ClassifiedDocument(List.of(), null))),
                ClassifyAction.Response::new,
                writableRegistry());
        PinnedFormat.check(
                "classify.ClassifierResponse",
                ClassifierResponse.one(stored(null), true),
                ClassifierResponse::new,
                writableRegistry());
    }

    public void testBadClassification() {
        Exception e = expectThrows(
                IllegalArgumentException.class,
                () -> new ClassifyAction.Request(
                        "m", "c", new StrictMap(Map.of("docs", List.of(Map.of()), "size", 0), "")));
        assertThat(e.getMessage(), containsString("[size] must be in [1, 1000]: 0"));
        assertThat(
                new ClassifyAction.Request("m", "c", new StrictMap(Map.of("docs", List.of()), ""))
                        .validate()
                        .getMessage(),
                containsString("[docs] must have 1 to [1000] documents, has [0]"));
    }

    public void testLabels() {
        LabelReader labels = new LabelReader("a.b");
        assertArrayEquals(new int[] {0}, labels.of(Map.of("a", Map.of("b", "x"))));
        assertArrayEquals(new int[] {0, 1}, labels.of(Map.of("a", Map.of("b", List.of("y", "x", "y")))));
        assertArrayEquals(new int[] {2}, labels.of(Map.of("a", Map.of("b", 7))));
        assertArrayEquals(new int[0], labels.of(Map.of("a", Map.of("b", " "))));
        assertArrayEquals(new int[0], labels.of(Map.of()));
        assertThat(labels.names(), equalTo(List.of("x", "y", "7")));
        Exception e = expectThrows(
                IllegalArgumentException.class, () -> labels.of(Map.of("a", Map.of("b", "l".repeat(513)))));
        assertThat(e.getMessage(), containsString("[label_field] [a.b] must have values of at most [512]"));
    }

    public void testLabelsAreBounded() {
        LabelReader labels = new LabelReader("id");
        for (int i = 0; i < LabelReader.MAX; i++) {
            labels.of(Map.of("id", i));
        }
        Exception e = expectThrows(IllegalArgumentException.class, () -> labels.of(Map.of("id", -1)));
        assertThat(e.getMessage(), containsString("must have at most [1000] different values"));
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("classifier", ClassifierDefinition.OPTIONS);
    }
}
