/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Each objective, and restarts, from the definition to an active generation. */
public final class ObjectivesIT {
    private static final String INDEX = "objective-docs";
    private static final String MODEL = "objective-model";
    private static final String OTHER = "objective-docs-elsewhere";
    private static final int CLUSTERS = 4;

    private final TestCluster cluster = TestCluster.shared(2);
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void documents() {
        Latent.createIndex(cluster, INDEX, 300, 1, 0);
    }

    @After
    public void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
        rest.delete("/" + OTHER);
    }

    @Test
    public void everyObjectiveMakesAGeneration() {
        int generation = 0;
        for (String objective : List.of("vae", "autoencoder", "adversarial", "mixture")) {
            Latent.createModel(rest, MODEL, definition(objective));
            // force: this test does not care whether the generation is better than the one before
            rest.post(Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true", Map.of("force", true))
                    .ok();
            Rest.Response model = Latent.model(rest, MODEL);
            assertThat(model.stringAt("vae.objective"), equalTo(objective));
            assertThat(model.intAt("active_generation"), equalTo(++generation));
            assertThat(model.intAt("generations." + (generation - 1) + ".clusters"), equalTo(CLUSTERS));
            Rest.Response training =
                    rest.get(Latent.BASE + "/models/" + MODEL + "/_training").ok();
            boolean mixture = objective.equals("mixture");
            assertThat(
                    objective,
                    valuesOf(training, "stage"),
                    equalTo(mixture ? Set.of("views", "refinement", "labels") : Set.of("views", "labels")));
            assertThat(objective, valuesOf(training, "restart"), equalTo(Set.of(1, 2)));
        }
    }

    /**
     * The same documents and definition give the same words, weights and clusters, however the shards distribute the
     * documents.
     */
    @Test
    public void theSameSeedGivesTheSameGenerationBitForBit() {
        Object first = trainedSections(INDEX, 7);
        assertThat(trainedSections(INDEX, 7), equalTo(first));
        Latent.createIndex(cluster, OTHER, 300, 3, 0);
        assertThat(trainedSections(OTHER, 7), equalTo(first));
        // two restarts take seeds 7 and 8, so a training from seed 8 may keep the same network
        assertThat(trainedSections(INDEX, 70), not(equalTo(first)));
    }

    /** The name, length and hash of each section of a new model's archive. */
    private Object trainedSections(String index, long seed) {
        Map<String, Object> definition = definition("vae");
        definition.put("source", Map.of("index", List.of(index), "fields", List.of("title^2", "body")));
        Map<String, Object> vae = new HashMap<>();
        ((Map<?, ?>) definition.get("vae")).forEach((key, value) -> vae.put((String) key, value));
        vae.put("seed", seed);
        vae.put("neighbors", 5);
        definition.put("vae", vae);
        Latent.createModel(rest, MODEL, definition);
        Latent.train(rest, MODEL);
        byte[] archive = Base64.getDecoder()
                .decode(rest.get(Latent.BASE + "/models/" + MODEL + "/_export")
                        .ok()
                        .stringAt("archive"));
        rest.delete(Latent.BASE + "/models/" + MODEL).ok();
        // magic, version and length, four bytes each, then the header
        int length = ByteBuffer.wrap(archive).getInt(8);
        String header = new String(archive, 12, length, StandardCharsets.UTF_8);
        return JsonParser.parseString(header).getAsJsonObject().get("sections");
    }

    private static Map<String, Object> definition(String objective) {
        Map<String, Object> definition = Latent.definition(INDEX, CLUSTERS, 2);
        Map<String, Object> vae = new HashMap<>();
        ((Map<?, ?>) definition.get("vae")).forEach((key, value) -> vae.put((String) key, value));
        vae.put("objective", objective);
        vae.put("restarts", 2);
        definition.put("vae", vae);
        return definition;
    }

    private static Set<Object> valuesOf(Rest.Response training, String key) {
        Set<Object> values = new HashSet<>();
        for (Object entry : training.listAt("history")) {
            values.add(((Map<?, ?>) entry).get(key));
        }
        return values;
    }
}
