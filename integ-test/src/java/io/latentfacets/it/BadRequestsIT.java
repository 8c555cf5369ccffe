/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Every invalid request gets a 4xx that names the key, the value and the bound, and the server's log stays quiet. The
 * requests are in {@code bad-requests.tsv}, one per line: method, path, body, status, and the parts that the message
 * must contain, separated by " … ".
 */
public final class BadRequestsIT {
    private static final String INDEX = "bad-docs";
    private static final String MODEL = "bad-model";

    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        Latent.createIndex(cluster, INDEX, 300, 1, 1);
        Latent.createModel(cluster.rest(), MODEL, Latent.definition(INDEX, 4, 2));
        Latent.train(cluster.rest(), MODEL);
        Latent.attach(cluster.rest(), MODEL, INDEX);
    }

    @AfterClass
    public static void cleanUp() {
        Latent.cleanUp(cluster.rest(), MODEL, INDEX);
    }

    @Test
    public void everyBadRequestIsAnsweredWithWhatIsWrongAboutIt() throws IOException {
        List<String> alarmsBefore = cluster.alarmingLines();
        List<Integer> tracesBefore = traces();
        List<String> wrong = new ArrayList<>();
        List<String[]> rows = rows();
        for (String[] row : rows) {
            Rest.Response response = cluster.rest().send(row[0], row[1], row[2].isEmpty() ? null : row[2]);
            List<String> missing = new ArrayList<>();
            for (String part : row[4].split(" … ", -1)) {
                if (!response.text().contains(part)) {
                    missing.add(part);
                }
            }
            if (response.status() != Integer.parseInt(row[3]) || !missing.isEmpty()) {
                wrong.add(String.join(" ", row[0], row[1], row[2]) + "\n  wanted " + row[3] + " with " + missing
                        + "\n  got    " + response.status() + " " + response.text());
            }
        }
        assertThat(String.join("\n", wrong), wrong, empty());
        assertThat(rows.size(), greaterThanOrEqualTo(60));
        assertThat(cluster.alarmingLines(), equalTo(alarmsBefore));
        assertThat("stack traces in the logs", traces(), equalTo(tracesBefore));
    }

    @Test
    public void nothingWasChangedByThem() {
        Rest.Response model = Latent.model(cluster.rest(), MODEL);
        assertThat(model.stringAt("state"), equalTo("ready"));
        assertThat(model.intAt("active_generation"), equalTo(1));
    }

    private static List<Integer> traces() {
        return List.of(
                cluster.stackTraceLines(0).size(), cluster.stackTraceLines(1).size());
    }

    private static List<String[]> rows() throws IOException {
        try (InputStream in = BadRequestsIT.class.getResourceAsStream("/bad-requests.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }
}
