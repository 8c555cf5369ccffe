/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.time.Duration;
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
        rest.bulk("/" + index + "/_bulk?refresh=true", TopicCorpus.documents(0, documents));
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
