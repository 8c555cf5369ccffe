/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The demo: indexes real documents in a real OpenSearch, trains a model on them, and shows the facets of a few queries.
 * The script {@code demo} in the root of the repository builds everything and starts it.
 */
public final class Demo {
    private static final int QUERIES = 3;

    private final Options options;
    private final Screen screen;
    private final AtomicBoolean ending = new AtomicBoolean();

    private Demo(Options options, Screen screen) {
        this.options = options;
        this.screen = screen;
    }

    public static void main(String[] args) {
        Options options = Options.parse(args);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Screen screen = new Screen(out, options.terminal(), options.colours(), options.width());
        Demo demo = new Demo(options, screen);
        int status = 0;
        try {
            demo.run();
        } catch (DemoException e) {
            status = demo.failed(e.getMessage());
        } catch (IOException e) {
            status = demo.failed(e.toString());
        } catch (InterruptedException e) {
            status = 130;
        }
        out.flush();
        System.exit(status); // stops the node, if one was started
    }

    private int failed(String message) {
        // After Ctrl-C every step fails; do not report that.
        if (!ending.get()) {
            screen.interrupted();
            screen.line("\ndemo: " + message);
        }
        return 1;
    }

    private void run() throws IOException, InterruptedException {
        Corpus corpus = options.documents();
        Node node = null;
        Http http;
        screen.begin("server");
        if (options.url() == null) {
            Path target = options.root().resolve("target");
            node = new Node(target.resolve("opensearch"), target.resolve("demo/node"), options.port());
            http = new Http(node.url());
            node.start(() -> {
                ending.set(true);
                screen.interrupted();
            });
            node.awaitUp(http, screen);
        } else {
            http = new Http(options.url());
        }
        try {
            show(corpus, http, node);
        } catch (Http.Unreachable e) {
            if (node != null) {
                Thread.sleep(1000); // a node that is dying lets its port go first
                node.requireAlive();
            }
            throw e;
        }
        if (node != null && !options.once()) {
            node.join();
        }
    }

    private void show(Corpus corpus, Http http, Node node) throws IOException, InterruptedException {
        Steps steps = new Steps(http, screen, corpus, options.clusters());
        String version = steps.version();
        steps.requirePlugin(zip());
        screen.done("OpenSearch " + version + " with latent-facets on " + http.base());
        if (options.fresh()) {
            steps.forget();
        }
        steps.index();
        steps.train(node);
        steps.attach(node);
        FacetPage page = new FacetPage(http, screen, corpus);
        page.overview();
        List<String> queries = options.queries().isEmpty() ? corpus.queries() : options.queries();
        for (String query : queries.isEmpty() ? page.suggestions(QUERIES) : queries) {
            page.query(query);
        }
        page.agreement();
        if (!options.once() || node == null) {
            next(corpus, http, page.lastShown(), node != null);
        }
    }

    private String zip() throws IOException {
        try (Stream<Path> files = Files.list(options.root().resolve("target"))) {
            return files.filter(f -> f.getFileName().toString().matches("latent-facets-.*\\.zip"))
                    .findFirst()
                    .map(f -> f.toAbsolutePath().normalize().toString())
                    .orElse("target/latent-facets-….zip");
        }
    }

    private void next(Corpus corpus, Http http, Object cluster, boolean ours) {
        String index = corpus.name();
        String base = http.base() + "/" + index;
        String model = http.base() + "/_plugins/_latent/models/" + index;
        screen.line("");
        screen.line("  " + screen.bold("Next"));
        screen.line("  The explorer, in the browser:");
        screen.line("    " + http.base() + "/_plugins/_latent/ui");
        screen.line("  Facets of a query of yours, in the browser or with curl:");
        screen.line("    " + base + "/_latent/facets?size=3&pretty&q=cache");
        screen.line("  The model, and all its clusters:");
        screen.line("    " + model + "?pretty");
        screen.line("    " + model + "/clusters?pretty");
        if (cluster != null) {
            String query = "{\"query\": {\"latent_cluster\": {\"field\": \"latent\", \"clusters\": [\""
                    + Json.string(cluster, "key") + "\"]}}, \"_source\": \""
                    + Steps.plain(corpus.fields().get(0)) + "\"}";
            screen.line("  The documents behind the facet “" + Json.string(cluster, "label") + "”:");
            screen.line("    curl '" + base + "/_search?pretty&size=5' -H 'Content-Type: application/json' \\");
            screen.line("      -d '" + query + "'");
        }
        screen.line("  Your own documents:");
        screen.line("    ./demo --corpus FILE.jsonl --fields title,body");
        if (!ours) {
            screen.line("  To remove it all:");
            screen.line("    curl -X DELETE '" + model + "?force=true'");
            screen.line("    curl -X DELETE '" + base + "'");
            screen.line("    curl -X DELETE '" + http.base() + "/_ingest/pipeline/" + index + "'");
        }
        screen.line("");
        if (ours) {
            screen.line("  The node runs until you press Ctrl-C; the next ./demo starts where this one ends.");
        }
    }
}
