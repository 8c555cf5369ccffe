/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.cluster.Curation;
import io.latentfacets.field.DerivedFields;
import io.latentfacets.model.ClusterEdits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.OpenSearchParseException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.ingest.IngestDocument;

/** The options {@code cluster_field} and {@code knn_field}: what documents get from their latents. */
public class DerivedValuesTests extends EncodeTestCase {

    private static Object value(IngestDocument document, String path) {
        return document.getFieldValue(path, Object.class, true);
    }

    public void testADocumentGetsTheKeyOfItsClusterAndItsNumbers() throws Exception {
        activate();
        IngestDocument oil = document("body", "oil");
        IngestDocument wheat = document("body", "wheat");
        IngestDocument unknown = document("body", "zebra", "meta", new HashMap<>(Map.of("topic", "c1")));
        run(processor("cluster_field", "meta.topic", "knn_field", "numbers"), oil, wheat, unknown);
        assertThat(value(oil, "meta.topic"), equalTo("c0"));
        assertThat(value(wheat, "meta.topic"), equalTo("c1"));
        assertThat(value(oil, "numbers"), equalTo(List.of(127, 0)));
        assertThat(value(wheat, "numbers"), equalTo(List.of(0, 127)));
        assertFalse("without a latent there is no cluster", unknown.hasField("meta.topic"));
        assertFalse(unknown.hasField("numbers"));
    }

    public void testWithoutTheOptionsNothingIsWritten() throws Exception {
        activate();
        IngestDocument oil = document("body", "oil", "topic", "mine");
        run(processor(), oil);
        assertThat(value(oil, "topic"), equalTo("mine"));
        assertThat(source(oil).keySet(), equalTo(Set.of("body", "topic", "latent")));
    }

    /** The text has not changed, but the clusters have. */
    public void testAKeptLatentGetsTheKeyOfTheCurationOfToday() throws Exception {
        activate();
        IngestDocument wheat = document("body", "wheat");
        run(processor("cluster_field", "topic"), wheat);
        Object latent = value(wheat, "latent");
        Curation merged = Curation.NONE.merged(List.of("c0", "c1"), "commodities");
        generations.edit("news", new ClusterEdits(Map.of(), merged));
        run(processor("cluster_field", "topic"), wheat);
        assertThat(value(wheat, "topic"), equalTo("c0"));
        assertThat(value(wheat, "latent"), sameInstance(latent));
        assertThat(factory.batches, equalTo(List.of(1)));

        generations.edit("news", ClusterEdits.NONE);
        run(processor("cluster_field", "topic", "knn_field", "numbers"), wheat);
        assertThat(value(wheat, "topic"), equalTo("c1"));
        assertThat("an option that came later", value(wheat, "numbers"), equalTo(List.of(0, 127)));
    }

    /** A mapped dimension cannot be changed, and a model may be trained with another one. */
    public void testNumbersThatTheMappingDoesNotTakeAreLeftOut() throws Exception {
        activate();
        for (int dimension : new int[] {3, 2}) {
            IndexMetadata index = IndexMetadata.builder("index")
                    .settings(settings(Version.CURRENT)
                            .put(IndexMetadata.SETTING_INDEX_UUID, "uuid" + dimension)
                            .put("index.number_of_shards", 1)
                            .put("index.number_of_replicas", 0))
                    .putMapping(
                            "{\"properties\":{\"ml\":{\"properties\":{\"numbers\":{\"type\":\"knn_vector\",\"dimension\":"
                                    + dimension + "}}}}}")
                    .build();
            ClusterState state = ClusterState.builder(ClusterName.DEFAULT)
                    .metadata(Metadata.builder().put(index, false))
                    .build();
            indices.applyClusterState(new ClusterChangedEvent("test", state, ClusterState.EMPTY_STATE));
            IngestDocument oil = document("body", "oil", "ml", new HashMap<>(Map.of("numbers", List.of(1, 2, 3))));
            run(processor("knn_field", "ml.numbers", "cluster_field", "topic"), oil);
            assertThat(value(oil, "latent"), notNullValue());
            assertThat(value(oil, "topic"), equalTo("c0"));
            assertThat(value(oil, "ml.numbers"), equalTo(dimension == 2 ? List.of(127, 0) : null));
        }
    }

    public void testAHiddenClusterHasItsKey() throws Exception {
        activate();
        generations.edit("news", new ClusterEdits(Map.of("c0", new ClusterEdits.Edit(null, true))));
        IngestDocument oil = document("body", "oil");
        run(processor("cluster_field", "topic"), oil);
        assertThat(value(oil, "topic"), equalTo("c0"));
    }

    public void testALatentThatSearchesDoNotCountHasNoCluster() throws Exception {
        activate();
        IngestDocument oil = document("body", "oil");
        run(processor("cluster_field", "topic", "knn_field", "numbers"), oil);
        Map<String, Object> longer = new HashMap<>();
        ((Map<?, ?>) value(oil, "latent")).forEach((key, each) -> longer.put((String) key, each));
        longer.put("vector", "fwAB"); // three numbers, of a model with two
        oil.setFieldValue("latent", longer);
        run(processor("cluster_field", "topic", "knn_field", "numbers"), oil);
        assertFalse(oil.hasField("topic"));
        assertFalse(oil.hasField("numbers"));
    }

    public void testAnOutageLeavesNoKeyOfATextThatHasChanged() throws Exception {
        activate();
        IngestDocument changed = document("body", "oil");
        IngestDocument same = document("body", "oil");
        run(processor("cluster_field", "topic"), changed, same);
        changed.setFieldValue("body", "grain");
        factory.failure = new OpenSearchStatusException("no engine here", RestStatus.SERVICE_UNAVAILABLE);
        run(processor("cluster_field", "topic"), changed, same);
        assertThat(value(changed, "latent"), nullValue());
        assertThat(value(changed, "topic"), nullValue());
        assertThat(value(same, "latent"), notNullValue());
        assertThat(value(same, "topic"), equalTo("c0"));

        generations.unload("news", 2).failLoads(new IllegalStateException("no room"));
        run(processor("cluster_field", "topic"), same);
        assertThat(value(same, "topic"), nullValue());
    }

    public void testFieldsThatMeetAreRefused() {
        refused("[cluster_field] must be a field of its own, apart from [latent]: \"latent\"", "latent", null);
        refused("[cluster_field] must be a field of its own, apart from [latent]: \"latent.key\"", "latent.key", null);
        refused("[knn_field] must be a field of its own, apart from [topic]: \"topic\"", "topic", "topic");
        refused("[knn_field] must be a field of its own, apart from [a.b]: \"a\"", "a.b", "a");
        refused("[cluster_field] must be the path of a field that does not start with [_]: \"_id\"", "_id", null);
        refused("[cluster_field] must be the path of a field that does not start with [_]: \"a..b\"", "a..b", null);
        refused("[knn_field] must be the path of a field that does not start with [_]: \" \"", null, " ");
        refused("[cluster_field] must be a field of its own, apart from [kind]: \"kind\"", "kind", null);
    }

    private void refused(String message, String cluster, String knn) {
        OpenSearchParseException e = expectThrows(
                OpenSearchParseException.class,
                () -> processor(
                        "classify",
                        Map.of("classifier", "c", "target_field", "kind"),
                        DerivedFields.CLUSTER_FIELD,
                        cluster,
                        DerivedFields.KNN_FIELD,
                        knn));
        assertThat(e.status(), equalTo(RestStatus.BAD_REQUEST));
        assertThat(e.getMessage(), containsString(message));
    }
}
