/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The steps from documents to an attached model, over REST alone, as a user would type them. A step does nothing if an
 * earlier run completed it.
 */
final class Steps {
    private static final String MODELS = "/_plugins/_latent/models/";
    private static final int BULK_CHARACTERS = 2_000_000;
    private static final String MINE = "latent_facets_demo";

    private final Http http;
    private final Screen screen;
    private final Corpus corpus;
    private final String name;
    private final Integer clusters;

    Steps(Http http, Screen screen, Corpus corpus, Integer clusters) {
        this.http = http;
        this.screen = screen;
        this.corpus = corpus;
        this.name = corpus.name();
        this.clusters = clusters;
    }

    /**
     * Checks that the cluster has the plugin.
     *
     * @throws DemoException if it has not
     */
    void requirePlugin(String zip) {
        for (Object node : nodes().values()) {
            boolean installed = Json.list(node, "plugins").stream()
                    .anyMatch(p -> Json.string(p, "name").equals("latent-facets"));
            if (!installed) {
                throw new DemoException("node [" + Json.string(node, "name") + "] of " + http.base()
                        + " has no latent-facets plugin. On each node, then restart it:\n  bin/opensearch-plugin install file://"
                        + zip);
            }
        }
    }

    private Map<?, ?> nodes() {
        return Json.at(http.get("/_nodes/plugins"), "nodes") instanceof Map<?, ?> nodes ? nodes : Map.of();
    }

    String version() {
        return Json.string(http.get("/"), "version", "number");
    }

    /** Deletes index, model and pipeline of an earlier run. */
    void forget() {
        boolean index = http.send("HEAD", "/" + name, null).status() == 200;
        if (index) {
            requireMine();
            http.put("/" + name + "/_settings", Map.of("index.default_pipeline", "_none"));
        }
        if (mineModel()) {
            http.send("DELETE", MODELS + name + "?force=true", null);
            http.send("DELETE", "/_ingest/pipeline/" + name, null);
        }
        if (index) {
            http.send("DELETE", "/" + name, null);
        }
    }

    private boolean mineModel() {
        Http.Response model = http.send("GET", MODELS + name, null);
        if (model.status() == 404) {
            return false;
        }
        if (model.status() != 200) {
            throw new DemoException("GET " + MODELS + name + " gave " + model.status() + ": " + Http.reason(model));
        }
        if (!Json.list(definition(model.json()), "source", "index").equals(List.of(name))) {
            throw new DemoException("there is a model [" + name
                    + "] that this demo did not make; rename the corpus file, or delete the model");
        }
        return true;
    }

    /** Finds the definition, which is either the top level of the answer or nested in it. */
    private static Object definition(Map<String, Object> model) {
        return model.containsKey("definition") ? model.get("definition") : model;
    }

    private void requireMine() {
        if (Json.at(mappings(), "_meta", MINE) == null) {
            throw new DemoException("there is an index [" + name
                    + "] that this demo did not make; rename the corpus file, or delete the index");
        }
    }

    private Object mappings() {
        return Json.at(http.get("/" + name + "/_mapping"), name, "mappings");
    }

    /** Indexes the corpus, unless the index already holds exactly the same documents. */
    void index() throws IOException {
        screen.begin("corpus");
        String signature = corpus.signature();
        if (http.send("HEAD", "/" + name, null).status() == 200) {
            requireMine();
            Object meta = Json.at(mappings(), "_meta", MINE);
            if (Json.string(meta, "signature").equals(signature) && Json.at(meta, "line") != null) {
                screen.done(Json.string(meta, "line") + ", indexed in an earlier run");
                return;
            }
            screen.update("the documents have changed: starting over");
            forget();
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String field : corpus.fields()) {
            properties.put(plain(field), Map.of("type", "text"));
        }
        if (corpus.label() != null) {
            properties.put(corpus.label(), Map.of("type", "keyword"));
        }
        http.put(
                "/" + name,
                Map.of(
                        "settings", Map.of("index.number_of_shards", 1, "index.number_of_replicas", 0),
                        "mappings", Map.of("_meta", meta(signature, null), "properties", properties)));
        Bulk bulk = new Bulk();
        String line = corpus.read(bulk::add);
        bulk.flush();
        http.post("/" + name + "/_refresh", null);
        http.put("/" + name + "/_mapping", Map.of("_meta", meta(signature, line)));
        screen.done(line + " → index [" + name + "]");
    }

    static String plain(String field) {
        return field.replaceFirst("\\^[0-9.]+$", "");
    }

    private static Map<String, Object> meta(String signature, String line) {
        Map<String, Object> mine = new LinkedHashMap<>(Map.of("signature", signature));
        if (line != null) {
            mine.put("line", line);
        }
        return Map.of(MINE, mine);
    }

    /** Sends documents in batches. */
    private final class Bulk {
        private final StringBuilder lines = new StringBuilder();
        private int count;

        private void add(String id, Map<String, Object> document) {
            lines.append(Json.write(Map.of("index", Map.of("_id", id)))).append('\n');
            lines.append(Json.write(document)).append('\n');
            count++;
            if (lines.length() > BULK_CHARACTERS) {
                flush();
            }
        }

        private void flush() {
            if (lines.isEmpty()) {
                return;
            }
            Map<String, Object> response = http.post("/" + name + "/_bulk", lines.toString());
            lines.setLength(0);
            if (Boolean.TRUE.equals(response.get("errors"))) {
                Object failed = Json.list(response, "items").stream()
                        .map(item -> Json.at(item, "index"))
                        .filter(item -> Json.at(item, "error") != null)
                        .findFirst()
                        .orElseThrow();
                throw new DemoException("document [" + Json.string(failed, "_id") + "] was refused: "
                        + Json.string(failed, "error", "reason") + " "
                        + Json.string(failed, "error", "caused_by", "reason"));
            }
            screen.update(String.format(Locale.ROOT, "%,d %s indexed", count, corpus.things()));
        }
    }

