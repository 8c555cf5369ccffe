/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The explorer's views as a person uses them. What the page shows is compared with what the API says. */
public final class ExplorerIT extends ExplorerPage {
    private static final Pattern FILTER = Pattern.compile("[?&]f=([^&]*)");

    /** Turns the wheel at each frame, for a hundred of them. */
    private static final String ZOOMING = """
            const done = arguments[arguments.length - 1];
            const map = document.getElementById('map-canvas');
            const {left, top, width, height} = map.getBoundingClientRect();
            const times = [];
            const frame = (last) => (now) => {
              times.push(now - last);
              map.dispatchEvent(new WheelEvent('wheel', {deltaY: times.length % 40 < 20 ? -30 : 30, bubbles: true,
                cancelable: true, clientX: left + width / 2, clientY: top + height / 2}));
              if (times.length < 100) {
                requestAnimationFrame(frame(now));
              } else {
                done(times.slice(1).sort((one, other) => one - other)[94]);
              }
            };
            requestAnimationFrame(frame(performance.now()));
            """;

    @Test
    public void aFirstVisitLeadsToAFacetAndBack() {
        browser.forget();
        open("");
        assertThat(browser.await("the total", () -> number(browser.text("total"))), equalTo(DOCUMENTS + 1L));
        assertThat(browser.url(), containsString("model=" + MODEL));
        Object ready = browser.script("return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
        Object bytes = browser.script("return performance.getEntriesByType('resource').concat("
                + "performance.getEntriesByType('navigation')).filter((each) => each.name.includes('/ui'))"
                + ".reduce((sum, each) => sum + each.transferSize, 0)");
        System.out.println("explorer: page ready after " + ready + " ms, " + bytes + " bytes of files");
        assertThat(((Number) bytes).longValue(), lessThan(500_000L));
        shot("search");

        WebElement facet = browser.one("facet");
        String key = facet.getDomAttribute("data-key");
        long counted = count("{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}");
        browser.click("facet-pick");
        browser.one("crumb");
        browser.await("the total of the topic", () -> number(browser.text("total")) == counted);
        browser.reload();
        browser.await("the same after a reload", () -> number(browser.text("total")) == counted);
        browser.back();
        browser.await("no filter", () -> browser.all("crumb").isEmpty());
        browser.await("everything again", () -> number(browser.text("total")) == DOCUMENTS + 1L);
    }

    @Test
    public void aSearchCountsWhatTheApiDoesInBothScopes() {
        open("search?model=" + MODEL);
        browser.type("query", "galaxy comet" + Keys.ENTER);
        long matches = count("{\"query_string\":{\"query\":\"galaxy comet\",\"fields\":[\"title\",\"body\"],"
                + "\"type\":\"cross_fields\",\"default_operator\":\"AND\"}}");
        browser.await("the matches", () -> number(browser.text("total")) == matches);
        assertThat(matches, lessThan((long) DOCUMENTS));
        browser.click("scope-results");
        browser.await("topics of the results", () -> "results"
                .equals(browser.one("facets").getDomAttribute("data-scope")));
        long ofTopic = number(browser.one("facet").getText().replaceFirst("(?s)^.*?\\n", ""));
        browser.click("facet-pick");
        browser.await("a filter of the results", () -> !browser.all("crumb").isEmpty());
        browser.await("what the topic counted", () -> number(browser.text("total")) == ofTopic);
        shot("results");
    }

    @Test
    public void textsOfDocumentsStayTexts() {
        open("search?model=" + MODEL + "&q=img");
        browser.await("the hit", () -> browser.all("hit").size() == 1);
        assertThat(browser.text("hit"), containsString("<script>alert(1)</script>"));
        assertThat(browser.script("return document.querySelectorAll('main img, main script').length"), equalTo(0L));
        assertThat((String) browser.script("return document.title"), not(containsString("broken")));
    }

    @Test
    public void aTopicIsRenamedAndNamedAsBefore() {
        String key = rest.get(Latent.BASE + "/models/" + MODEL + "/clusters?sentences=false")
                .ok()
                .stringAt("0.key");
        open("cluster?model=" + MODEL + "&key=" + key);
        String learned = browser.text("topic-label");
        shot("topic");
        browser.click("rename");
        browser.type("rename-input", ATTACK);
        browser.click("rename-save");
        browser.await("the new name", () -> browser.text("topic-label").equals(ATTACK));
        assertThat(
                rest.get(Latent.BASE + "/models/" + MODEL + "/clusters/" + key)
                        .ok()
                        .stringAt("custom_label"),
                equalTo(ATTACK));
        open("search?model=" + MODEL);
        browser.await("the name among the topics", () -> browser.all("facet").stream()
                .anyMatch(facet -> facet.getText().contains(ATTACK)));
        open("cluster?model=" + MODEL + "&key=" + key);
        browser.click("rename");
        browser.type("rename-input", " " + Keys.BACK_SPACE);
        browser.click("rename-save");
        browser.await("the learned name", () -> browser.text("topic-label").equals(learned));
    }

    @Test
    public void theMapZoomsAndItsRegionsCountWhatTheApiDoes() {
        open("map?model=" + MODEL);
        browser.await("cells", () -> number(browser.attribute("map", "data-cells")) > 0);
        assertThat(number(browser.text("map-total")), equalTo(DOCUMENTS + 1L));
        shot("map");
        System.out.println(
                "explorer: 95 of 100 frames while zooming took at most " + browser.asynchronous(ZOOMING) + " ms");
        browser.click("zoom-reset");
        browser.await("no window in the address", () -> !browser.url().contains("window="));
        browser.click("zoom-in");
        browser.await("a window in the address", () -> browser.url().contains("window="));
        browser.click("zoom-reset");
        browser.await("no window in the address", () -> !browser.url().contains("window="));

        browser.click("mode-rectangle");
        browser.drag("map", new int[] {-200, -200}, new int[] {0, 0}, new int[] {150, 210});
        checkRegion();
        shot("map-rectangle");
        browser.click("remove-crumb");
        browser.await("no filter", () -> browser.all("crumb").isEmpty());

        browser.click("mode-lasso");
        browser.drag(
                "map",
                new int[] {-220, 0},
                new int[] {-100, -190},
                new int[] {110, -170},
                new int[] {230, 40},
                new int[] {20, 220},
                new int[] {-150, 160});
        checkRegion();
        assertThat(browser.url(), containsString("polygon"));
        System.out.println("explorer: the map was drawn in " + browser.attribute("map", "data-draw-millis") + " ms");
    }

    /** Compares the map's total with the count of the region that the address holds. */
    private static void checkRegion() {
        browser.await("a region", () -> browser.all("crumb").stream()
                .anyMatch(crumb -> "region".equals(crumb.getDomAttribute("data-type"))));
        Matcher filter = FILTER.matcher(browser.url());
        assertThat(browser.url(), filter.find());
        String region =
                URLDecoder.decode(filter.group(1), StandardCharsets.UTF_8).replaceFirst("\"t\":\"region\",", "");
        long counted = count("{\"latent_region\":" + region.replaceFirst("\\{", "{\"field\":\"latent\",") + "}");
        assertThat(counted, greaterThan(0L));
        assertThat(counted, lessThan(DOCUMENTS + 1L));
        browser.await("what the region counts, " + counted, () -> number(browser.text("map-total")) == counted);
    }

    @Test
    public void aModelIsMadeTrainedAndAttached() {
        String name = "explorer-made";
        open("create");
        browser.choose("create-index", PLAIN);
        browser.one("create-field");
        browser.type("create-name", name);
        shot("create");
        browser.click("create-submit");
        browser.await("a phase of the training", () -> browser.one("phase").getDomAttribute("data-phase") != null);
        Await.until(Duration.ofMinutes(5), "the training's end", () -> "done"
                .equals(browser.attribute("phase", "data-phase")));
        shot("model");
        assertThat(rest.get(Latent.BASE + "/models/" + name).ok().stringAt("state"), equalTo("ready"));
        browser.await("its generation", () -> !browser.all("generation").isEmpty());
        open("search?model=" + name);
        browser.await("topics of the new model", () -> !browser.all("facet").isEmpty());
        Latent.cleanUp(rest, name, "explorer-nothing");
    }

    @Test
    public void aModelThatHasNotLearnedSaysWhatToDo() {
        String name = "explorer-unlearned";
        Latent.createModel(rest, name, Latent.definition(PLAIN, 4, 2));
        open("search?model=" + name);
        assertThat(browser.text("empty"), containsString("has not learned yet"));
        shot("unlearned");
        open("search?model=explorer-none");
        assertThat(browser.text("empty"), containsString("No model “explorer-none”"));
        Latent.cleanUp(rest, name, "explorer-nothing");
    }

    @Test
    public void aStrangeAddressIsSaidAndLeft() {
        open("search?model=" + MODEL + "&f="
                + encoded("{\"t\":\"cluster\",\"key\":\"c1\",\"label\":{\"nodeType\":1}}"));
        browser.await("all documents, without the filter", () -> number(browser.text("total")) == DOCUMENTS + 1L);
        open("model?model=" + MODEL + "&generation=..");
        assertThat(browser.text("problem"), containsString("cannot be part of an address"));
    }

    @Test
    public void aModelThatIsAttachedToNothingSaysSo() {
        String name = "explorer-unattached";
        Latent.createModel(rest, name, Latent.definition(PLAIN, 4, 2));
        Latent.train(rest, name);
        open("search?model=" + name);
        assertThat(browser.text("empty"), containsString("is not attached to this index"));
        // the server has refused the search, which is how the page knows
        assertThat(
                browser.complaints().stream()
                        .filter(each -> !each.contains("/_latent/facets"))
                        .toList(),
                empty());
        Latent.cleanUp(rest, name, "explorer-nothing");
    }

    @Test
    public void theKeyboardIsEnough() {
        open("search?model=" + MODEL);
        browser.one("total");
        focus("query");
        browser.press("galaxy" + Keys.ENTER);
        browser.await("fewer documents", () -> number(browser.text("total")) < DOCUMENTS);
        focus("facet-pick");
        browser.press(Keys.ENTER);
        browser.await("a filter", () -> browser.all("crumb").size() == 1);
        focus("remove-crumb");
        browser.press(Keys.SPACE);
        browser.await("no filter", () -> browser.all("crumb").isEmpty());
        focus("tab-map");
        browser.press(Keys.ENTER);
        browser.await("cells", () -> number(browser.attribute("map", "data-cells")) > 0);
        focus("map");
        browser.press("+");
        browser.await("a window", () -> browser.url().contains("window="));
        focus("legend-pick");
        browser.press(Keys.ENTER);
        browser.await("a filter", () -> browser.all("crumb").size() == 1);
    }

    @Test
    public void everyViewFitsANarrowScreenInBothThemesAndIsAccessible() throws IOException, InterruptedException {
        String key = rest.get(Latent.BASE + "/models/" + MODEL + "/clusters?sentences=false")
                .ok()
                .stringAt("0.key");
        List<String> ids = someIds("galaxy");
        String like = encoded("{\"t\":\"like\",\"index\":\"" + INDEX + "\",\"id\":\"" + ids.get(0) + "\"}");
        String unlike = encoded("{\"t\":\"unlike\",\"text\":\"recipe butter\"}");
        Map<String, String> views = Map.of(
                "search?model=" + MODEL + "&q=galaxy",
                "total",
                "search?model=" + MODEL + "&diversity=0.3&f=" + like + "&f=" + unlike,
                "tray",
                "map?model=" + MODEL,
                "map-total",
                "trends?model=" + MODEL,
                "trends",
                "topics?model=" + MODEL,
                "topic-list",
                "cluster?model=" + MODEL + "&key=" + key,
                "topic-label",
                "way?model=" + MODEL + "&a=" + ids.get(0) + "&b=" + ids.get(1) + "&at=1",
                "way-words",
                "models",
                "model-card",
                "model?model=" + MODEL,
                "generation",
                "create",
                "create-index");
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {1280, 360}) {
                browser.device(width, 900, dark);
                for (Map.Entry<String, String> view : views.entrySet()) {
                    open(view.getKey());
                    browser.one(view.getValue());
                    browser.await("nothing loads", () -> browser.all("loading").isEmpty());
                    String what = view.getKey() + " at " + width + (dark ? ", dark" : ", light");
                    shot(view.getValue() + "-" + width + (dark ? "-dark" : ""));
                    fits(what, width);
                }
            }
        }
    }

    @Test
    public void aNodeThatStopsIsSaidAndFoundAgain() {
        open("search?model=" + MODEL);
        browser.one("total");
        cluster.stop(0);
        try {
            browser.type("query", "galaxy" + Keys.ENTER);
            assertThat(browser.text("problem"), containsString("The node has stopped"));
            shot("gone");
        } finally {
            cluster.restart(0);
            cluster.awaitGreen(INDEX);
        }
        browser.click("retry");
        browser.await("the matches", () -> number(browser.text("total")) < DOCUMENTS);
        List<String> refused = browser.complaints();
        assertThat(refused.toString(), refused.stream().allMatch(each -> each.contains("ERR_CONNECTION_REFUSED")));
    }

    @Test
    public void itsAddressMayOrMayNotEndWithASlash() {
        for (String end : List.of("/_plugins/_latent/ui", "/_plugins/_latent/ui/")) {
            browser.open("about:blank");
            browser.open("http://" + cluster.address(0) + end);
            browser.one("total");
            assertThat(URI.create(browser.url()).getPath(), equalTo("/_plugins/_latent/ui/"));
        }
    }

    @Test
    public void whatWasSeenCanBeCopiedAsACall() {
        open("search?model=" + MODEL + "&q=galaxy");
        browser.one("copy-curl");
        browser.script("Object.defineProperty(navigator, 'clipboard', {value: {writeText: (text) => {"
                + " globalThis.copied = text; return Promise.resolve(); }}})");
        browser.click("copy-curl");
        String call = (String) browser.await("the call", () -> browser.script("return globalThis.copied"));
        assertThat(call, containsString("curl"));
        long total = number(browser.text("total"));
        try {
            Process shell = new ProcessBuilder("bash", "-c", call).start();
            String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer, containsString("\"value\":" + total));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
