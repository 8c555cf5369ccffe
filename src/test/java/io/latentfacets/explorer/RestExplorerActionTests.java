/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.explorer;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.rest.RestResponse;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.test.client.NoOpNodeClient;
import org.opensearch.test.rest.FakeRestChannel;
import org.opensearch.test.rest.FakeRestRequest;
import org.opensearch.transport.client.node.NodeClient;

public class RestExplorerActionTests extends OpenSearchTestCase {

    private static final String BASE = "/_plugins/_latent/ui";

    /** What the whole page may transfer, uncompressed. */
    private static final int MOST_BYTES = 560_000;

    private final RestExplorerAction action = new RestExplorerAction();

    public void testThePageIsServedWhereItsAddressEndsWithASlash() throws Exception {
        RestResponse page = get("/", null, Map.of());
        assertThat(page.status(), equalTo(RestStatus.OK));
        assertThat(page.contentType(), equalTo("text/html; charset=utf-8"));
        assertThat(page.content().utf8ToString(), startsWith("<!doctype html>"));

        RestResponse redirect = get("", null, Map.of());
        assertThat(redirect.status(), equalTo(RestStatus.FOUND));
        URI behindPrefix = URI.create("https://host/search" + BASE).resolve(header(redirect, "Location"));
        assertThat(behindPrefix.toString(), equalTo("https://host/search" + BASE + "/"));
    }

    public void testEveryFileHasItsTypeAndTheHeadersThatProtectThePage() throws Exception {
        for (String name : ExplorerFiles.NAMES) {
            RestResponse response = get("/" + name, name, Map.of());
            assertThat(name, response.status(), equalTo(RestStatus.OK));
            assertNotNull(name, response.contentType());
            assertThat(name, header(response, "Cache-Control"), equalTo("no-cache"));
            assertThat(name, header(response, "X-Content-Type-Options"), equalTo("nosniff"));
            assertThat(name, header(response, "Referrer-Policy"), equalTo("no-referrer"));
            assertThat(
                    name,
                    header(response, "Content-Security-Policy"),
                    allOf(containsString("script-src 'self';"), not(containsString("unsafe"))));
        }
    }

    public void testAnUnchangedFileIsNotSentAgain() throws Exception {
        String etag = header(get("/app.js", "app.js", Map.of()), "ETag");
        assertTrue(etag, etag.matches("\"[0-9a-f]{32}\""));
        for (String known : List.of(etag, "W/" + etag, "\"other\", " + etag, "*")) {
            RestResponse response = get("/app.js", "app.js", Map.of("If-None-Match", List.of(known)));
            assertThat(known, response.status(), equalTo(RestStatus.NOT_MODIFIED));
            assertThat(known, response.content().length(), equalTo(0));
            assertThat(known, header(response, "ETag"), equalTo(etag));
        }
        RestResponse changed = get("/app.js", "app.js", Map.of("If-None-Match", List.of("\"other\"")));
        assertThat(changed.status(), equalTo(RestStatus.OK));
    }

    public void testAnUnknownFileIsNotFoundByName() throws Exception {
        for (String name : List.of("no.js", "../plugin.class", "ExplorerFiles.class", "", "%2e%2e")) {
            RestResponse response = get("/x", name, Map.of());
            assertThat(name, response.status(), equalTo(RestStatus.NOT_FOUND));
            assertThat(response.content().utf8ToString(), containsString("the explorer has no file [" + name + "]"));
        }
    }

    public void testEveryFileOfTheDirectoryIsListed() throws Exception {
        Path directory =
                Path.of(ExplorerFiles.class.getResource("app.js").toURI()).getParent();
        try (Stream<Path> files = Files.list(directory)) {
            Set<String> there = files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".class") && !name.startsWith("LICENSE"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(new TreeSet<>(ExplorerFiles.NAMES), equalTo(there));
        }
    }

    public void testThePageIsSmall() throws IOException {
        int bytes = 0;
        for (String name : ExplorerFiles.NAMES) {
            bytes += text(name).getBytes(StandardCharsets.UTF_8).length;
        }
        assertThat(bytes, lessThan(MOST_BYTES));
    }

    /** The Content-Security-Policy would block it in the browser. */
    public void testThePageHasNeitherInlineScriptsNorStylesNorForeignAddresses() throws IOException {
        for (String name : ExplorerFiles.NAMES) {
            if (name.equals("d3.min.js") || name.equals("lit-html.js")) {
                continue;
            }
            String text = text(name);
            Matcher inline = Pattern.compile(
                            "(?i)\\sstyle=|\\son[a-z]+=|<style|javascript:|unsafeHTML|innerHTML|eval\\(")
                    .matcher(text);
            assertFalse(name, inline.find());
            Matcher foreign = Pattern.compile("https?://(?!www\\.w3\\.org/)").matcher(text);
            assertFalse(name, foreign.find());
        }
        assertFalse(Pattern.compile("<script(?![^>]*\\ssrc=)")
                .matcher(text("index.html"))
                .find());
    }

    /** A module that imports a file that is not served would leave the page blank. */
    public void testModulesImportOnlyWhatIsServed() throws IOException {
        Pattern imports = Pattern.compile("(?:from|import)\\s*\\(?['\"]\\./([^'\"]+)['\"]");
        for (String name : ExplorerFiles.NAMES) {
            Matcher found = imports.matcher(text(name));
            while (found.find()) {
                assertTrue(name + " imports " + found.group(1), ExplorerFiles.NAMES.contains(found.group(1)));
            }
        }
    }

    /** Without this a browser finds a module only when the one that imports it is there. */
    public void testThePageAnnouncesEveryModule() throws IOException {
        String page = text(ExplorerFiles.PAGE);
        for (String name : ExplorerFiles.NAMES) {
            if (name.endsWith(".js") && !name.equals("app.js") && !name.equals("d3.min.js")) {
                assertThat(page, containsString("<link rel=\"modulepreload\" href=\"" + name + "\">"));
            }
        }
    }

    private RestResponse get(String path, String file, Map<String, List<String>> headers) throws Exception {
        FakeRestRequest request = new FakeRestRequest.Builder(xContentRegistry())
                .withPath(BASE + path)
                .withParams(file == null ? Map.of() : Map.of("file", file))
                .withHeaders(headers)
                .build();
        FakeRestChannel channel = new FakeRestChannel(request, false, 1);
        try (NodeClient client = new NoOpNodeClient(getTestName())) {
            action.handleRequest(request, channel, client);
        }
        return channel.capturedResponse();
    }

    private static String header(RestResponse response, String name) {
        List<String> values = response.getHeaders().get(name);
        assertNotNull(name, values);
        assertThat(name, values.size(), equalTo(1));
        return values.get(0);
    }

    private static String text(String name) throws IOException {
        try (InputStream in = ExplorerFiles.class.getResourceAsStream(name)) {
            assertNotNull(name, in);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