    /** Creates the model and trains it, showing the progress; does nothing if it is trained. */
    void train(Node node) throws InterruptedException {
        screen.begin("train");
        if (!mineModel()) {
            Map<String, Object> definition = new LinkedHashMap<>();
            definition.put("source", Map.of("index", List.of(name), "fields", corpus.fields()));
            if (clusters != null) {
                definition.put("clusters", Map.of("count", clusters));
            }
            http.put(MODELS + name, definition);
        }
        boolean before = Json.number(http.get(MODELS + name), "active_generation") > 0;
        if (!before) {
            Http.Response begun = http.send("POST", MODELS + name + "/_train", null);
            // 409: a training that an interrupted run of this demo started is still running.
            if (begun.status() != 200 && begun.status() != 409) {
                throw new DemoException("training did not begin: " + Http.reason(begun));
            }
            follow(node);
        }
        Map<String, Object> model = http.get(MODELS + name);
        long active = Json.number(model, "active_generation");
        Object generation = null;
        for (Object each : Json.list(model, "generations")) {
            generation = Json.number(each, "generation") == active ? each : generation;
        }
        screen.done(String.format(
                Locale.ROOT,
                "%,d words and phrases, %d clusters, on %s%s",
                Json.number(generation, "vocabulary_size"),
                Json.number(generation, "clusters"),
                Json.string(generation, "device"),
                before ? ", trained in an earlier run" : ""));
    }

    private void follow(Node node) throws InterruptedException {
        while (true) {
            if (node != null) {
                node.requireAlive();
            }
            Map<String, Object> status = http.get(MODELS + name + "/_training");
            String state = Json.string(status, "state");
            if (state.equals("failed")) {
                throw new DemoException("training failed: " + Json.string(status, "error"));
            }
            if (state.equals("ready")) {
                return;
            }
            screen.update(progress(status));
            Thread.sleep(300);
        }
    }

    private static String progress(Map<String, Object> status) {
        double percent = Json.decimal(status, "percent");
        List<String> parts = new ArrayList<>();
        parts.add(Screen.bar(percent / 100, 12).replace(' ', '░') + String.format(Locale.ROOT, " %3.0f %%", percent));
        String phase = Json.string(status, "phase");
        parts.add(phase);
        if (phase.equals("reading")) {
            parts.add(String.format(Locale.ROOT, "%,d documents", Json.number(status, "documents_read")));
        }
        if (phase.equals("training") && Json.number(status, "epochs") > 0) {
            parts.add("epoch " + Json.number(status, "epoch") + "/" + Json.number(status, "epochs"));
            double loss = loss(status);
            if (!Double.isNaN(loss)) {
                parts.add(String.format(Locale.ROOT, "loss %.3f", loss));
            }
        }
        // Only epochs take equal time; in other phases an estimate would fluctuate.
        if (phase.equals("training") && Json.number(status, "eta_ms") > 0) {
            parts.add("ETA " + Screen.clock(Json.number(status, "eta_ms")));
        }
        return String.join("  ", parts);
    }

    private static double loss(Map<String, Object> status) {
        double total = Json.decimal(status, "loss", "total");
        if (!Double.isNaN(total)) {
            return total;
        }
        List<?> history = Json.list(status, "history");
        return history.isEmpty() ? Double.NaN : Json.decimal(history.get(history.size() - 1), "loss");
    }

    /**
     * Attaches the model to the index and waits until every document is encoded; does nothing if an earlier run did
     * this.
     */
    void attach(Node node) throws InterruptedException {
        screen.begin("attach");
        long documents = count(null);
        Map<String, Object> settings = http.get("/" + name + "/_settings?flat_settings=true");
        boolean before = Json.string(settings, name, "settings", "index.default_pipeline")
                        .equals(name)
                && count("latent") > 0;
        if (!before) {
            Map<String, Object> response = http.post(MODELS + name + "/_attach", Map.of("index", name));
            for (Object task : Json.list(response, "tasks")) {
                await(task.toString(), documents, node);
            }
            http.post("/" + name + "/_refresh", null);
        }
        screen.done(String.format(
                Locale.ROOT,
                "%,d of %,d documents encoded%s",
                count("latent"),
                documents,
                before ? " in an earlier run" : "; new ones are encoded as they come"));
    }

    private void await(String task, long documents, Node node) throws InterruptedException {
        while (true) {
            if (node != null) {
                node.requireAlive();
            }
            Map<String, Object> state = http.get("/_tasks/" + task);
            if (Boolean.TRUE.equals(state.get("completed"))) {
                if (state.get("error") != null) {
                    throw new DemoException("encoding failed: " + Json.string(state, "error", "reason"));
                }
                return;
            }
            long updated = Json.number(state, "task", "status", "updated");
            screen.update(String.format(
                    Locale.ROOT,
                    "%s %,d of %,d documents",
                    Screen.bar((double) updated / documents, 12).replace(' ', '░'),
                    updated,
                    documents));
            Thread.sleep(200);
        }
    }

    private long count(String field) {
        Object query = field == null ? Map.of("match_all", Map.of()) : Map.of("exists", Map.of("field", field));
        return Json.number(http.post("/" + name + "/_count", Map.of("query", query)), "count");
    }
}
