/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.field.DerivedFields;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.Version;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchTestCase;

/** What an attachment adds to a mapping, and which indices cannot have it. */
public class AttachmentTests extends OpenSearchTestCase {

    private static final String LATENT = "\"latent\":{\"type\":\"latent_vector\",\"model\":\"m\",\"neighbors\":true";

    private static IndexMetadata index(boolean knn, String fields) throws IOException {
        Settings.Builder settings = Settings.builder()
                .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT)
                .put(IndexMetadata.SETTING_NUMBER_OF_SHARDS, 1)
                .put(IndexMetadata.SETTING_NUMBER_OF_REPLICAS, 0);
        if (knn) {
            settings.put("index.knn", true);
        }
        return IndexMetadata.builder("docs")
                .settings(settings)
                .putMapping("{\"properties\":{" + fields + "}}")
                .build();
    }

    private static Attachment attach(boolean byMapping, String cluster, String knn) {
        return new Attachment("m", "latent", byMapping, new DerivedFields(cluster, knn), 64);
    }

    public void testAFreshIndexGetsAllFields() throws IOException {
        Map<String, Object> missing = attach(true, "topic", "numbers").missing(index(true, ""));
        assertThat(missing.keySet(), equalTo(Set.of("latent", "topic", "numbers")));
        assertThat(
                missing.get("latent"),
                equalTo(Map.of(
                        "type", "latent_vector",
                        "model", "m",
                        "encode", true,
                        "cluster_field", "topic",
                        "knn_field", "numbers")));
        assertThat(((Map<?, ?>) missing.get("numbers")).get("dimension"), equalTo(64));
    }

    public void testWhatIsThereStaysAsItIs() throws IOException {
        String fields = LATENT + "},\"topic\":{\"type\":\"keyword\",\"ignore_above\":9}";
        assertThat(attach(false, "topic", null).missing(index(false, fields)), anEmptyMap());
        Map<String, Object> missing = attach(true, null, null).missing(index(false, fields));
        assertThat(
                missing.get("latent"),
                equalTo(Map.of("type", "latent_vector", "model", "m", "neighbors", true, "encode", true)));
        String encoded = LATENT + ",\"encode\":true,\"cluster_field\":\"topic\"},\"topic\":{\"type\":\"keyword\"}";
        assertThat(
                "a field that the call does not name is kept",
                attach(true, null, null).missing(index(false, encoded)),
                anEmptyMap());
    }

    /** k-NN writes the type of the data in capitals. */
    public void testAVectorThatTakesTheNumbersIsTaken() throws IOException {
        String vector = "\"numbers\":{\"type\":\"knn_vector\",\"dimension\":64,\"data_type\":\"BYTE\"}";
        attach(false, null, "numbers").check(index(true, vector));
        refused(
                RestStatus.CONFLICT,
                "[dimension] [64]",
                attach(false, null, "numbers"),
                true,
                vector.replace("64", "32"));
        refused(
                RestStatus.CONFLICT,
                "[data_type] [byte]",
                attach(false, null, "numbers"),
                true,
                vector.replace("BYTE", "float"));
    }

    public void testWhatCannotBeIsRefused() throws IOException {
        IllegalArgumentException old = expectThrows(IllegalArgumentException.class, () -> attach(false, null, "numbers")
                .check(index(false, "")));
        assertThat(old.getMessage(), containsString("[knn_field] needs an index with [index.knn]: true"));
        assertThat(old.getMessage(), containsString("[docs]"));
        String text = "\"topic\":{\"type\":\"text\"}";
        refused(
                RestStatus.CONFLICT,
                "[cluster_field] [topic] must be a field of type [keyword]",
                attach(false, "topic", null),
                false,
                text);
        String encoded = LATENT + ",\"encode\":true,\"cluster_field\":\"topic\"}";
        refused(
                RestStatus.CONFLICT,
                "has the [cluster_field] [topic], and the call asks for [key]",
                attach(true, "key", null),
                false,
                encoded);
    }

    private static void refused(RestStatus status, String message, Attachment attachment, boolean knn, String fields) {
        OpenSearchStatusException e =
                expectThrows(OpenSearchStatusException.class, () -> attachment.check(index(knn, fields)));
        assertThat(e.status(), equalTo(status));
        assertThat(e.getMessage(), containsString(message));
    }
}
