/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * A server with ml-commons whose connector leads to a {@link ChatServer} in this process: labels are asked for, made
 * unique, stored, shown, accepted and dismissed, and a model that is slow, broken or talks nonsense does no harm.
 */
public final class LabelSuggestionsIT {
    private static final String INDEX = "named-docs";
    private static final String MODEL = "named-model";
    private static final String CLUSTERS = Latent.BASE + "/models/" + MODEL + "/clusters";
    private static final int DOCUMENTS = 600;
    private static final String SECRET = "gpt-of-this-test";

    private static TestCluster cluster;
    private static Rest rest;
    private static ChatServer chat;
    private static String mlModel;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndConnect() throws IOException, InterruptedException {
        chat = new ChatServer();
        cluster = TestCluster.builder("suggestions")
                .optimizing()
                .home(ServerHome.withPeers(System.getProperty("latent.peers.version", "3.6.0")))
                .heap("768m")
                .setting("plugins.ml_commons.only_run_on_ml_node", "false")
                .setting("plugins.ml_commons.connector.private_ip_enabled", "true")
                .start();
        rest = cluster.rest();
        rest.put(
                        "/_cluster/settings",
                        Map.of(
                                "persistent",
                                Map.of(
                                        "plugins.ml_commons.trusted_connector_endpoints_regex",
                                        List.of("^http://127\\.0\\.0\\.1:.*$"))))
                .ok();
        Latent.createIndex(cluster, INDEX, documents(), 2, 0);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 30));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        mlModel = connect();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (chat != null) {
            chat.close();
        }
    }

    /** Documents of the corpus whose bodies are three sentences. */
    private static Map<String, Object> documents() {
        Map<String, Object> documents = new LinkedHashMap<>();
        TopicCorpus.documents(0, DOCUMENTS).forEach((id, source) -> {
            Map<Object, Object> document = new LinkedHashMap<>((Map<?, ?>) source);
            if (document.get("body") instanceof String body) {
                String[] words = body.split(" ", -1);
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < words.length; i++) {
                    String word = words[i];
                    text.append(i % 10 == 0 ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) : word)
                            .append(i % 10 == 8 ? " ${parameters.model}" : "")
                            .append(i % 10 == 9 ? ". " : " ");
                }
                document.put("body", text.toString().strip());
            }
            documents.put(id, document);
        });
        return documents;
    }

    /** Registers a remote model whose connector leads to the chat server; returns its id. */
    private static String connect() {
        Map<String, Object> connector = Map.of(
                "name",
                "chat",
                "description",
                "a chat in the test",
                "version",
                1,
                "protocol",
                "http",
                "parameters",
                Map.of("model", SECRET),
                "credential",
                Map.of("key", "none"),
                "actions",
                List.of(Map.of(
                        "action_type",
                        "predict",
                        "method",
                        "POST",
                        "url",
                        chat.url(),
                        "request_body",
                        "{\"model\":\"${parameters.model}\",\"messages\":${parameters.messages}}")));
        String[] id = new String[1];
        // the plugin makes its key some time after the start
        Await.until(Duration.ofMinutes(2), "a connector", () -> {
            Rest.Response created = rest.post("/_plugins/_ml/connectors/_create", connector);
            if (created.status() == 200) {
                id[0] = created.stringAt("connector_id");
            }
            return id[0] != null;
        });
        Rest.Response registered = rest.post(
                        "/_plugins/_ml/models/_register?deploy=true",
                        Map.of("name", "chat", "function_name", "remote", "connector_id", id[0]))
                .ok();
        String task = registered.stringAt("task_id");
        String[] model = new String[1];
        Await.until(Duration.ofMinutes(1), "the model is registered", () -> {
            Rest.Response state = rest.get("/_plugins/_ml/tasks/" + task);
            model[0] = (String) state.at("model_id");
            return model[0] != null && "COMPLETED".equals(state.at("state"));
        });
        return model[0];
    }

    /** Forgets the labels of the tests before. */
    @Before
    public void takeBack() {
        rest.post(CLUSTERS + "/_dismiss_labels", "{\"keys\":\"all\"}").ok();
        keys().forEach(key -> rest.put(CLUSTERS + "/" + key, "{}").ok());
        chat.answer(question -> ChatServer.Reply.of(question.term()));
    }

    private static List<Map<?, ?>> objects(Rest.Response response, String path) {
        List<Map<?, ?>> objects = new ArrayList<>();
        ((List<?>) (path.isEmpty() ? response.json() : response.listAt(path)))
                .forEach(each -> objects.add((Map<?, ?>) each));
        return objects;
    }

    private static List<Map<?, ?>> clusters() {
        return objects(rest.get(CLUSTERS + "?sentences=false").ok(), "");
    }

    private static Map<?, ?> clusterOf(String key) {
        return (Map<?, ?>)
                rest.get(CLUSTERS + "/" + key + "?sentences=false").ok().json();
    }

    /** The keys of the clusters, without parents. */
    private static List<String> keys() {
        return clusters().stream()
                .filter(each -> !each.containsKey("children"))
                .map(each -> each.get("key").toString())
                .toList();
    }

    private static Rest.Response suggest(Object... pairs) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("ml_model_id", mlModel));
        for (int i = 0; i < pairs.length; i += 2) {
            body.put(pairs[i].toString(), pairs[i + 1]);
        }
        return rest.post(CLUSTERS + "/_suggest_labels", body);
    }

    /** What came of each cluster, by key. */
    private static Map<String, Map<?, ?>> byKey(Rest.Response suggested) {
        Map<String, Map<?, ?>> byKey = new LinkedHashMap<>();
        objects(suggested, "clusters").forEach(each -> byKey.put(each.get("key").toString(), each));
        return byKey;
    }

    @Test
    public void promptsQuoteTheClusterAndItsNeighbors() {
        String key = keys().get(0);
        Rest.Response plain = rest.get(CLUSTERS + "/" + key + "/_prompt").ok();
        assertThat(plain.intAt("documents"), equalTo(0));
        assertThat(plain.stringAt("notes.0"), containsString("[index] is not given"));
        assertThat(plain.stringAt("messages.0.role"), equalTo("system"));
        assertThat(plain.stringAt("messages.1.content"), not(containsString("sentences")));
        Rest.Response full = rest.post(
                        CLUSTERS + "/" + key + "/_prompt",
                        Map.of("index", INDEX, "sentences", 3, "neighbors", 2, "words", 2, "language", "Old Norse"))
                .ok();
        assertThat(full.intAt("documents"), equalTo(30));
        assertThat(full.intAt("sentences"), equalTo(3));
        assertThat(full.at("notes"), nullValue());
        assertThat(full.stringAt("label"), equalTo(clusterOf(key).get("label")));
        assertThat(full.stringAt("messages.0.content"), allOf(containsString("Old Norse"), containsString("2 words")));
        assertThat(full.text(), not(containsString("${")));
        Map<?, ?> data = new ChatServer.Question("", full.stringAt("messages.1.content")).cluster();
        assertThat((List<?>) ((Map<?, ?>) data.get("cluster")).get("sentences"), hasSize(3));
        assertThat((List<?>) data.get("neighbors"), hasSize(2));
        assertThat((List<?>) data.get("taken"), hasSize(keys().size() - 1));
        assertThat(
                full.stringAt("prompt"),
                startsWith(full.stringAt("messages.0.content") + "\n\n" + full.stringAt("messages.1.content")));
        Rest.Response one = rest.post(CLUSTERS + "/" + key + "/_prompt", "{\"system_message\":false}")
                .ok();
        assertThat(one.listAt("messages"), hasSize(1));
        assertThat(one.stringAt("messages.0.role"), equalTo("user"));
    }

    @Test
    public void promptsAreThereForParentsMergedAndSplitClusters() {
        List<String> keys = keys();
        rest.post(CLUSTERS + "/_merge", Map.of("keys", keys.subList(0, 2))).ok();
        Rest.Response split = rest.post(CLUSTERS + "/" + keys.get(2) + "/_split", "{\"count\":2}")
                .ok();
        try {
            String part = split.stringAt("clusters.0.key");
            List<String> asked = new ArrayList<>(List.of(keys.get(0), keys.get(2), part));
            clusters().stream()
                    .filter(each -> each.containsKey("children"))
                    .forEach(each -> asked.add(each.get("key").toString()));
            for (String key : asked) {
                Rest.Response prompt = rest.post(CLUSTERS + "/" + key + "/_prompt", Map.of("index", INDEX))
                        .ok();
                assertThat(key, prompt.intAt("sentences"), greaterThan(0));
            }
            assertThat(
                    "of what counts for it",
                    rest.get(CLUSTERS + "/" + keys.get(1) + "/_prompt").ok().stringAt("key"),
                    equalTo(keys.get(0)));
            Rest.Response suggested =
                    suggest("keys", List.of(keys.get(0), keys.get(2), part)).ok();
            assertThat(byKey(suggested).values(), everyItem(hasKey((Object) "suggested_label")));
            assertThat(clusterOf(part).get("suggested_label"), notNullValue());
        } finally {
            rest.post(CLUSTERS + "/_unmerge", Map.of("key", keys.get(0))).ok();
            rest.post(CLUSTERS + "/" + keys.get(2) + "/_unsplit", "{}").ok();
        }
    }

    @Test
    public void labelsAreStoredShownAcceptedAndDismissed() {
        chat.answer(
                question -> ChatServer.Reply.of("**Label:** \"All about " + question.term() + "\".\u202E\n\nBecause."));
        Rest.Response suggested = suggest("index", INDEX).ok();
        List<String> keys = keys();
        assertThat(suggested.text(), byKey(suggested).keySet(), equalTo(new HashSet<>(keys)));
        assertThat(suggested.intAt("left"), equalTo(0));
        assertThat(chat.questions(), hasSize(keys.size()));
        for (ChatServer.Question question : chat.questions()) {
            Map<?, ?> described = (Map<?, ?>) question.cluster().get("cluster");
            assertThat((List<?>) described.get("sentences"), not(empty()));
            assertThat(question.data(), not(containsString(SECRET)));
        }
        int generation = Latent.model(rest, MODEL).intAt("active_generation");
        for (Map<?, ?> each : clusters()) {
            if (!each.containsKey("children")) {
                assertThat(each.get("suggested_label").toString(), startsWith("All about "));
                assertThat(each.get("suggested_label"), not(equalTo(each.get("label"))));
                assertThat(each.get("suggested_by"), equalTo(Map.of("ml_model_id", mlModel, "generation", generation)));
                assertThat(each, not(hasKey((Object) "custom_label")));
            }
        }
        assertThat("facets do not see them", facets(), not(containsString("All about")));
        assertThat("each has one now", suggest().ok().listAt("clusters"), empty());

        String one = keys.get(0);
        String other = keys.get(1);
        rest.put(CLUSTERS + "/" + one, "{\"note\":\"mine\",\"pinned\":true}").ok();
        Object wanted = clusterOf(one).get("suggested_label");
        Rest.Response accepted = rest.post(CLUSTERS + "/_accept_labels", Map.of("keys", List.of(one)))
                .ok();
        assertThat(accepted.stringAt("accepted.0.label"), equalTo(wanted));
        assertThat(accepted.listAt("left"), empty());
        Map<?, ?> named = clusterOf(one);
        assertThat(named.get("custom_label"), equalTo(wanted));
        assertThat(named.get("note"), equalTo("mine"));
        assertThat(named.get("pinned"), equalTo(true));
        assertThat(named, not(hasKey((Object) "suggested_label")));
        assertThat(facets(), containsString(wanted.toString()));
        rest.post(CLUSTERS + "/_accept_labels", Map.of("keys", List.of(one))).expect(400);

        Rest.Response dismissed = rest.post(CLUSTERS + "/_dismiss_labels", Map.of("keys", List.of(other)))
                .ok();
        assertThat(dismissed.listAt("dismissed"), hasSize(1));
        assertThat(clusterOf(other), not(hasKey((Object) "suggested_label")));
        assertThat(clusterOf(other), not(hasKey((Object) "custom_label")));

        // what another cluster has got meanwhile waits on
        String third = keys.get(2);
        Object clash = clusterOf(third).get("suggested_label");
        rest.put(CLUSTERS + "/" + other, Map.of("label", clash.toString().toUpperCase(Locale.ROOT)))
                .ok();
        Rest.Response all =
                rest.post(CLUSTERS + "/_accept_labels", "{\"keys\":\"all\"}").ok();
        assertThat(all.listAt("accepted"), hasSize(keys.size() - 3));
        assertThat(all.stringAt("left.0.key"), equalTo(third));
        assertThat(all.stringAt("left.0.reason"), containsString(other));
        assertThat(clusterOf(third).get("suggested_label"), equalTo(clash));
        rest.put(CLUSTERS + "/" + one, "{}").ok();
    }

    private static String facets() {
        return rest.post("/" + INDEX + "/_latent/facets", "{\"facets\":{\"size\":50}}")
                .ok()
                .text();
    }

    @Test
    public void labelsOutliveATraining() {
        suggest().ok();
        Map<String, Object> before = new LinkedHashMap<>();
        keys().forEach(key -> before.put(key, clusterOf(key).get("suggested_label")));
        rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"clusters\",\"force\":true}")
                .ok();
        List<String> kept = keys().stream().filter(before::containsKey).toList();
        assertThat(kept, not(empty()));
        kept.forEach(key -> assertThat(clusterOf(key).get("suggested_label"), equalTo(before.get(key))));
        rest.post(CLUSTERS + "/_accept_labels", Map.of("keys", kept)).ok();
        kept.forEach(key -> assertThat(clusterOf(key).get("custom_label"), equalTo(before.get(key))));
    }

    @Test
    public void answersThatAreAllAlikeAreToldApart() {
        chat.answer(question -> ChatServer.Reply.of("Things"));
        Rest.Response suggested = suggest().ok();
        List<String> labels = byKey(suggested).values().stream()
                .map(each -> each.get("suggested_label").toString())
                .toList();
        assertThat(new HashSet<>(labels), hasSize(keys().size()));
        assertThat(labels, everyItem(startsWith("Things")));
        assertThat(labels, hasItem("Things"));
        long distinguished = byKey(suggested).values().stream()
                .filter(each -> each.containsKey("distinguished_by"))
                .count();
        assertThat(distinguished, equalTo((long) keys().size() - 1));
        // each of the others was asked three times, and told why
        assertThat(chat.questions(), hasSize(1 + 3 * (keys().size() - 1)));
        assertThat(
                chat.questions().stream()
                        .filter(question -> question.data().contains("another cluster has this label"))
                        .count(),
                equalTo(2L * (keys().size() - 1)));
    }

    @Test
    public void oneClusterThatFailsDoesNotLoseTheOthers() {
        List<String> keys = keys();
        String bad = ((Map<?, ?>) ((List<?>) clusterOf(keys.get(1)).get("terms")).get(0))
                .get("term")
                .toString();
        failing(bad, question -> new ChatServer.Reply(500, "{\"error\":\"out of order\"}"), 500, "out of order");
        failing(bad, question -> new ChatServer.Reply(200, "{\"hello\":[1,2]}"), 502, "no text");
        failing(bad, question -> new ChatServer.Reply(200, ""), 502, "empty");
        failing(
                bad,
                question -> new ChatServer.Reply(200, "<html><h1>Bad gateway</h1> the engine is not amused</html>"),
                400,
                "Invalid JSON");
        failing(bad, question -> ChatServer.Reply.of("I am sorry, but I cannot help you with that"), 502, "no label");
        failing(bad, question -> ChatServer.Reply.of(" \u200B\u0007<b></b> \n ***"), 502, "no words");
        failing(
                bad,
                question -> {
                    sleep(Duration.ofSeconds(8));
                    return ChatServer.Reply.of("Too late");
                },
                504,
                "[answer_timeout]");
    }

    private static void failing(
            String bad, Function<ChatServer.Question, ChatServer.Reply> reply, int status, String reason) {
        chat.answer(question ->
                question.term().equals(bad) ? reply.apply(question) : ChatServer.Reply.of("The " + question.term()));
        Rest.Response suggested =
                suggest("keys", keys(), "answer_timeout", "5s").ok();
        List<Map<?, ?>> failed = byKey(suggested).values().stream()
                .filter(each -> each.containsKey("error"))
                .<Map<?, ?>>map(each -> each)
                .toList();
        assertThat(suggested.text(), failed, hasSize(1));
        assertThat(failed.get(0).get("error").toString(), containsString(reason));
        assertThat(failed.get(0).get("status"), equalTo(status));
        long waiting = clusters().stream()
                .filter(each -> each.containsKey("suggested_label"))
                .count();
        assertThat(waiting, equalTo((long) keys().size() - 1));
    }

    @Test
    public void whatHasComeInTimeIsKept() {
        AtomicInteger asked = new AtomicInteger();
        chat.answer(question -> {
            if (asked.incrementAndGet() > 2) {
                sleep(Duration.ofSeconds(8));
            }
            return ChatServer.Reply.of("The " + question.term());
        });
        long start = System.nanoTime();
        Rest.Response suggested = suggest("timeout", "3s").ok();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), lessThan(7L));
        long failed = byKey(suggested).values().stream()
                .filter(each -> each.containsKey("error"))
                .peek(each -> assertThat(each.get("error").toString(), containsString("[timeout] [3s] is over")))
                .count();
        assertThat(failed, equalTo((long) keys().size() - 2));
        assertThat(
                clusters().stream()
                        .filter(each -> each.containsKey("suggested_label"))
                        .count(),
                equalTo(2L));
    }

    @Test
    public void aCancelledCallEndsAtOnceAndKeepsWhatHasCome() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        chat.answer(question -> {
            if (asked.incrementAndGet() > 1) {
                await(hold);
            }
            return ChatServer.Reply.of("The " + question.term());
        });
        try {
            CompletableFuture<Rest.Response> call = CompletableFuture.supplyAsync(() -> suggest());
            Await.until(Duration.ofSeconds(20), "it waits for answers", () -> asked.get() > 4);
            rest.post("/_tasks/_cancel?actions=*clusters/suggest").ok();
            Rest.Response cancelled = call.get(10, TimeUnit.SECONDS);
            assertThat(cancelled.text(), cancelled.status(), equalTo(409));
        } finally {
            hold.countDown();
        }
        assertThat(
                clusters().stream()
                        .filter(each -> each.containsKey("suggested_label"))
                        .count(),
                equalTo(1L));
        assertThat(rest.get("/_tasks?actions=*clusters/suggest").ok().text(), not(containsString("clusters/suggest")));
    }

    @Test
    public void aCallThatNobodyWaitsForIsATask() {
        CountDownLatch hold = new CountDownLatch(1);
        chat.answer(question -> {
            await(hold);
            return ChatServer.Reply.of("The " + question.term());
        });
        Rest.Response begun;
        try {
            begun = rest.post(CLUSTERS + "/_suggest_labels?wait_for_completion=false", Map.of("ml_model_id", mlModel))
                    .ok();
            assertThat(begun.stringAt("model"), equalTo(MODEL));
            Rest.Response runs = rest.get("/_tasks/" + begun.stringAt("task")).ok();
            assertThat(runs.text(), runs.at("completed"), equalTo(false));
            assertThat(runs.stringAt("task.action"), equalTo("cluster:admin/plugins/latent/models/clusters/suggest"));
        } finally {
            hold.countDown();
        }
        Rest.Response ended = rest.get("/_tasks/" + begun.stringAt("task") + "?wait_for_completion=true&timeout=60s")
                .ok();
        assertThat(ended.text(), ended.at("completed"), equalTo(true));
        assertThat(ended.stringAt("response.model"), equalTo(MODEL));
        assertThat(ended.listAt("response.clusters").size(), equalTo(keys().size()));
        assertThat(
                clusters().stream()
                        .filter(each -> each.containsKey("suggested_label"))
                        .count(),
                equalTo((long) keys().size()));

        Rest.Response other = rest.post(
                        CLUSTERS + "/_suggest_labels?wait_for_completion=false",
                        Map.of("ml_model_id", "no-such-model", "keys", keys()))
                .ok();
        Rest.Response failed = rest.get("/_tasks/" + other.stringAt("task") + "?wait_for_completion=true&timeout=60s")
                .ok();
        assertThat(failed.text(), failed.stringAt("error.reason"), containsString("Failed to find model"));
    }

    @Test
    public void anUnknownModelIsAskedForOneClusterOnly() {
        Rest.Response unknown = rest.post(CLUSTERS + "/_suggest_labels", "{\"ml_model_id\":\"no-such-model\"}");
        assertThat(unknown.text(), unknown.status(), equalTo(404));
        assertThat(chat.questions(), empty());
    }

    private static void sleep(Duration time) {
        await(new CountDownLatch(1), time);
    }

    private static void await(CountDownLatch latch) {
        await(latch, Duration.ofSeconds(30));
    }

    private static void await(CountDownLatch latch, Duration time) {
        try {
            latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
