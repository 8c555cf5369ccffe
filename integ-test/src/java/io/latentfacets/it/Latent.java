/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls of the plugin's endpoints that many tests share. */
final class Latent {
    static final String BASE = "/_plugins/_latent";

    /** Real corpora take two minutes on two idle cores, and several times as long beside other work. */
    private static final Duration TRAINING = Duration.ofMinutes(20);

    private Latent() {}

    /** Creates an index of {@link TopicCorpus} documents and waits until it is refreshed and green. */
    static void createIndex(TestCluster cluster, String index, int documents, int shards, int replicas) {
        createIndex(cluster, index, TopicCorpus.documents(0, documents), shards, replicas);
    }

    /**
     * Creates an index of documents with the fields of {@link TopicCorpus} and waits until it is refreshed and green.
     */
    static void createIndex(TestCluster cluster, String index, Map<String, ?> documents, int shards, int replicas) {
        Rest rest = cluster.rest();
        rest.put(
                        "/" + index,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", shards, "number_of_replicas", replicas),
                                "mappings",
                                TopicCorpus.MAPPINGS))
                .ok();
        cluster.awaitGreen(index);
        rest.bulk("/" + index + "/_bulk?refresh=true", documents);
    }

    /** Writes documents of {@link TopicCorpus} with a {@code @timestamp} as a data stream takes them. */
    static void append(Rest rest, String target, int from, int to) {
        StringBuilder lines = new StringBuilder();
        TopicCorpus.documents(from, to).forEach((id, document) -> {
            Map<Object, Object> dated = new HashMap<>((Map<?, ?>) document);
            dated.put("@timestamp", "2026-01-01T00:00:00Z");
            lines.append(Rest.json(Map.of("create", Map.of("_id", id))))
                    .append('\n')
                    .append(Rest.json(dated))
                    .append('\n');
        });
        Rest.Response written = rest.exchange(
                        "POST", "/" + target + "/_bulk?refresh=true", lines.toString(), "application/x-ndjson")
                .ok();
        assertThat(written.text(), written.at("errors"), equalTo(false));
    }

    /**
     * One search of an index for the facets ({@code topics}) and, under {@code keys}, what a filter by each key finds.
     */
    static Rest.Response facetsAndFilters(Rest rest, String index, Collection<String> keys, String level) {
        Map<String, Object> filters = new HashMap<>();
        keys.forEach(key -> filters.put(key, Map.of("latent_cluster", Map.of("field", "latent", "clusters", key))));
        Map<String, Object> facets = Map.of("field", "latent", "size", 1000, "level", level);
        return rest.post(
                        "/" + index + "/_search",
                        Map.of(
                                "size",
                                0,
                                "track_total_hits",
                                true,
                                "aggs",
                                Map.of(
                                        "topics",
                                        Map.of("latent_clusters", facets),
                                        "keys",
                                        Map.of("filters", Map.of("filters", filters)))))
                .ok();
    }

    /** The definition of a model of title and body that trains quickly. */
    static Map<String, Object> definition(String index, int clusters, int epochs) {
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put("source", Map.of("index", List.of(index), "fields", List.of("title^2", "body")));
        definition.put("text", Map.of("vocabulary_size", 1000, "min_doc_freq", 2));
        definition.put(
                "vae",
                Map.of("latent_dims", 16, "hidden_dims", List.of(32), "epochs", epochs, "seed", 7, "neighbors", 0));
        definition.put("clusters", Map.of("count", clusters));
        return definition;
    }

    static void createModel(Rest rest, String model, Object definition) {
        rest.put(BASE + "/models/" + model, definition).ok();
    }

    static Rest.Response train(Rest rest, String model) {
        return rest.timeout(TRAINING)
                .post(BASE + "/models/" + model + "/_train?wait_for_completion=true")
                .ok();
    }

    static Rest.Response attach(Rest rest, String model, String index) {
        Rest.Response attached = rest.post(
                        BASE + "/models/" + model + "/_attach?wait_for_completion=true", Map.of("index", index))
                .ok();
        rest.post("/" + index + "/_refresh").ok();
        return attached;
    }

    static Rest.Response model(Rest rest, String model) {
        return rest.get(BASE + "/models/" + model).ok();
    }

    /** Waits until the model has left its transient states. */
    static Rest.Response awaitSettled(Rest rest, String model) {
        Await.until(Duration.ofMinutes(3), model + " is settled", () -> {
            Rest.Response response = rest.get(BASE + "/models/" + model);
            return response.status() == 200
                    && !"training".equals(response.at("state"))
                    && response.at("training") == null;
        });
        return model(rest, model);
    }

    /** Deletes the model and the index of a test, whatever state they are in. */
    static void cleanUp(Rest rest, String model, String index) {
        rest.delete("/" + index);
        rest.delete("/_ingest/pipeline/" + model);
        rest.delete(BASE + "/models/" + model + "?force=true");
    }
}
