/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets;

import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.opensearch.common.io.PathUtils;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.test.client.NoOpNodeClient;
import org.opensearch.test.rest.FakeRestRequest;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Compares the specifications in {@code rest-api-spec/api} with the plugin's handlers, in both directions. A new
 * endpoint or parameter without a specification fails, and so does a specification without a handler. The YAML tests in
 * {@code rest-api-spec/test} call every specified endpoint.
 */
public class RestSpecTests extends OpenSearchTestCase {
    private static final Pattern PART = Pattern.compile("\\{(\\w+)}");
    private static final Set<String> TYPES = Set.of("boolean", "enum", "int", "list", "number", "string", "time");

    /** A valid body for each endpoint whose handler requires one. */
    private static final Map<String, String> BODIES = Map.ofEntries(
            Map.entry("latent.put_model", "{\"source\": {\"index\": \"pages\", \"fields\": \"text\"}}"),
            Map.entry("latent.activate", "{\"generation\": 1}"),
            Map.entry(
                    "latent.import",
                    "{\"format\": \"latent-facets-model-1\", \"archive\": \"AAAA\","
                            + " \"definition\": {\"source\": {\"index\": \"pages\", \"fields\": \"text\"}}}"),
            Map.entry("latent.attach", "{\"index\": \"pages\"}"),
            Map.entry("latent.encode", "{\"docs\": [{\"text\": \"comet\"}]}"),
            Map.entry("latent.classify", "{\"docs\": [{\"text\": \"comet\"}]}"),
            Map.entry("latent.put_classifier", "{\"label_field\": \"kind\"}"),
            Map.entry("latent.trends", "{\"field\": \"date\"}"),
            Map.entry("latent.summarize", "{\"ids\": \"1\"}"),
            Map.entry("latent.generate", "{\"prior\": true}"),
            Map.entry("latent.merge_clusters", "{\"keys\": [\"c0\", \"c1\"]}"),
            Map.entry("latent.unmerge_clusters", "{\"key\": \"c0\"}"),
            Map.entry("latent.suggest_labels", "{\"ml_model_id\": \"m\"}"),
            Map.entry("latent.accept_labels", "{\"keys\": \"all\"}"),
            Map.entry("latent.dismiss_labels", "{\"keys\": \"all\"}"));

    /** The values, other than the default, that the handlers require before they accept other parameters. */
    private static final Map<String, String> VALUES =
            Map.of("facets.scope", "results", "s", "model", "_source_excludes", "title");

    private static Map<String, Spec> specs;
    private static List<BaseRestHandler> handlers;

    /** One path of a specification with one of its methods. */
    private record Call(RestRequest.Method method, String path) {
        @Override
        public String toString() {
            return method + " " + path;
        }

        Set<String> parts() {
            return PART.matcher(path).results().map(found -> found.group(1)).collect(Collectors.toSet());
        }
    }

    /** The contents of a file in {@code rest-api-spec/api}. */
    private record Spec(String name, Map<String, Object> content) {
        Map<String, Object> documentation() {
            return object(content.get("documentation"));
        }

        Map<String, Object> params() {
            return object(content.getOrDefault("params", Map.of()));
        }

        List<Map<String, Object>> paths() {
            return ((List<?>) object(content.get("url")).get("paths"))
                    .stream().map(Spec::object).toList();
        }

        Set<Call> calls() {
            Set<Call> calls = new HashSet<>();
            for (Map<String, Object> path : paths()) {
                for (Object method : (List<?>) path.get("methods")) {
                    calls.add(new Call(RestRequest.Method.valueOf((String) method), (String) path.get("path")));
                }
            }
            return calls;
        }

        /** The parts of the path and the parameters, each with its specification. */
        Map<String, Object> inputs() {
            Map<String, Object> inputs = new TreeMap<>(params());
            paths().forEach(path -> inputs.putAll(object(path.getOrDefault("parts", Map.of()))));
            return inputs;
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> object(Object value) {
            return (Map<String, Object>) value;
        }
    }

    /** The parameters of a request. They record which names a handler reads, present or not. */
    private static final class Asked extends AbstractMap<String, String> {
        private final Map<String, String> params;
        private final Set<String> names = new TreeSet<>();

        private Asked(Map<String, String> params) {
            this.params = new HashMap<>(params);
        }

        @Override
        public boolean containsKey(Object key) {
            names.add((String) key);
            return params.containsKey(key);
        }

        @Override
        public String get(Object key) {
            names.add((String) key);
            return params.get(key);
        }

        @Override
        public Set<Entry<String, String>> entrySet() {
            return params.entrySet();
        }
    }

