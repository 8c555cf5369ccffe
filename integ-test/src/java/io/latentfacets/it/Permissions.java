/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes every call of the API as every kind of user and notes what came of it, as the table of
 * {@code docs/security.md}. What a call changes is put back before the next one, so each line of the table stands for
 * itself.
 */
final class Permissions {
    private static final String MODELS = Latent.BASE + "/models";
    private static final String MODEL = MODELS + "/topics";
    private static final int DOCUMENTS = 300;
    private static final String MATCH = "{\"match\":{\"title\":\"captain recipe market patient\"}}";

    /** A user in the table. {@code index} is where he searches and writes. */
    private record User(String name, String index, List<String> roles) {}

    private static final List<User> COLUMNS = List.of(
            new User(Security.ADMIN, "news", List.of()),
            new User("trainer", "news", List.of("latent_trainer", "news_write")),
            new User("reader", "news", List.of("latent_reader", "news_read")),
            new User("alice", "alice", List.of("own_index")),
            new User("documents", "news", List.of("latent_trainer", "news_some_documents")),
            new User("fields", "news", List.of("latent_trainer", "news_some_fields")),
            new User("masked", "news", List.of("latent_trainer", "news_masked")),
            new User("monitor", "news", List.of("monitoring")));

    /** A user with his client. */
    private record Caller(User user, Rest rest) {
        String index() {
            return user.index();
        }
    }

    /**
     * A line of the table.
     *
     * @param endpoints the names of its specifications; none if it is not one of our endpoints
     * @param shown the call as the table shows it
     * @param call makes the call and says in a word what came of it
     */
    private record Line(List<String> endpoints, String shown, Function<Caller, String> call) {}

    private final Rest admin;
    private final TestCluster cluster;
    private final Security security;
    private final List<Line> lines = new ArrayList<>();

    Permissions(TestCluster cluster, Security security) {
        this.cluster = cluster;
        this.security = security;
        this.admin = cluster.rest();
        models();
        documents();
        searches();
        systemIndex();
        // the last line: once the administrator has attached alice's index, its searches get words
        call("", "`POST …/_attach` of an index of somebody else", caller -> caller.rest()
                .post(MODEL + "/_attach?wait_for_completion=true", Map.of("index", foreign(caller))));
    }

    /** The users to configure, with their roles. The last two are in no column; SecurityIT uses them. */
    static Map<String, List<String>> users() {
        Map<String, List<String>> users = new LinkedHashMap<>();
        COLUMNS.stream().filter(user -> !user.roles().isEmpty()).forEach(user -> users.put(user.name(), user.roles()));
        users.put("deleter", List.of("latent_deleter"));
        users.put("owner", List.of("latent_trainer", "own_index"));
        return users;
    }

    /** Makes the indices and the model of the table. */
    void prepare() {
        Latent.createIndex(cluster, "news", DOCUMENTS, 1, 0);
        Latent.createModel(admin, "topics", Latent.definition("news", 4, 2));
        Latent.train(admin, "topics");
        Latent.attach(admin, "topics", "news");
        Map<String, Object> fields = new LinkedHashMap<>(TopicCorpus.FIELDS);
        fields.put("latent", Map.of("type", "latent_vector", "model", "topics"));
        admin.put(
                        "/alice",
                        Map.of(
                                "settings", Map.of("number_of_shards", 1, "number_of_replicas", 0),
                                "mappings", Map.of("properties", fields)))
                .ok();
        admin.bulk("/alice/_bulk?refresh=true&pipeline=topics", TopicCorpus.documents(0, 60));
    }

    /** The names of the specifications of the endpoints in the table. */
    List<String> endpoints() {
        return lines.stream().flatMap(line -> line.endpoints().stream()).toList();
    }

