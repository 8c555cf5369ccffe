/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** The re-encoding after a training keeps the rate of the definition, can be given another one, and loses no write. */
public class ThrottledReencodeIT {

    private static final String INDEX = "throttled-docs";
    private static final String MODEL = "throttled-model";

    /** More than two pages of a re-encoding. */
    private static final int DOCUMENTS = 2500;

    /** After the first page, the next one waits for longer than the test takes. */
    private static final int DOCUMENTS_A_SECOND = 1;

    private static final int REWRITTEN = 50;

    private final TestCluster cluster = TestCluster.shared(2);
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @After
    public void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
    }

    @Test
    public void documentsThatChangeMeanwhileKeepTheirNewestText() {
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 1, 0);
        Map<String, Object> definition = new LinkedHashMap<>(Latent.definition(INDEX, 4, 2));
        Latent.createModel(rest, MODEL, definition);
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);

        Map<String, Object> vae = new HashMap<>();
        ((Map<?, ?>) definition.get("vae")).forEach((key, value) -> vae.put((String) key, value));
        vae.put("seed", 8);
        definition.put("vae", vae);
        definition.put("refresh", Map.of("requests_per_second", DOCUMENTS_A_SECOND));
        Latent.createModel(rest, MODEL, definition);
        rest.post(Latent.BASE + "/models/" + MODEL + "/_train", Map.of("force", true))
                .ok();
        Await.until(
                Duration.ofMinutes(5),
                "the re-encoding waits for its second page",
                () -> status().getOrDefault("throttled_until_millis", 0) instanceof Number until
                        && until.longValue() > 0);
        assertThat(((Number) status().get("requests_per_second")).intValue(), equalTo(DOCUMENTS_A_SECOND));

        Map<String, Map<String, Object>> stale = new TreeMap<>();
        sources().forEach((id, source) -> {
            if (source.get("title") != null && generation(source) == 1 && stale.size() < REWRITTEN) {
                stale.put(id, source);
            }
        });
        assertThat("documents that the re-encoding has not come to", stale.size(), equalTo(REWRITTEN));
        Map<String, Object> rewritten = new TreeMap<>();
        Map<String, Object> texts = TopicCorpus.documents(10_000, 10_000 + 2 * REWRITTEN);
        texts.values().removeIf(text -> ((Map<?, ?>) text).get("title") == null);
        List<Object> left = List.copyOf(texts.values());
        stale.keySet().forEach(id -> rewritten.put(id, left.get(rewritten.size())));
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", rewritten);
        Map<String, Map<String, Object>> written = sources();

        rest.post("/_update_by_query/" + task() + "/_rethrottle?requests_per_second=-1")
                .ok();
        Latent.awaitSettled(rest, MODEL);
        rest.post("/" + INDEX + "/_refresh").ok();
        Map<String, Map<String, Object>> after = sources();
        assertThat(after.size(), equalTo(DOCUMENTS));
        after.forEach((id, source) -> {
            if (source.get("title") != null) {
                assertThat(id, generation(source), equalTo(2));
            }
        });
        rewritten.forEach((id, document) -> {
            Map<String, Object> source = after.get(id);
            assertThat(id, source.get("body"), equalTo(((Map<?, ?>) document).get("body")));
            assertThat("the latent of the new text", source, equalTo(written.get(id)));
            assertThat(vector(source), not(equalTo(vector(stale.get(id)))));
        });
        assertThat(rewritten.size(), greaterThan(0));
    }

    /** The entry of the re-encoding in the list of tasks, by its id; none if it does not run. */
    private Map<?, ?> tasks() {
        Map<Object, Object> tasks = new HashMap<>();
        rest.get("/_tasks?detailed=true&actions=indices:data/write/update/byquery")
                .ok()
                .mapAt("nodes")
                .values()
                .forEach(node -> tasks.putAll((Map<?, ?>) ((Map<?, ?>) node).get("tasks")));
        return tasks;
    }

    private Object task() {
        return tasks().keySet().iterator().next();
    }

    private Map<Object, Object> status() {
        Map<Object, Object> status = new HashMap<>();
        tasks().values().forEach(task -> status.putAll((Map<?, ?>) ((Map<?, ?>) task).get("status")));
        return status;
    }

    private Map<String, Map<String, Object>> sources() {
        Map<String, Map<String, Object>> sources = new TreeMap<>();
        List<?> hits = (List<?>) rest.post("/" + INDEX + "/_search", Map.of("size", DOCUMENTS))
                .ok()
                .at("hits.hits");
        for (Object hit : hits) {
            Map<String, Object> source = new TreeMap<>();
            ((Map<?, ?>) ((Map<?, ?>) hit).get("_source")).forEach((key, value) -> source.put((String) key, value));
            sources.put((String) ((Map<?, ?>) hit).get("_id"), source);
        }
        return sources;
    }

    private static int generation(Map<String, Object> source) {
        return ((Number) ((Map<?, ?>) source.get("latent")).get("generation")).intValue();
    }

    private static Object vector(Map<String, Object> source) {
        return ((Map<?, ?>) source.get("latent")).get("vector");
    }
}
