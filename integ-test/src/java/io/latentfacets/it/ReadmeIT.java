/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Runs the README's tour and its continuation in getting-started.md in a shell, exactly as they are written. Only the
 * port and the documents differ.
 */
public final class ReadmeIT {
    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void whatTheDemoLeavesBehind() {
        cluster = TestCluster.shared(2);
        Map<String, Object> documents = new LinkedHashMap<>();
        TopicCorpus.documents(0, 600).forEach((id, each) -> {
            Map<?, ?> document = (Map<?, ?>) each;
            if (document.containsKey("body")) {
                documents.put(
                        id,
                        Map.of(
                                "title", document.get("title"),
                                "body", document.get("body") + " connection",
                                "library", document.get("subject")));
            }
        });
        cluster.rest().bulk("/javadoc/_bulk?refresh=true", documents);
    }

    @AfterClass
    public static void cleanUp() {
        cluster.rest().delete("/javadoc");
        cluster.rest().delete("/_search/pipeline/with-facets");
        Latent.cleanUp(cluster.rest(), "topics", "classes");
    }

    @Test
    public void theTourWorksWhenPasted() throws IOException, InterruptedException {
        String output = paste(block("README.md", "<!-- tour"));
        assertThat(output, not(containsString("\"error\"")));
        assertThat(output, containsString("\"silhouette\""));
        assertThat(output, containsString("\"clusters\" : ["));

        Rest.Response model = Latent.model(cluster.rest(), "topics");
        assertThat(model.stringAt("state"), equalTo("ready"));
        Rest.Response facets =
                cluster.rest().get("/classes/_latent/facets?q=body:connection").ok();
        assertThat(facets.listAt("facets.clusters"), is(not(empty())));

        String aggregated = paste(block("docs/getting-started.md", "From here on it is plain OpenSearch"));
        assertThat(aggregated, not(containsString("\"error\"")));
        assertThat(aggregated, containsString("\"libraries\" : {"));

        String pipelined = paste(block("docs/getting-started.md", "Without changing the application at all"));
        assertThat(pipelined, not(containsString("\"error\"")));
        assertThat(pipelined, containsString("\"ext\" : {"));
        assertThat(pipelined, containsString("\"latent_facets\" : {"));
    }

    /** The first block of shell commands after {@code marker} in a page of the project. */
    private static String block(String page, String marker) throws IOException {
        String text = Files.readString(Path.of(System.getProperty("latent.project.dir", "."), page));
        int at = text.indexOf(marker);
        assertThat(page + " has lost [" + marker + "]", at >= 0);
        int from = text.indexOf("```bash\n", at) + "```bash\n".length();
        return text.substring(from, text.indexOf("```", from));
    }

    private static String paste(String commands) throws IOException, InterruptedException {
        return paste(commands, cluster);
    }

    /** What a shell prints for commands of a page, sent to this cluster. */
    static String paste(String commands, TestCluster cluster) throws IOException, InterruptedException {
        String here = commands.replace("localhost:9200", cluster.address(0));
        Process shell =
                new ProcessBuilder("bash", "-e").redirectErrorStream(true).start();
        try (var in = shell.outputWriter(StandardCharsets.UTF_8)) {
            in.write(here);
        }
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output, shell.waitFor(), equalTo(0));
        return output;
    }
}
