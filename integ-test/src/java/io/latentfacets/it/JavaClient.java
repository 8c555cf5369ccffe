/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;
import org.opensearch.client.opensearch.generic.OpenSearchGenericClient;
import org.opensearch.client.opensearch.generic.Requests;
import org.opensearch.client.opensearch.generic.Response;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/**
 * Uses the plugin through opensearch-java, whose generic client sends any method to any path. It is the counterpart of
 * the scripts in {@code integ-test/clients}, and an example like them. The index holds documents with the text fields
 * {@code title} and {@code body}. Not thread-safe.
 */
final class JavaClient implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenSearchTransport transport;
    private final OpenSearchGenericClient client;
    private final String index;
    private final String model;
    private final String path;

    /**
     * A client for one index.
     *
     * @param address the address of a node, {@code http://host:port}
     * @param index the name of the index
     */
    JavaClient(String address, String index) throws URISyntaxException {
        // a waiting call answers when the work is done, so this time-out covers the work
        transport = ApacheHttpClient5TransportBuilder.builder(HttpHost.create(address))
                .setRequestConfigCallback(config -> config.setResponseTimeout(Timeout.ofMinutes(10)))
                .build();
        client = new OpenSearchGenericClient(transport);
        this.index = index;
        this.model = index + "-topics";
        this.path = "/_plugins/_latent/models/" + model;
    }

    /**
     * An answer.
     *
     * @param body the parsed body
     * @param headers the number of header lines
     */
    private record Answer(JsonNode body, int headers) {}

    /** Runs all steps in order and prints a line for each. */
    void run() throws IOException {
        create();
        train();
        attach();
        facets();
        neighbours();
        delete();
    }

    private void create() throws IOException {
        // a small model, quick to train; leave out max_documents, text, vae and clusters to get the defaults
        Answer created = send("PUT", path, """
                {
                  "source": {"index": ["%s"], "fields": ["title^2", "body"], "max_documents": 2000},
                  "text": {"vocabulary_size": 1000},
                  "vae": {"latent_dims": 16, "hidden_dims": [32], "epochs": 5, "neighbors": 0},
                  "clusters": {"count": 6}
                }""".formatted(index), 200);
        assertThat(created.body().at("/acknowledged").asBoolean(), equalTo(true));
        step("create", created, created.body().at("/model").asText());
    }

    private void train() throws IOException {
        Answer trained = send("POST", path + "/_train?wait_for_completion=true", null, 200);
        assertThat(trained.body().at("/generation").asInt(), equalTo(1));
        int clusters = trained.body().at("/clusters").asInt();
        assertThat(clusters, equalTo(6));
        step("train", trained, trained.body().at("/documents").asInt() + " documents, " + clusters + " clusters");
    }

    private void attach() throws IOException {
        Answer attached =
                send("POST", path + "/_attach?wait_for_completion=true", "{\"index\": \"" + index + "\"}", 200);
        int updated = attached.body().at("/updated").asInt();
        assertThat(updated, greaterThan(15_000));
        assertThat(attached.body().at("/failures").asInt(-1), equalTo(0));
        step("attach", attached, updated + " documents encoded");
    }

    private void facets() throws IOException {
        Answer found = send("POST", "/" + index + "/_latent/facets", """
                {
                  "search": {"query": {"match": {"body": "report"}}, "size": 3, "_source": ["title"]},
                  "facets": {"size": 3, "examples": 1}
                }""", 200);
        List<String> clusters = new ArrayList<>();
        for (JsonNode cluster : found.body().at("/facets/clusters")) {
            assertThat(cluster.at("/count").asInt(), greaterThan(0));
            clusters.add(
                    cluster.at("/label").asText() + " (" + cluster.at("/count").asInt() + ")");
        }
        assertThat(clusters.size(), equalTo(3));
        step("facets", found, String.join("; ", clusters));
    }

    private void neighbours() throws IOException {
        Answer near = send("POST", "/" + index + "/_search", """
                {
                  "size": 3,
                  "_source": ["title"],
                  "query": {"latent_neighbors": {"field": "latent", "k": 10, "text": "telescope galaxy orbit"}}
                }""", 200);
        List<String> titles = new ArrayList<>();
        for (JsonNode hit : near.body().at("/hits/hits")) {
            assertThat(hit.at("/_score").asDouble(), greaterThan(0.5));
            titles.add(hit.at("/_source/title").asText());
        }
        assertThat(titles.size(), equalTo(3));
        step("neighbours", near, String.join("; ", titles));
    }

    private void delete() throws IOException {
        // new documents are no longer encoded; afterwards only the mapping names the model, and a mapping cannot forget
        // it, hence force
        send("PUT", "/" + index + "/_settings", "{\"index.default_pipeline\": null}", 200);
        send("DELETE", "/_ingest/pipeline/" + model, null, 200);
        Answer deleted = send("DELETE", path + "?force=true", null, 200);
        assertThat(deleted.body().at("/acknowledged").asBoolean(), equalTo(true));
        send("GET", path, null, 404);
        step("delete", deleted, model);
    }

    /**
     * Sends a request and checks the status.
     *
     * @param method the HTTP method
     * @param endpoint the path with its parameters
     * @param body the JSON body; null for none
     * @param status the expected status
     */
    private Answer send(String method, String endpoint, String body, int status) throws IOException {
        Requests.JsonBodyBuilder request = Requests.builder().method(method).endpoint(endpoint);
        try (Response response = client.execute(
                body == null ? request.build() : request.json(body).build())) {
            String text = response.getBody().orElseThrow().bodyAsString();
            assertThat(method + " " + endpoint + ": " + text, response.getStatus(), equalTo(status));
            int headers = response.getHeaders().size();
            assertThat(method + " " + endpoint, headers, lessThanOrEqualTo(ClientsIT.MOST_HEADERS));
            return new Answer(JSON.readTree(text), headers);
        }
    }

    private static void step(String name, Answer answer, String result) {
        System.out.printf("java: %-11s%3d headers  %s%n", name, answer.headers(), result);
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
