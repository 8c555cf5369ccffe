/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A valid body of every endpoint that takes one, and of every place where requests of core carry options of the plugin:
 * mappings, documents, processors, aggregations and queries. {@link MalformedRequests} and {@link OddRequests} change
 * them.
 */
final class HostileBodies {
    static final String MODEL = "hostile-model";
    static final String INDEX = "hostile-docs";
    /** Models, indices and pipelines with this prefix may be overwritten and deleted by any request. */
    static final String SCRATCH = "hostile-scratch";

    /** An object whose keys the plugin hands on to others, such as a query. */
    static final class Free extends LinkedHashMap<String, Object> {
        private static final long serialVersionUID = 1L;

        static Free of(String key, Object value) {
            Free free = new Free();
            free.put(key, value);
            return free;
        }
    }

    /**
     * One body.
     *
     * @param name the endpoint or the place, for messages
     * @param method the HTTP method
     * @param path the path
     * @param content the plugin's part, as maps, lists and values
     * @param within puts the plugin's part into the whole body
     * @param groups the names of the option groups at the object of that path ("" for the part itself)
     * @param required the paths of the required keys
     * @param bad further values that the keys at these paths must refuse
     * @param core whether core words the refusals: then they need not show the value
     */
    record Body(
            String name,
            String method,
            String path,
            Map<String, Object> content,
            UnaryOperator<Object> within,
            Map<String, List<String>> groups,
            List<String> required,
            Map<String, List<Object>> bad,
            boolean core) {

        Body(String name, String method, String path, Map<String, Object> content) {
            this(name, method, path, content, UnaryOperator.identity(), Map.of(), List.of(), Map.of(), false);
        }

        Body within(UnaryOperator<Object> whole) {
            return new Body(name, method, path, content, whole, groups, required, bad, core);
        }

        Body groups(Map<String, List<String>> names) {
            return new Body(name, method, path, content, within, names, required, bad, core);
        }

        Body required(String... keys) {
            return new Body(name, method, path, content, within, groups, List.of(keys), bad, core);
        }

        Body bad(Map<String, List<Object>> values) {
            return new Body(name, method, path, content, within, groups, required, values, core);
        }

        Body wordedByCore() {
            return new Body(name, method, path, content, within, groups, required, bad, true);
        }
    }

    private static final String MODELS = Latent.BASE + "/models/";
    private static final Map<String, List<String>> DEFINITION = Map.of(
            "source", List.of("SourceJson.SOURCE"),
            "text", List.of("OptionsJson.TEXT"),
            "vae", List.of("VaeOptionsJson.VAE"),
            "clusters", List.of("OptionsJson.CLUSTERS"),
            "refresh", List.of("OptionsJson.REFRESH"),
            "refresh.online", List.of("OptionsJson.ONLINE"));

    private HostileBodies() {}

    static List<Body> all() {
        List<Body> bodies = new ArrayList<>(endpoints());
        bodies.addAll(documents());
        bodies.addAll(searches());
        return bodies;
    }