    /** Makes all calls and returns the table in Markdown. */
    String table() {
        StringBuilder table = new StringBuilder("| call |");
        COLUMNS.forEach(user -> table.append(' ').append(user.name()).append(" |"));
        table.append("\n|---|").append("---|".repeat(COLUMNS.size())).append('\n');
        for (Line line : lines) {
            table.append("| ").append(line.shown()).append(" |");
            for (User user : COLUMNS) {
                Caller caller = new Caller(user, admin.as(security.authorization(user.name())));
                table.append(' ').append(line.call().apply(caller)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private void models() {
        call("latent.put_model", "`PUT …/models/{model}`", caller -> {
            admin.delete(MODELS + "/scratch");
            return caller.rest().put(MODELS + "/scratch", Latent.definition("news", 4, 2));
        });
        call("", "the same, of an index of somebody else", caller -> {
            admin.delete(MODELS + "/scratch");
            return caller.rest().put(MODELS + "/scratch", Latent.definition(foreign(caller), 4, 2));
        });
        call("", "the same, of a pattern that matches such an index", caller -> {
            admin.delete(MODELS + "/scratch");
            return caller.rest().put(MODELS + "/scratch", Latent.definition(foreign(caller) + "*", 4, 2));
        });
        reading("latent.get_models", "latent.exists_models", "…/models/{model}", MODEL);
        call("cat.latent_models", "`GET /_cat/latent_models`", caller -> caller.rest()
                .get("/_cat/latent_models"));
        call("latent.delete_model", "`DELETE …/models/{model}`", caller -> {
            Latent.createModel(admin, "scratch", Latent.definition("news", 4, 2));
            return caller.rest().delete(MODELS + "/scratch");
        });
        call("latent.activate", "`POST …/_activate`", caller -> {
            int active = admin.get(MODEL).ok().intAt("active_generation");
            return caller.rest().post(MODEL + "/_activate", Map.of("generation", active));
        });
        String generation = "…/generations/{generation}";
        reading("latent.get_generation", "latent.exists_generation", generation, MODEL + "/generations/1");
        call("latent.delete_generation", "`DELETE " + generation + "`", caller -> {
            admin.delete(MODELS + "/scratch?force=true");
            Object archive = admin.get(MODEL + "/_export").ok().at("");
            int older = admin.put(MODELS + "/scratch/_import", archive).ok().intAt("generation");
            admin.put(MODELS + "/scratch/_import", archive).ok();
            Rest.Response deleted = caller.rest().delete(MODELS + "/scratch/generations/" + older);
            admin.delete(MODELS + "/scratch?force=true");
            return deleted;
        });
        call("latent.export", "`GET …/_export`", caller -> caller.rest().get(MODEL + "/_export"));
        call("latent.import", "`PUT …/_import`", caller -> {
            admin.delete(MODELS + "/scratch?force=true");
            Object archive = admin.get(MODEL + "/_export").ok().at("");
            Rest.Response imported = caller.rest().put(MODELS + "/scratch/_import", archive);
            admin.delete(MODELS + "/scratch?force=true");
            return imported;
        });
        reading("latent.get_clusters", "latent.exists_clusters", "…/clusters", MODEL + "/clusters");
        reading("latent.get_terms", "latent.exists_terms", "…/terms/{term}", MODEL + "/terms/harbor");
        reading("latent.get_drift", "latent.exists_drift", "…/_drift", MODEL + "/_drift");
        call("latent.put_cluster", "`PUT …/clusters/{key}`", caller -> {
            String key = admin.get(MODEL + "/clusters?sentences=false").ok().stringAt("0.key");
            return caller.rest().put(MODEL + "/clusters/" + key, "{}");
        });
        curations();
        reading("latent.stats", "latent.exists_stats", "…/stats", Latent.BASE + "/stats");
        call("latent.explorer", "`GET …/ui`, the page itself", caller -> caller.rest()
                .get(Latent.BASE + "/ui/index.html"));
    }

    private void curations() {
        call("latent.merge_clusters", "`POST …/clusters/_merge`", caller -> {
            Rest.Response merged = caller.rest().post(MODEL + "/clusters/_merge", Map.of("keys", twoKeys()));
            takeBack();
            return merged;
        });
        call("latent.unmerge_clusters", "`POST …/clusters/_unmerge`", caller -> {
            List<String> keys = twoKeys();
            admin.post(MODEL + "/clusters/_merge", Map.of("keys", keys)).ok();
            Rest.Response unmerged = caller.rest().post(MODEL + "/clusters/_unmerge", Map.of("key", keys.get(0)));
            takeBack();
            return unmerged;
        });
        call("latent.split_cluster", "`POST …/clusters/{key}/_split`", caller -> {
            Rest.Response split = caller.rest()
                    .post(MODEL + "/clusters/" + sailing() + "/_split", Map.of("count", 2, "index", caller.index()));
            takeBack();
            return split;
        });
        call("latent.unsplit_cluster", "`POST …/clusters/{key}/_unsplit`", caller -> {
            String key = twoKeys().get(0);
            admin.post(MODEL + "/clusters/" + key + "/_split", "{\"count\":2}").ok();
            Rest.Response unsplit = caller.rest().post(MODEL + "/clusters/" + key + "/_unsplit", "{}");
            takeBack();
            return unsplit;
        });
        call("latent.prompt", "`GET`, `POST` `…/clusters/{key}/_prompt`", caller -> caller.rest()
                .post(MODEL + "/clusters/" + sailing() + "/_prompt", Map.of("index", caller.index())));
        call("latent.suggest_labels", "`POST …/clusters/_suggest_labels`, without ml-commons", caller -> caller.rest()
                .post(MODEL + "/clusters/_suggest_labels", "{\"ml_model_id\":\"none\"}"));
        call("latent.accept_labels", "`POST …/clusters/_accept_labels`", caller -> caller.rest()
                .post(MODEL + "/clusters/_accept_labels", "{\"keys\":\"all\"}"));
        call("latent.dismiss_labels", "`POST …/clusters/_dismiss_labels`", caller -> caller.rest()
                .post(MODEL + "/clusters/_dismiss_labels", "{\"keys\":\"all\"}"));
    }

    /** A cluster with documents that every reader of documents may read. */
    private String sailing() {
        return admin.post(
                        "/news/_search",
                        "{\"size\":0,\"query\":{\"term\":{\"subject\":\"sailing\"}},"
                                + "\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\"}}}}")
                .ok()
                .stringAt("aggregations.topics.buckets.0.key");
    }

    private List<String> twoKeys() {
        Rest.Response clusters = admin.get(MODEL + "/clusters?sentences=false").ok();
        return List.of(clusters.stringAt("0.key"), clusters.stringAt("1.key"));
    }

    private void takeBack() {
        for (Object each :
                (List<?>) admin.get(MODEL + "/clusters?sentences=false").ok().json()) {
            Map<?, ?> cluster = (Map<?, ?>) each;
            if (cluster.containsKey("merged")) {
                admin.post(MODEL + "/clusters/_unmerge", Map.of("key", cluster.get("key")))
                        .ok();
            }
            if (cluster.containsKey("children")) {
                admin.post(MODEL + "/clusters/" + cluster.get("key") + "/_unsplit", "{}");
            }
        }
    }

    private void documents() {
        reading("latent.get_training", "latent.exists_training", "…/_training", MODEL + "/_training");
        reading("latent.get_refresh", "latent.exists_refresh", "…/_refresh", MODEL + "/_refresh");
        call("latent.pause_refresh", "`POST …/_refresh/_pause`", caller -> {
            makeScheduled();
            return caller.rest().post(MODELS + "/scheduled/_refresh/_pause");
        });
        call("latent.resume_refresh", "`POST …/_refresh/_resume`", caller -> {
            makeScheduled();
            return caller.rest().post(MODELS + "/scheduled/_refresh/_resume");
        });
        rewriting(
                "latent.train",
                "`POST …/_train`",
                caller -> caller.rest().post(MODEL + "/_train?wait_for_completion=true", "{\"force\":true}"),
                this::leftByTraining);
        rewriting(
                "latent.reencode",
                "`POST …/_reencode`",
                caller -> {
                    makeStale();
                    return caller.rest().post(MODEL + "/_reencode?wait_for_completion=true");
                },
                Permissions::left);
        rewriting(
                "latent.attach",
                "`POST …/_attach`",
                caller -> {
                    makeStale();
                    return caller.rest()
                            .post(MODEL + "/_attach?wait_for_completion=true", Map.of("index", caller.index()));
                },
                Permissions::left);
        call("latent.encode", "`POST …/_encode`", caller -> caller.rest()
                .post(MODEL + "/_encode", "{\"docs\":[{\"title\":\"harbor tide captain\"}]}"));
        call("latent.evaluate", "`POST …/_evaluate`", caller -> caller.rest()
                .post(MODEL + "/_evaluate", "{\"label_field\":\"subject\"}"));
        call("latent.summarize", "`POST …/_summarize`", caller -> caller.rest()
                .post(MODEL + "/_summarize", Map.of("index", caller.index(), "query", Map.of("match_all", Map.of()))));
        call("latent.generate", "`POST …/_generate`", caller -> caller.rest()
                .post(MODEL + "/_generate", Map.of("index", caller.index(), "prior", true)));
        call("latent.put_classifier", "`PUT …/_classifiers/{classifier}`", caller -> {
            Rest.Response trained = caller.rest()
                    .put(MODEL + "/_classifiers/subject?wait_for_completion=true", "{\"label_field\":\"subject\"}");
            admin.put(MODEL + "/_classifiers/subject?wait_for_completion=true", "{\"label_field\":\"subject\"}")
                    .ok();
            return trained;
        });
        reading(
                "latent.get_classifiers",
                "latent.exists_classifiers",
                "…/_classifiers[/{classifier}]",
                MODEL + "/_classifiers/subject");
        call("latent.classify", "`POST …/_classify`", caller -> caller.rest()
                .post(MODEL + "/_classifiers/subject/_classify", "{\"docs\":[{\"title\":\"harbor tide captain\"}]}"));
        call("latent.delete_classifier", "`DELETE …/_classifiers/{classifier}`", caller -> {
            Rest.Response deleted = caller.rest().delete(MODEL + "/_classifiers/subject");
            admin.put(MODEL + "/_classifiers/subject?wait_for_completion=true", "{\"label_field\":\"subject\"}")
                    .ok();
            return deleted;
        });
        call("", "indexing through the pipeline", caller -> {
            Rest.Response indexed = caller.rest()
                    .put("/" + caller.index() + "/_doc/added?pipeline=topics", "{\"title\":\"harbor tide captain\"}");
            admin.delete("/" + caller.index() + "/_doc/added?refresh=true");
            return indexed;
        });
        call("", "`_simulate` of the pipeline", caller -> caller.rest()
                .post(
                        "/_ingest/pipeline/topics/_simulate",
                        "{\"docs\":[{\"_source\":{\"title\":\"harbor tide captain\"}}]}"));
    }

    private void searches() {
        lines.add(new Line(
                List.of("latent.facets"),
                "`GET /{index}/_latent/facets`",
                caller ->
                        words(caller.rest().get("/" + caller.index() + "/_latent/facets?size=0"), "facets.clusters")));
        lines.add(new Line(
                List.of("latent.trends"),
                "`GET …/_trends`",
                caller -> words(caller.rest().get(MODEL + "/_trends?field=date&index=" + caller.index()), "trends")));
        lines.add(new Line(
                List.of(),
                "aggregation `latent_clusters`",
                caller -> words(
                        search(caller, ",\"size\":0,\"aggs\":{\"topics\":{\"latent_clusters\":{\"terms\":3}}}"),
                        "aggregations.topics.buckets")));
        lines.add(new Line(
                List.of(),
                "the same with `\"scope\": \"results\"`",
                caller -> words(
                        search(
                                caller,
                                ",\"size\":0,\"aggs\":{\"topics\":{\"latent_clusters\":{\"scope\":\"results\",\"terms\":3}}}"),
                        "aggregations.topics.buckets")));
        call("", "query `latent_cluster`", caller -> {
            String key = admin.get(MODEL + "/clusters?sentences=false").ok().stringAt("0.key");
            return query(caller, "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}");
        });
        lines.add(new Line(List.of(), "aggregation `latent_map`", caller -> {
            Rest.Response found =
                    search(caller, ",\"size\":0,\"aggs\":{\"map\":{\"latent_map\":{\"field\":\"latent\",\"grid\":4}}}");
            return found.status() == 200
                            && found.listAt("aggregations.map.cells").isEmpty()
                    ? "nothing"
                    : outcome(found);
        }));
        call(
                "",
                "query `latent_region`",
                caller -> query(caller, "{\"latent_region\":{\"field\":\"latent\",\"x\":[-1,1],\"y\":[-1,1]}}"));
        call(
                "",
                "query `latent_neighbors`, by text",
                caller -> query(
                        caller,
                        "{\"latent_neighbors\":{\"field\":\"latent\",\"k\":5,\"text\":\"harbor tide captain\"}}"));
        call(
                "",
                "query `latent_neighbors`, like a document",
                caller -> query(
                        caller,
                        "{\"latent_neighbors\":{\"field\":\"latent\",\"k\":5,\"like\":{\"_index\":\"" + caller.index()
                                + "\",\"_id\":\"" + someDocument(caller) + "\"}}}"));
        call("", "query `latent_neighbors`, like and unlike several, diverse", caller -> {
            String some = "{\"_index\":\"" + caller.index() + "\",\"_id\":\"" + someDocument(caller) + "\"}";
            return query(
                    caller,
                    "{\"latent_neighbors\":{\"field\":\"latent\",\"k\":5,\"like\":[" + some + "," + some
                            + "],\"unlike\":\"market stock\",\"diversity\":0.3}}");
        });
    }

    private void systemIndex() {
        lines.add(new Line(List.of(), "reading the index of the models", caller -> {
            Rest.Response found = caller.rest().get("/.plugins-latent-models/_search");
            return found.status() == 200 && found.intAt("hits.total.value") == 0 ? "nothing" : outcome(found);
        }));
        call("", "writing there", caller -> caller.rest()
                .put("/.plugins-latent-models/_doc/forged", "{\"type\":\"model\"}"));
        call("", "deleting it", caller -> caller.rest().delete("/.plugins-latent-models"));
    }

    private static Rest.Response search(Caller caller, String more) {
        return caller.rest().post("/" + caller.index() + "/_search", "{\"query\":" + MATCH + more + "}");
    }

    private static Rest.Response query(Caller caller, String query) {
        return caller.rest().post("/" + caller.index() + "/_search", "{\"query\":" + query + "}");
    }

    /** A document with a latent that everybody may see who may see any. */
    private String someDocument(Caller caller) {
        return admin.post(
                        "/" + caller.index() + "/_search",
                        "{\"size\":1,\"query\":{\"bool\":{\"filter\":[{\"term\":{\"subject\":\"sailing\"}},"
                                + "{\"exists\":{\"field\":\"body\"}}]}}}")
                .ok()
                .stringAt("hits.hits.0._id");
    }

    private void call(String endpoint, String shown, Function<Caller, Rest.Response> call) {
        lines.add(new Line(
                endpoint.isEmpty() ? List.of() : List.of(endpoint), shown, caller -> outcome(call.apply(caller))));
    }

    /** A path that is read with GET and asked for with HEAD, which need the same permissions. */
    private void reading(String get, String head, String shown, String path) {
        lines.add(new Line(List.of(get, head), "`GET`, `HEAD` `" + shown + "`", caller -> {
            String body = outcome(caller.rest().get(path));
            String status = outcome(caller.rest().head(path));
            return body.equals(status) ? body : "GET " + body + ", HEAD " + status;
        }));
    }

    /** A call that writes documents: says if it left or harmed some, and puts them back. */
    private void rewriting(
            String endpoint, String shown, Function<Caller, Rest.Response> call, Predicate<Rest.Response> left) {
        lines.add(new Line(List.of(endpoint), shown, caller -> {
            Rest.Response response = call.apply(caller);
            String outcome = outcome(response);
            outcome = outcome.equals("yes") && left.test(response) ? "in part" : outcome;
            admin.post("/news/_refresh").ok();
            String harm = texts().equals(written()) ? "" : ", and changes fields";
            admin.bulk("/news/_bulk?refresh=true", TopicCorpus.documents(0, DOCUMENTS));
            return outcome + harm;
        }));
    }

    /** Whether a call says that it could not encode all documents. */
    private static boolean left(Rest.Response response) {
        return !response.listAt("left").isEmpty();
    }

    /** The same for a training, which says it in its status. */
    private boolean leftByTraining(Rest.Response response) {
        Rest.Response status = admin.get(MODEL + "/_training").ok();
        return status.at("left") != null && left(status);
    }

    /** An index that belongs to somebody else, if not to the administrator. */
    private static String foreign(Caller caller) {
        return caller.index().equals("alice") ? "news" : "alice";
    }

    /** The documents' fields as they are in the index, without the latent; by id. */
    private Map<String, Object> texts() {
        Map<String, Object> texts = new TreeMap<>();
        admin.post(
                        "/news/_search",
                        "{\"size\":" + DOCUMENTS
                                + ",\"_source\":{\"excludes\":[\"latent\"]},\"query\":{\"match_all\":{}}}")
                .ok()
                .listAt("hits.hits")
                .forEach(hit -> texts.put((String) ((Map<?, ?>) hit).get("_id"), ((Map<?, ?>) hit).get("_source")));
        return texts;
    }

    private static Map<String, Object> written() {
        return new TreeMap<>(TopicCorpus.documents(0, DOCUMENTS));
    }

    /** Makes a model whose schedule is never due. */
    private void makeScheduled() {
        Map<String, Object> definition = Latent.definition("news", 4, 2);
        definition.put("refresh", Map.of("interval", "90d"));
        Latent.createModel(admin, "scheduled", definition);
    }

    /** Takes the latents away, so that there is something to encode again. */
    private void makeStale() {
        admin.bulk("/news/_bulk?refresh=true&pipeline=_none", TopicCorpus.documents(0, DOCUMENTS));
    }

    private static String outcome(Rest.Response response) {
        if (response.status() == 403) {
            return "no";
        }
        if (response.status() / 100 != 2) {
            return String.valueOf(response.status());
        }
        return response.at("failures") instanceof List<?> failures && !failures.isEmpty() ? "in part" : "yes";
    }

    /** As {@link #outcome}, and whether the buckets say in words what they are about. */
    private static String words(Rest.Response response, String buckets) {
        String outcome = outcome(response);
        if (!outcome.equals("yes")) {
            return outcome;
        }
        boolean words = response.listAt(buckets).stream()
                .map(bucket -> (Map<?, ?>) bucket)
                // without words the label is the key
                .anyMatch(bucket -> bucket.get("label") instanceof String label && !label.equals(bucket.get("key")));
        return words ? "yes" : "counts";
    }
}
