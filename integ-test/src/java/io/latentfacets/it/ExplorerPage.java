/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Assume;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.openqa.selenium.Keys;

/**
 * A real browser with the explorer of a real node that has a trained model, for the tests of the page. With
 * {@code -Dlatent.shots=<directory>} each view is also written there as a picture. Without a Chromium and its
 * chromedriver on this machine the tests are skipped, unless the environment has {@code LATENT_BROWSER=required};
 * without npm accessibility is not checked, unless it has {@code CI=true}.
 */
abstract class ExplorerPage {
    static final String INDEX = "explorer-docs";
    static final String MODEL = "explorer-model";
    /** Whether to fail where there is no browser: in continuous integration. */
    private static final boolean REQUIRED = "required".equals(System.getenv("LATENT_BROWSER"));

    static final String PLAIN = "explorer-plain";
    static final int DOCUMENTS = 900;
    static final String ATTACK = "<img src=x onerror=\"document.title='broken'\"><script>alert(1)</script>";
    private static final Pattern NUMBER = Pattern.compile("[0-9][0-9,]*");

    static TestCluster cluster;
    static Rest rest;
    static Browser browser;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void startBoth() {
        Optional<Browser> started = Browser.start();
        if (!REQUIRED) {
            Assume.assumeTrue("no Chromium with its chromedriver on this machine", started.isPresent());
        }
        browser = started.get();
        cluster = TestCluster.builder("explorer").start();
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 2, 0);
        rest.put("/" + INDEX + "/_doc/attack?refresh=true", Map.of("title", ATTACK, "body", "galaxy comet " + ATTACK))
                .ok();
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 12));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        rest.post("/" + INDEX + "/_refresh").ok();
        rest.put("/" + PLAIN, Map.of("settings", Map.of("number_of_replicas", 0), "mappings", TopicCorpus.MAPPINGS))
                .ok();
        rest.bulk("/" + PLAIN + "/_bulk?refresh=true", TopicCorpus.documents(0, 200));
    }

    @AfterClass
    public static void stopBoth() {
        if (browser != null) {
            browser.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Nothing that the page did may have been an error of a script, against its policy, or not found. */
    @After
    public void noComplaints() {
        assertThat(browser.complaints(), empty());
        browser.device(1280, 900, false);
    }

    static String page(String state) {
        return "http://" + cluster.address(0) + "/_plugins/_latent/ui" + (state.isEmpty() ? "" : "/#/" + state);
    }

    /** Opens a view; the page is loaded anew, because an address that differs behind the # alone loads nothing. */
    static void open(String state) {
        browser.open("about:blank");
        browser.open(page(state));
    }

    static long number(String text) {
        Matcher found = NUMBER.matcher(text);
        assertThat("no number in [" + text + "]", found.find());
        return Long.parseLong(found.group().replace(",", ""));
    }

    static long count(String query) {
        return rest.post("/" + INDEX + "/_count", "{\"query\":" + query + "}")
                .ok()
                .longAt("count");
    }

    static void shot(String name) {
        String directory = System.getProperty("latent.shots");
        if (directory != null) {
            browser.screenshot(Path.of(directory, name + ".png"));
        }
    }

    /** Presses Tab until an element of this name has the focus. */
    static void focus(String name) {
        for (int i = 0; i < 150; i++) {
            if (name.equals(browser.focused().getDomAttribute("data-test"))) {
                return;
            }
            browser.press(Keys.TAB);
        }
        throw new AssertionError("Tab never reaches [" + name + "]");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Ids of documents that match a text, best first. */
    static List<String> someIds(String text) {
        List<String> ids = new ArrayList<>();
        rest.post("/" + INDEX + "/_search", Map.of("query", Map.of("match", Map.of("body", text))))
                .ok()
                .listAt("hits.hits")
                .forEach(hit -> ids.add((String) ((Map<?, ?>) hit).get("_id")));
        return ids;
    }

    /** Fails if the page scrolls sideways or, where axe-core is there, if it finds something serious. */
    static void fits(String what, int width) throws IOException, InterruptedException {
        assertThat(
                what + " scrolls sideways",
                ((Number) browser.script("return document.documentElement.scrollWidth")).intValue(),
                lessThanOrEqualTo(width));
        String axe = axe();
        if (axe != null) {
            assertThat(what, (List<?>) violations(axe), empty());
        }
    }

    /** What axe-core calls serious or critical on the page. */
    private static Object violations(String axe) {
        browser.script(axe);
        return browser.asynchronous("const done = arguments[arguments.length - 1];"
                + "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => done(violations"
                + ".filter(({impact}) => impact === 'serious' || impact === 'critical')"
                + ".map(({id, nodes}) => id + ': ' + nodes.map(({html}) => html).join(' ; ').slice(0, 500))))");
    }

    /** The script of axe-core out of its npm package; null if there is neither the package nor npm. */
    private static String axe() throws IOException, InterruptedException {
        Path directory =
                Path.of(System.getProperty("latent.integ.dir", "target/integ")).resolve("axe");
        Files.createDirectories(directory);
        Path script = directory.resolve("package/axe.min.js");
        if (!Files.exists(script)) {
            String version = System.getProperty("latent.axe.version");
            String command = "npm pack --silent axe-core@" + version + " && tar -xzf axe-core-" + version
                    + ".tgz package/axe.min.js";
            Process npm = new ProcessBuilder("bash", "-c", command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (npm.waitFor() != 0) {
                assertThat("axe-core is required: " + output, !"true".equals(System.getenv("CI")));
                System.out.println("explorer: accessibility is not checked, because axe-core is not there: " + output);
                return null;
            }
        }
        return Files.readString(script);
    }
}