    private static List<Body> endpoints() {
        Map<String, Object> archive = object("format", "latent-facets-model-1", "model", MODEL, "generation", 1);
        archive.put("definition", definition());
        archive.put("archive", "AAAA");
        return List.of(
                new Body("put_model", "PUT", MODELS + SCRATCH + "-0", definition())
                        .groups(DEFINITION)
                        .required("source", "source.index", "source.fields"),
                new Body("import", "PUT", MODELS + SCRATCH + "-1/_import", archive)
                        .required("format", "definition", "archive"),
                new Body("train", "POST", MODELS + MODEL + "/_train", object("mode", "clusters", "force", false))
                        .bad(Map.of("mode", List.of("quick-7001"))),
                new Body("activate", "POST", MODELS + MODEL + "/_activate", object("generation", 1))
                        .required("generation")
                        .bad(Map.of("generation", List.of(0, 7001, -7001, 1e300))),
                new Body(
                                "attach",
                                "POST",
                                MODELS + MODEL + "/_attach",
                                object("index", List.of(SCRATCH), "by", "mapping", "cluster_field", "key"))
                        .required("index")
                        .bad(Map.of(
                                "index", List.of(List.of(), "no-such-7001"),
                                "by", List.of("hand-7001"),
                                "cluster_field", List.of("_key-7001"))),
                new Body(
                                "encode",
                                "POST",
                                MODELS + MODEL + "/_encode",
                                object(
                                        "docs",
                                        List.of(Free.of("body", "galaxy telescope"), Free.of("title", "market")),
                                        "explain",
                                        true))
                        .required("docs"),
                new Body("evaluate", "POST", MODELS + MODEL + "/_evaluate", evaluation())
                        .groups(Map.of("", List.of("EvaluateRequest.OPTIONS"))),
                new Body("put_classifier", "PUT", MODELS + MODEL + "/_classifiers/hostile", classifier())
                        .groups(Map.of("", List.of("ClassifierDefinition.OPTIONS")))
                        .required("label_field"),
                new Body(
                                "classify",
                                "POST",
                                MODELS + MODEL + "/_classifiers/hostile/_classify",
                                object("docs", List.of(Free.of("body", "galaxy telescope")), "size", 3, "why", true))
                        .required("docs"),
                new Body("trends", "POST", MODELS + MODEL + "/_trends", trends())
                        .groups(Map.of("", List.of("TrendsRequest.OPTIONS")))
                        .required("field"),
                new Body("summarize", "POST", MODELS + MODEL + "/_summarize", summary())
                        .groups(Map.of("", List.of("SummarizeRequest.OPTIONS")))
                        .required("cluster"),
                new Body("generate", "POST", MODELS + MODEL + "/_generate", generation())
                        .groups(Map.of("", List.of("GenerateRequest.OPTIONS")))
                        .required("cluster"),
                new Body(
                        "put_cluster",
                        "PUT",
                        MODELS + MODEL + "/clusters/c1",
                        object("label", "Night sky", "hidden", false, "pinned", false, "note", "seen by Kim")),
                new Body(
                                "merge_clusters",
                                "POST",
                                MODELS + MODEL + "/clusters/_merge",
                                object("keys", List.of("c0", "c1"), "label", "Both"))
                        .required("keys"),
                new Body(
                                "unmerge_clusters",
                                "POST",
                                MODELS + MODEL + "/clusters/_unmerge",
                                object("keys", List.of("c0")))
                        .required("keys"),
                new Body("split_cluster", "POST", MODELS + MODEL + "/clusters/c0/_split", object("count", 2))
                        .bad(Map.of("count", List.of(1, 7001, -7001, "many-7001", 1e300))),
                new Body("prompt", "POST", MODELS + MODEL + "/clusters/c1/_prompt", prompt())
                        .groups(Map.of("", List.of("PromptOptions.OPTIONS", "PromptRequest.OPTIONS"))),
                new Body("prompt", "GET", MODELS + MODEL + "/clusters/c1/_prompt", prompt())
                        .groups(Map.of("", List.of("PromptOptions.OPTIONS", "PromptRequest.OPTIONS"))),
                new Body(
                                "suggest_labels",
                                "POST",
                                MODELS + MODEL + "/clusters/_suggest_labels",
                                object("ml_model_id", "none", "keys", List.of("c0", "c1"), "answer_timeout", "5s"))
                        .groups(Map.of("", List.of("PromptOptions.OPTIONS", "SuggestRequest.OPTIONS")))
                        .required("ml_model_id"),
                new Body(
                                "accept_labels",
                                "POST",
                                MODELS + MODEL + "/clusters/_accept_labels",
                                object("keys", List.of("c0")))
                        .required("keys"),
                new Body(
                                "dismiss_labels",
                                "POST",
                                MODELS + MODEL + "/clusters/_dismiss_labels",
                                object("keys", List.of("c0")))
                        .required("keys"),
                new Body("facets", "POST", "/" + INDEX + "/_latent/facets", facets("corpus"))
                        .within(facets ->
                                object("search", Map.of("size", 2, "query", match("report")), "facets", facets))
                        .groups(Map.of("", List.of("FacetOptions.OPTIONS", "FacetsRequest.OPTIONS")))
                        .required("trend.field", "trend.interval"),
                new Body("facets of results", "GET", "/" + INDEX + "/_latent/facets", facets("results"))
                        .within(facets -> object("facets", facets))
                        .groups(Map.of("", List.of("FacetOptions.OPTIONS", "FacetsRequest.OPTIONS"))));
    }

