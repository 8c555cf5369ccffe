/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.Matchers.equalTo;

import com.carrotsearch.randomizedtesting.annotations.Name;
import com.carrotsearch.randomizedtesting.annotations.ParametersFactory;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakScope;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakScope.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.opensearch.client.Request;
import org.opensearch.test.rest.yaml.ClientYamlTestCandidate;
import org.opensearch.test.rest.yaml.OpenSearchClientYamlSuiteTestCase;

/**
 * Runs the tests in {@code rest-api-spec/test} on a node, by the specifications in {@code rest-api-spec/api}.
 * OpenSearch clients in any language can run these tests; they show each endpoint with valid and invalid requests.
 *
 * <p>Each test starts on a cluster without indices, pipelines and models. The framework chooses the order of the tests,
 * the media type of each body, and the method if an endpoint has several, by the seed that it prints.
 *
 * <p>One file: {@code -Dtests.rest.suite=training/10_train}.
 */
// The client that the harness shares among the classes keeps its threads.
@ThreadLeakScope(Scope.NONE)
public final class YamlRestIT extends OpenSearchClientYamlSuiteTestCase {
    private static TestCluster cluster;

    public YamlRestIT(@Name("yaml") ClientYamlTestCandidate test) {
        super(test);
    }

    @ParametersFactory
    public static Iterable<Object[]> parameters() throws Exception {
        return createParameters();
    }

    @BeforeClass
    public static void start() {
        cluster = TestCluster.builder("yaml-rest").start();
    }

    @AfterClass
    public static void stop() {
        TestCluster started = cluster;
        cluster = null;
        started.close();
    }

    @Override
    protected String getTestRestCluster() {
        return cluster.address(0);
    }

    /**
     * The framework would also delete the system index, which holds the models. Instead, the plugin's own endpoint
     * deletes models, and {@link #deleteWhatTheTestMade} deletes the other indices.
     */
    @Override
    protected boolean preserveIndicesUponCompletion() {
        return true;
    }

    /** The framework does not delete pipelines and templates, and does not know models. */
    @After
    public void deleteWhatTheTestMade() throws IOException {
        send("DELETE", "/*,-.*");
        send("DELETE", "/_index_template/*");
        send("DELETE", "/_ingest/pipeline/*");
        send("DELETE", "/_search/pipeline/*");
        for (Object model : (List<?>) send("GET", Latent.BASE + "/models").get("models")) {
            String name = (String) ((Map<?, ?>) model).get("model");
            send("DELETE", Latent.BASE + "/models/" + name + "?force=true");
        }
        assertThat(send("GET", Latent.BASE + "/models"), equalTo(Map.of("models", List.of())));
    }

    /** No request of the tests made the node log an error. */
    @After
    public void noErrorIsInTheLog() {
        assertThat(cluster.alarmingLines(), equalTo(List.of()));
    }

    private static Map<String, Object> send(String method, String path) throws IOException {
        Request request = new Request(method, path);
        // a pattern that matches no pipeline is a 404
        request.addParameter("ignore", "404");
        return entityAsMap(adminClient().performRequest(request));
    }
}