    @BeforeClass
    public static void readSpecs() throws IOException, URISyntaxException {
        specs = new TreeMap<>();
        // core's own specifications are in a separate folder
        try (Stream<Path> files = Files.list(resource("api"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Map<String, Object> json = json(file);
                String name = json.keySet().iterator().next();
                specs.put(name, new Spec(name, Spec.object(json.get(name))));
            }
        }
        handlers = new ArrayList<>();
        for (RestHandler handler :
                new LatentFacetsPlugin().getRestHandlers(Settings.EMPTY, null, null, null, null, null, null)) {
            handlers.add((BaseRestHandler) handler);
        }
    }

    /** Static fields would outlive the class and keep the handlers alive. */
    @AfterClass
    public static void forget() {
        specs = null;
        handlers = null;
    }

    public void testEveryRouteIsSpecifiedAndNothingElse() {
        Set<String> routes = new TreeSet<>();
        handlers.forEach(
                handler -> handler.routes().forEach(route -> routes.add(route.getMethod() + " " + route.getPath())));
        Map<String, String> specified = new TreeMap<>();
        for (Spec spec : specs.values()) {
            for (Call call : spec.calls()) {
                String before = specified.put(call.toString(), spec.name());
                assertNull(call + " is specified by " + before + " and by " + spec.name(), before);
            }
        }
        assertThat("routes without a specification", without(routes, specified.keySet()), empty());
        assertThat("specified without a route", without(specified.keySet(), routes), empty());
        assertThat(routes.size(), greaterThan(30));
    }

    public void testEveryParameterOfAHandlerIsSpecifiedAndNothingElse() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (NodeClient client = new NoOpNodeClient(getTestName())) {
            for (Spec spec : specs.values()) {
                Set<String> accepted = new TreeSet<>();
                for (Call call : spec.calls()) {
                    BaseRestHandler handler = handler(call);
                    accepted.addAll(responseParams(handler));
                    // a handler may read one parameter only if another is present
                    accepted.addAll(read(handler, spec, call, call.parts(), client));
                    accepted.addAll(read(handler, spec, call, spec.inputs().keySet(), client));
                }
                without(accepted, spec.inputs().keySet())
                        .forEach(name -> wrong.add(spec.name() + " lacks [" + name + "], which its handler reads"));
                without(spec.inputs().keySet(), accepted)
                        .forEach(name -> wrong.add(spec.name() + " has [" + name + "], which no handler reads"));
            }
        }
        assertThat(String.join("\n", wrong), wrong, empty());
    }

    /**
     * The handler reads from the URL only the facets options that are present, so this test cannot record their names.
     * It takes them from the message with which the handler rejects an unknown option.
     */
    public void testEveryOptionOfTheFacetsThatTheUrlTakesIsSpecified() throws Exception {
        Spec spec = specs.get("latent.facets");
        Call call = new Call(RestRequest.Method.POST, "/{index}/_latent/facets");
        try (NodeClient client = new NoOpNodeClient(getTestName())) {
            RestRequest unknown = request(call, Map.of("index", "pages"), "{\"facets\": {\"no_such_option\": 1}}");
            Exception refused = expectThrows(Exception.class, () -> prepare(handler(call), unknown, client));
            Set<String> options = Pattern.compile("\\w+")
                    .matcher(refused.getMessage())
                    .results()
                    .map(found -> "facets." + found.group())
                    .collect(Collectors.toSet());
            assertThat(refused.getMessage(), options, hasItem("facets.create_other"));
            Set<String> taken = new TreeSet<>();
            for (String option : options) {
                Map<String, String> params = new HashMap<>(Map.of("index", "pages", option, "1"));
                RestRequest request = request(call, params, null);
                try {
                    prepare(handler(call), request, client);
                } catch (IllegalArgumentException badValue) {
                    logger.debug("[{}] does not take 1, but is read", option);
                }
                if (request.consumedParams().contains(option)) {
                    taken.add(option);
                }
            }
            Set<String> specified = spec.params().keySet().stream()
                    .filter(name -> name.startsWith("facets."))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat("latent.facets", specified, equalTo(taken));
        }
    }