    private static Map<String, Object> prompt() {
        Map<String, Object> prompt = object("index", List.of(INDEX), "sentences", 2, "terms", 5, "language", "French");
        prompt.put("system_message", false);
        return prompt;
    }

    private static List<Body> documents() {
        Map<String, Object> field =
                object("type", "latent_vector", "model", MODEL, "neighbors", false, "meta", Free.of("a", "b"));
        Map<String, Object> latent =
                object("generation", 1, "vector", "AQIDBAUGBwgJCgsMDQ4PEA==", "hash", "0123456789abcdef");
        Map<String, Object> encode = object("model", MODEL, "target_field", "latent", "on_missing_model", "skip");
        encode.put("skip_unchanged", true);
        encode.put("batch_size", 64);
        UnaryOperator<Object> pipeline = options -> object("processors", List.of(object("latent_encode", options)));
        return List.of(
                new Body("mapping", "PUT", "/" + SCRATCH + "/_mapping", field)
                        .within(options -> object("properties", object("v", options)))
                        .required("model")
                        .wordedByCore(),
                new Body("document", "PUT", "/" + SCRATCH + "/_doc/odd?pipeline=_none", latent)
                        .within(value -> object("body", "galaxy", "latent", value))
                        .required("generation", "vector")
                        .bad(Map.of(
                                "generation", List.of(0, -7001, 0.25, 1e300),
                                "vector", List.of("no base64: 7001", ""))),
                new Body("pipeline", "PUT", "/_ingest/pipeline/" + SCRATCH, encode)
                        .within(pipeline)
                        .required("model")
                        .bad(Map.of("on_missing_model", List.of("explode-7001"), "batch_size", List.of(0, 700_100)))
                        .wordedByCore(),
                new Body("simulate", "POST", "/_ingest/pipeline/_simulate", encode)
                        .within(options -> object(
                                "pipeline",
                                pipeline.apply(options),
                                "docs",
                                List.of(object("_source", object("body", "galaxy telescope")))))
                        .required("model")
                        .wordedByCore(),
                searchPipeline("response_processors"),
                searchPipeline("request_processors"),
                expansion());
    }

    private static Body expansion() {
        Map<String, Object> expand = object("model", MODEL, "fields", List.of("title^2", "body"), "terms", 3);
        expand.put("max_terms", 20);
        expand.put("weight", 0.3);
        expand.put("min_similarity", 0.5);
        return new Body("latent_expand", "PUT", "/_search/pipeline/" + SCRATCH, expand)
                .within(options -> object("request_processors", List.of(object("latent_expand", processor(options)))))
                .required("model")
                .bad(Map.of(
                        "terms", List.of(0, -7001, 1e300),
                        "max_terms", List.of(0, 7001),
                        "weight", List.of(0, -7001, 7001),
                        "min_similarity", List.of(-7001, 1.5),
                        "fields", List.of(List.of(), List.of("body^x7001"), 7001)))
                .wordedByCore();
    }

    private static Body searchPipeline(String kind) {
        return new Body(kind, "PUT", "/_search/pipeline/" + SCRATCH, facets("corpus"))
                .within(options -> object(kind, List.of(object("latent_facets", processor(options)))))
                .groups(Map.of("", List.of("FacetOptions.OPTIONS", "FacetsRequest.OPTIONS")));
    }

