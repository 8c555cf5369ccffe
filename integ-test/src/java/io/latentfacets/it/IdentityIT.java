/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/**
 * Generation numbers that repeat on a real node: no search reads a latent of another encoder, and {@code _reencode}
 * finds all of them.
 */
public final class IdentityIT {
    private static final String SYSTEM_INDEX = ".plugins-latent-models";
    private static final String INDEX = "identity-docs";
    private static final String MODEL = "identity";
    private static final int DOCUMENTS = 200;
    private static final int WORDLESS = DOCUMENTS / TopicCorpus.WORDLESS;

    private final Path repository = repository();
    private final TestCluster cluster = TestCluster.builder("identity")
            .nodes(1)
            .setting("path.repo", repository.toString())
            .start();
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @After
    public void stop() {
        cluster.close();
    }

    /** A folder that the server's user may write to as well. */
    private static Path repository() {
        try {
            return Files.setPosixFilePermissions(
                    Files.createTempDirectory("identity-repository"), PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A training that leaves the documents as they are, so that the test sees what they carry. */
    private String train(int seed) {
        Map<String, Object> definition = new LinkedHashMap<>(Latent.definition(INDEX, 4, 2));
        definition.put(
                "vae",
                Map.of("latent_dims", 16, "hidden_dims", List.of(32), "epochs", 2, "seed", seed, "neighbors", 0));
        definition.put("refresh", Map.of("reencode", false));
        Latent.createModel(rest, MODEL, definition);
        Latent.train(rest, MODEL);
        return encoder();
    }

    private String encoder() {
        Rest.Response model = Latent.model(rest, MODEL);
        int active = model.intAt("active_generation");
        return model.listAt("generations").stream()
                .map(each -> (Map<?, ?>) each)
                .filter(each -> ((Number) each.get("generation")).intValue() == active)
                .map(each -> (String) each.get("encoder"))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Repeats a 503, as clients do: while the system index is restored, a node may fail to read a generation from it.
     */
    private int unassigned() {
        Rest.Response[] response = new Rest.Response[1];
        Await.until(Duration.ofMinutes(1), "a search", () -> {
            response[0] = rest.post(
                    "/" + INDEX + "/_search?request_cache=true",
                    "{\"size\":0,\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000}}}}");
            return response[0].status() != 503;
        });
        return response[0].ok().intAt("aggregations.t.unassigned_doc_count");
    }

    private int reencode() {
        return rest.timeout(Duration.ofMinutes(2))
                .post(Latent.BASE + "/models/" + MODEL + "/_reencode?wait_for_completion=true")
                .ok()
                .intAt("updated");
    }

    @Test
    public void repeatedNumbersNeverMixEncoders() {
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 1, 0);
        String first = train(7);
        Latent.attach(rest, MODEL, INDEX);
        assertThat(unassigned(), equalTo(WORDLESS));
        rest.put("/_snapshot/backup", Map.of("type", "fs", "settings", Map.of("location", repository.toString())))
                .ok();
        rest.put(
                        "/_snapshot/backup/one?wait_for_completion=true",
                        Map.of("indices", SYSTEM_INDEX, "include_global_state", false))
                .ok();

        // the system index is deleted, and the model made again with another seed: generation 1 again
        rest.delete("/" + SYSTEM_INDEX).ok();
        assertThat("no model, no cluster", unassigned(), equalTo(DOCUMENTS));
        String second = train(8);
        assertThat(Latent.model(rest, MODEL).intAt("active_generation"), equalTo(1));
        assertThat(second, not(equalTo(first)));
        assertThat("all latents are of the other encoder", unassigned(), equalTo(DOCUMENTS));
        assertThat("those without text have no latent to write", reencode(), equalTo(DOCUMENTS - WORDLESS));
        assertThat(unassigned(), equalTo(WORDLESS));

        // an older snapshot of the system index is restored: generation 1 is the first encoder again
        Map<?, ?> archive = (Map<?, ?>)
                rest.get(Latent.BASE + "/models/" + MODEL + "/_export").ok().json();
        rest.delete("/" + SYSTEM_INDEX).ok();
        rest.post(
                        "/_snapshot/backup/one/_restore?wait_for_completion=true",
                        Map.of("indices", SYSTEM_INDEX, "include_global_state", false))
                .ok();
        assertThat(encoder(), equalTo(first));
        assertThat("all latents are of the second encoder", unassigned(), equalTo(DOCUMENTS));

        // the second encoder is imported, as generation 2: the documents are its own
        rest.put(Latent.BASE + "/models/" + MODEL + "/_import", archive).ok();
        assertThat(Latent.model(rest, MODEL).intAt("active_generation"), equalTo(2));
        assertThat(encoder(), equalTo(second));
        assertThat(unassigned(), equalTo(WORDLESS));

        // rolled back: the documents are of a known encoder, so its clusters count them under the keys that both have
        rest.post(Latent.BASE + "/models/" + MODEL + "/_activate", Map.of("generation", 1))
                .ok();
        assertThat(reencode(), equalTo(DOCUMENTS - WORDLESS));
        assertThat(unassigned(), equalTo(WORDLESS));
        assertThat("nothing is left to do", reencode(), equalTo(0));
    }
}