    public void testEverySpecificationSaysWhatItIs() throws Exception {
        Set<String> headings = Files.readAllLines(repository().resolve("docs/api.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z_ -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
        for (Spec spec : specs.values()) {
            String[] url = ((String) spec.documentation().get("url")).split("#", -1);
            assertThat(spec.name(), url[0], equalTo("docs/api.md"));
            assertThat(spec.name(), headings, hasItem(url[1]));
            assertSentence(spec.name(), spec.documentation().get("description"));
            for (Map<String, Object> path : spec.paths()) {
                Set<String> parts = new Call(RestRequest.Method.GET, (String) path.get("path")).parts();
                assertThat(
                        spec.name(),
                        Spec.object(path.getOrDefault("parts", Map.of())).keySet(),
                        equalTo(parts));
            }
            spec.inputs().forEach((name, said) -> {
                String where = spec.name() + "." + name;
                assertThat(where, TYPES, hasItem((String) Spec.object(said).get("type")));
                assertFalse(where, ((String) Spec.object(said).get("description")).isBlank());
            });
        }
    }

    /**
     * The YAML tests also call each of core's endpoints whose specification lies beside ours; an unused one must be
     * removed.
     */
    public void testTheYamlTestsCallEverySpecifiedEndpoint() throws Exception {
        Set<String> names = new TreeSet<>(specs.keySet());
        try (Stream<Path> files = Files.list(resource("api").resolve("core"))) {
            files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .filter(name -> !name.equals("_common"))
                    .forEach(names::add);
        }
        Set<String> called = new TreeSet<>();
        for (Path file : yamlTests()) {
            Matcher call = Pattern.compile("(?m)^ {6,8}([a-z_]+(\\.[a-z_]+)?):").matcher(Files.readString(file));
            while (call.find()) {
                called.add(call.group(1));
            }
        }
        assertThat("specified, but called by no YAML test", without(names, called), empty());
    }

    /** YAML files cannot include one another, so this test keeps their shared corpus equal. */
    public void testTheCorpusIsTheSameInEveryYamlTest() throws Exception {
        Map<String, List<String>> corpora = new TreeMap<>();
        for (Path file : yamlTests()) {
            String corpus = Files.readAllLines(file).stream()
                    .filter(line -> line.contains("\"index\""))
                    .map(String::strip)
                    .collect(Collectors.joining("\n"));
            if (!corpus.isEmpty()) {
                corpora.computeIfAbsent(corpus, same -> new ArrayList<>())
                        .add(file.getFileName().toString());
            }
        }
        assertThat("files by what they index", corpora.values(), hasSize(1));
    }

    private static void assertSentence(String where, Object text) {
        assertTrue(where + ": " + text, ((String) text).matches("[A-Z].{10,}\\."));
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static BaseRestHandler handler(Call call) {
        return handlers.stream()
                .filter(handler -> handler.routes().stream()
                        .anyMatch(route -> route.getMethod() == call.method()
                                && route.getPath().equals(call.path())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no handler takes " + call));
    }

    /** The names of the parameters that the handler reads while it prepares a request with the present ones. */
    private Set<String> read(BaseRestHandler handler, Spec spec, Call call, Set<String> present, NodeClient client)
            throws Exception {
        Map<String, String> values = new HashMap<>();
        for (String name : present) {
            String example = example(Spec.object(spec.inputs().get(name)));
            values.put(name, VALUES.getOrDefault(name, example));
        }
        Asked params = new Asked(values);
        prepare(handler, request(call, params, BODIES.get(spec.name())), client);
        Set<String> asked = new TreeSet<>(params.names);
        // all endpoints accept a body in the URL
        asked.removeAll(Set.of("source", "source_content_type"));
        return asked;
    }

    private static String example(Map<String, Object> said) {
        if (said.containsKey("default")) {
            return said.get("default").toString();
        }
        return switch ((String) said.get("type")) {
            case "boolean" -> "false";
            case "int", "number" -> "1";
            case "time" -> "1s";
            case "enum" -> (String) ((List<?>) said.get("options")).get(0);
            default -> "status";
        };
    }

    private RestRequest request(Call call, Map<String, String> params, String body) {
        FakeRestRequest.Builder builder = new FakeRestRequest.Builder(xContentRegistry())
                .withMethod(call.method())
                .withPath(call.path())
                .withParams(params);
        if (body != null) {
            builder.withContent(new BytesArray(body), XContentType.JSON);
        }
        return builder.build();
    }

    /** Lets the handler read the request without running it. Uses reflection, because core's method is protected. */
    private static void prepare(BaseRestHandler handler, RestRequest request, NodeClient client) throws Exception {
        Method prepare = BaseRestHandler.class.getDeclaredMethod("prepareRequest", RestRequest.class, NodeClient.class);
        prepare.setAccessible(true);
        try {
            prepare.invoke(handler, request, client);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Set<String> responseParams(BaseRestHandler handler) throws Exception {
        Method params = BaseRestHandler.class.getDeclaredMethod("responseParams");
        params.setAccessible(true);
        Set<String> names = new TreeSet<>();
        ((Set<?>) params.invoke(handler)).forEach(name -> names.add((String) name));
        return names;
    }

    private static List<Path> yamlTests() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.walk(resource("test"))) {
            return files.filter(file -> file.toString().endsWith(".yml")).toList();
        }
    }

    /** The directory of the project; the tests run in a directory below it. */
    private static Path repository() {
        Path dir = PathUtils.get("").toAbsolutePath();
        while (!Files.exists(dir.resolve("docs/api.md"))) {
            dir = dir.getParent();
        }
        return dir;
    }

    private static Path resource(String name) throws URISyntaxException {
        return PathUtils.get(
                RestSpecTests.class.getResource("/rest-api-spec/" + name).toURI());
    }

    private static Map<String, Object> json(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return XContentHelper.convertToMap(XContentType.JSON.xContent(), in, true);
        }
    }
}