    private static List<Body> searches() {
        Map<String, Object> cluster = object("field", "latent", "clusters", List.of("c1", "c2"), "boost", 1.5);
        cluster.put("min_similarity", 0.25);
        cluster.put("_name", "drill");
        Map<String, Object> text = object("field", "latent", "k", 5, "text", "galaxy", "boost", 1.5);
        text.put("filter", match("report"));
        Map<String, Object> like = object("field", "latent", "k", 5, "include", false, "_name", "near");
        like.put("like", object("_index", INDEX, "_id", "1", "routing", "1"));
        Map<String, Object> several = object("field", "latent", "k", 5, "diversity", 0.25, "include", true);
        several.put("like", List.of("galaxy", object("_id", "1", "weight", 2), object("text", "report")));
        several.put("unlike", object("_index", INDEX, "_id", "2", "weight", 0.5));
        Map<String, Object> vector =
                object("field", "latent", "vector", Collections.nCopies(16, 0.25), "filter", match("people"));
        return List.of(
                clusters("latent_clusters", "corpus"),
                clusters("latent_clusters of results", "results"),
                query("latent_cluster", cluster)
                        .required("field", "clusters")
                        .bad(Map.of(
                                "boost",
                                List.of(-7001),
                                "min_similarity",
                                List.of(-0.25, 70.5, "own-7001"),
                                "clusters",
                                List.of(List.of(), List.of("")))),
                query("latent_cluster", object("field", "latent", "clusters", List.of("c1"), "min_membership", 0.25))
                        .required("field", "clusters")
                        .bad(Map.of("min_membership", List.of(0, -7001, 7001, "own-7001"))),
                new Body("latent_map", "POST", "/" + INDEX + "/_search", map())
                        .within(value -> object("size", 0, "aggs", object("t", object("latent_map", value))))
                        .groups(Map.of("", List.of("MapOptions.OPTIONS")))
                        .required("bounds.x", "bounds.y")
                        .bad(Map.of(
                                "bounds.x",
                                List.of(List.of(), List.of(1, 0), List.of(0, 7001), List.of(0, 1e300), "7001"))),
                query("latent_region", object("field", "latent", "x", List.of(-.5, .5), "y", List.of(0, 1), "boost", 2))
                        .required("field", "x", "y")
                        .bad(Map.of("boost", List.of(-7001), "y", List.of(List.of(), List.of(1, 1), "7001"))),
                query("latent_region", object("field", "latent", "polygon", POLYGON))
                        .required("field", "polygon")
                        .bad(Map.of("polygon", List.of(List.of(), List.of(List.of(0, 1)), 7001))),
                query("latent_neighbors", text).required("field", "text").bad(neighborsBad()),
                query("latent_neighbors", like)
                        .required("field", "like", "like._id")
                        .bad(neighborsBad()),
                query("latent_neighbors", several)
                        .required("field", "like", "unlike._id")
                        .bad(Map.of(
                                "like", List.of(List.of(), 7001, List.of(7001), List.of("galaxy", "")),
                                "unlike.weight", List.of(0, -7001, 70_010, 1e300),
                                "diversity", List.of(-0.5, 7001, 1e300))),
                query("latent_neighbors", vector)
                        .required("field", "vector")
                        .bad(Map.of("vector", List.of(List.of(), List.of(0, 0), List.of(1, 2, 3), "no base64: 7001"))));
    }

    private static final List<List<Double>> POLYGON = List.of(List.of(0.0, 0.0), List.of(1.0, 0.0), List.of(0.0, 1.0));

    private static Map<String, Object> map() {
        Map<String, Object> map = object("field", "latent", "grid", 8, "size", 20);
        map.put("bounds", object("x", List.of(-.5, .5), "y", List.of(0, 1)));
        return map;
    }

    private static Map<String, List<Object>> neighborsBad() {
        return Map.of("k", List.of(0, -7001, 70_010, 1e300), "boost", List.of(-7001));
    }

    private static Body query(String type, Map<String, Object> options) {
        return new Body(type, "POST", "/" + INDEX + "/_search", options)
                .within(value -> object("size", 3, "query", object(type, value)));
    }

    private static Body clusters(String name, String scope) {
        Map<String, Object> options = facetOptions(scope);
        options.put("field", "latent");
        return new Body(name, "POST", "/" + INDEX + "/_search", options)
                .within(value -> object("size", 0, "aggs", object("t", object("latent_clusters", value))))
                .groups(Map.of("", List.of("FacetOptions.OPTIONS")));
    }

    private static Map<String, Object> definition() {
        Map<String, Object> source = object("index", List.of(INDEX), "fields", List.of("title^2", "body"));
        source.put("query", match("report"));
        source.put("vector_field", "embedding");
        Map<String, Object> definition = object("source", source, "target_field", "latent");
        definition.put("text", object("analyzer", "english", "max_doc_ratio", 0.5, "exclude", List.of("[0-9]+")));
        definition.put("vae", object("hidden_dims", List.of(8), "latent_dims", 8, "epochs", 1));
        definition.put("clusters", object("count", "auto"));
        definition.put("refresh", object("interval", "24h"));
        return definition;
    }

    private static Map<String, Object> classifier() {
        return object(
                "label_field",
                "subject",
                "index",
                List.of(INDEX),
                "query",
                match("report"),
                "features",
                "latent",
                "multi_label",
                false,
                "max_documents",
                50);
    }

    private static Map<String, Object> evaluation() {
        Map<String, Object> evaluation = object("label_field", "subject", "index", List.of(INDEX));
        evaluation.put("query", match("report"));
        return evaluation;
    }

    private static Map<String, Object> summary() {
        Map<String, Object> summary = object("cluster", "c1", "index", List.of(INDEX), "sentences", 2);
        summary.put("redundancy", 0.25);
        summary.put("exclude_terms", List.of("report"));
        summary.put("max_documents", 5);
        summary.put("latent_field", "latent");
        summary.put("timeout", "20s");
        return summary;
    }

    private static Map<String, Object> generation() {
        Map<String, Object> generation = object("cluster", "c1", "index", List.of(INDEX), "samples", 2);
        generation.put("spread", 0.5);
        generation.put("words", 3);
        generation.put("length", 7);
        generation.put("documents", 1);
        generation.put("seed", 5);
        generation.put("latent_field", "latent");
        generation.put("timeout", "20s");
        return generation;
    }

    private static Map<String, Object> trends() {
        Map<String, Object> trends = object("field", "date", "index", List.of(INDEX), "interval", "week");
        trends.put("window", "month");
        trends.put("terms", 3);
        trends.put("query", match("report"));
        return trends;
    }

    private static Map<String, Object> facets(String scope) {
        Map<String, Object> facets = facetOptions(scope);
        facets.put("field", "latent");
        facets.put("examples", 1);
        facets.put("trend", object("field", "date", "interval", "month"));
        facets.put("title_field", "title");
        return facets;
    }

    private static Map<String, Object> facetOptions(String scope) {
        Map<String, Object> options = object("size", 5, "scope", scope, "exclude_terms", List.of("gal.*"));
        options.put("order", List.of(Free.of("_count", "desc")));
        options.put("min_similarity", 0.25);
        if (scope.equals("results")) {
            options.put("clusters", 3);
            options.put("sample_per_shard", 1000);
        }
        return options;
    }

    private static Free match(String word) {
        return Free.of("match", Map.of("body", word));
    }

    /** An object that keeps the order of its keys and may be changed. */
    static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return object;
    }

    /** Core casts a search processor to an object before the plugin sees it, and answers anything else with a 500. */
    private static Object processor(Object options) {
        return options instanceof Map ? options : object("odd", options);
    }
}
