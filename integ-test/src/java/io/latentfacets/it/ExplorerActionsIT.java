/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * What people correct and ask in the explorer: topics merged, split and annotated, examples for and against, the way
 * between two documents, classifiers, summaries and words. Each is compared with what the API says of it.
 */
public final class ExplorerActionsIT extends ExplorerPage {
    private static final String OF_MODEL = Latent.BASE + "/models/" + MODEL;
    private static final String CLUSTERS = OF_MODEL + "/clusters";

    /** Answers every change as the security plugin does to a caller without the right. */
    private static final String REFUSING = """
            const real = globalThis.fetch;
            globalThis.fetch = (url, options) => (['PUT', 'DELETE'].includes(options.method) || /_merge|_split/.test(url)
              ? Promise.resolve(new Response(JSON.stringify({error: {type: 'security_exception',
                reason: 'no permissions for [cluster:admin/plugins/latent/models/clusters/curate]'}, status: 403}),
                {status: 403, headers: {'Content-Type': 'application/json'}}))
              : real(url, options));
            """;

    private static Map<String, Map<?, ?>> clusters() {
        return ((List<?>) rest.get(CLUSTERS + "?sentences=false").ok().json())
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .collect(Collectors.toMap(each -> (String) each.get("key"), each -> each));
    }

    private static long countOf(String key) {
        return count("{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}");
    }

    /** The elements of a name with this key. */
    private static List<WebElement> keyed(String name, String key) {
        return browser.all(name).stream()
                .filter(each -> key.equals(each.getDomAttribute("data-key")))
                .toList();
    }

    private static void choose(String key) {
        browser.await("a box for " + key, () -> {
            List<WebElement> found = keyed("choose", key);
            if (found.isEmpty()) {
                return false;
            }
            found.get(0).click();
            return true;
        });
    }

    /** Moves a slider as a person does, and says so to the page. */
    private static void slide(String name, String value) {
        browser.script(
                "arguments[0].value = arguments[1];"
                        + "['input', 'change'].forEach((type) => arguments[0].dispatchEvent(new Event(type, {bubbles: true})))",
                browser.one(name),
                value);
    }

    @Test
    public void topicsAreMergedAmongTheFacetsAndReleasedAgain() throws IOException, InterruptedException {
        open("search?model=" + MODEL);
        browser.click("choose-topics");
        List<String> keys = browser.await("two topics", () -> {
            List<WebElement> found = browser.all("choose");
            return found.size() < 2
                    ? null
                    : List.of(
                            found.get(0).getDomAttribute("data-key"),
                            found.get(1).getDomAttribute("data-key"));
        });
        long together = countOf(keys.get(0)) + countOf(keys.get(1));
        keys.forEach(ExplorerActionsIT::choose);
        browser.type("merge-label", ATTACK);
        fits("choosing topics", 1280);
        shot("merge");
        browser.click("merge");
        assertThat(browser.text("outcome"), containsString("into “" + ATTACK + "”"));
        String counts = browser.await("the topic that counts", () -> clusters().values().stream()
                .filter(each -> each.containsKey("merged"))
                .map(each -> (String) each.get("key"))
                .findFirst()
                .orElse(null));
        browser.await("one facet for both, " + together, () -> keyed("facet", counts).stream()
                .anyMatch(each ->
                        each.getText().contains(ATTACK) && number(each.getText().replace(ATTACK, "")) == together));
        assertThat(countOf(counts), equalTo(together));
        shot("merged");
        open("map?model=" + MODEL);
        browser.await("its name on the map", () -> keyed("legend-pick", counts).stream()
                .anyMatch(each -> each.getText().contains(ATTACK)));
        String part = keys.get(0).equals(counts) ? keys.get(1) : keys.get(0);
        open("cluster?model=" + MODEL + "&key=" + part);
        browser.one("is-merged");
        assertThat(browser.text("topic-label"), equalTo(ATTACK));
        browser.click("unmerge");
        browser.await("no merged topic", () -> browser.all("is-merged").isEmpty());
        assertThat(countOf(keys.get(0)) + countOf(keys.get(1)), equalTo(together));
        assertThat(clusters().values().stream().noneMatch(each -> each.containsKey("merged")), equalTo(true));
    }

    @Test
    public void aMergeWithinAMergeIsTakenBackAsItWas() {
        List<String> keys = clusters().values().stream()
                .filter(each -> !each.containsKey("children"))
                .map(each -> (String) each.get("key"))
                .sorted()
                .toList();
        rest.post(CLUSTERS + "/_merge", Map.of("keys", List.of(keys.get(1), keys.get(2)), "label", "Two of them"))
                .ok();
        open("topics?model=" + MODEL);
        choose(keys.get(0));
        choose(keys.get(1));
        browser.click("merge");
        browser.await("three in one", () -> clusters().values().stream()
                .anyMatch(each -> each.get("merged") instanceof List<?> merged && merged.size() == 2));
        browser.click("undo");
        browser.await("it is taken back", () -> browser.text("outcome").startsWith("Taken back"));
        assertThat(clusters().get(keys.get(1)).get("merged"), equalTo(List.of(keys.get(2))));
        assertThat(clusters().get(keys.get(1)).get("label"), equalTo("Two of them"));
        rest.post(CLUSTERS + "/_unmerge", Map.of("key", keys.get(1))).ok();
    }

    @Test
    public void aTopicIsSplitAndIsOneAgain() throws IOException, InterruptedException {
        String key = largest();
        long whole = countOf(key);
        open("cluster?model=" + MODEL + "&key=" + key);
        browser.click("open-split");
        browser.choose("split-count", "2");
        browser.click("split");
        browser.await("two parts", () -> browser.all("part").size() == 2);
        fits("a split topic", 1280);
        shot("split");
        List<?> parts = (List<?>) clusters().get(key).get("children");
        assertThat(parts, hasSize(2));
        open("search?model=" + MODEL);
        browser.await("it is a parent", () -> keyed("parent", key).stream()
                .anyMatch(each -> number(each.getText().replaceFirst("(?s)^.*?\\n(?=[0-9,]+\\n)", "")) == whole));
        open("cluster?model=" + MODEL + "&key=" + parts.get(0));
        browser.one("topic-label");
        open("cluster?model=" + MODEL + "&key=" + key);
        browser.click("unsplit");
        browser.await("no parts", () -> browser.all("is-split").isEmpty());
        assertThat(clusters().get(key).containsKey("children"), equalTo(false));
        assertThat(countOf(key), equalTo(whole));
    }

    private static String largest() {
        return clusters().values().stream()
                .filter(each -> !each.containsKey("children"))
                .max((one, other) -> Long.compare(size(one), size(other)))
                .map(each -> (String) each.get("key"))
                .orElseThrow();
    }

    private static long size(Map<?, ?> cluster) {
        return ((Number) cluster.get("size")).longValue();
    }

    @Test
    public void aNoteAndAPinStayWhenATopicIsRenamedOrHidden() {
        String key = largest();
        open("cluster?model=" + MODEL + "&key=" + key);
        browser.click("edit-note");
        browser.type("note-input", ATTACK + "\nsecond line");
        browser.click("note-save");
        browser.await("the note", () -> browser.text("note").startsWith(ATTACK));
        browser.click("pin");
        browser.await("pinned", () -> "true".equals(browser.attribute("pin", "aria-pressed")));
        browser.click("rename");
        browser.type("rename-input", "Named by hand");
        browser.click("rename-save");
        browser.await("the name", () -> browser.text("topic-label").equals("Named by hand"));
        Map<?, ?> edited = clusters().get(key);
        assertThat((String) edited.get("note"), startsWith(ATTACK));
        assertThat(edited.get("pinned"), equalTo(true));

        open("topics?model=" + MODEL);
        browser.type("find-topic", "named by");
        browser.await(
                "one topic with its parents",
                () -> keyed("topic-row", key).size() == 1
                        && browser.all("topic-row").size() <= 2);
        choose(key);
        browser.click("all-hide");
        browser.await("hidden", () -> Boolean.TRUE.equals(clusters().get(key).get("hidden")));
        browser.await("it is said", () -> browser.all("badge").stream()
                .anyMatch(badge -> badge.getText().equals("hidden")));
        assertThat(clusters().get(key).get("custom_label"), equalTo("Named by hand"));
        browser.click("undo");
        browser.await("shown", () -> Boolean.FALSE.equals(clusters().get(key).get("hidden")));
        rest.put(CLUSTERS + "/" + key, "{}").ok();
    }

    @Test
    public void whoMayNotChangeTopicsIsToldWhy() {
        open("topics?model=" + MODEL);
        List<WebElement> boxes = browser.await("two boxes", () -> {
            List<WebElement> found = browser.all("choose");
            return found.size() < 2 ? null : found;
        });
        boxes.get(0).click();
        boxes.get(1).click();
        browser.script(REFUSING);
        browser.click("merge");
        assertThat(browser.text("problem"), containsString("no permissions for [cluster:admin/plugins/latent"));
        assertThat(browser.attribute("problem", "data-status"), equalTo("403"));
        open("cluster?model=" + MODEL + "&key=" + largest());
        browser.one("pin");
        browser.script(REFUSING);
        browser.click("pin");
        assertThat(browser.text("problem"), containsString("no permissions for"));
        assertThat(clusters().values().stream().noneMatch(each -> each.containsKey("merged")), equalTo(true));
    }

    @Test
    public void examplesForAndAgainstFindWhatTheApiFinds() throws IOException, InterruptedException {
        open("search?model=" + MODEL + "&q=galaxy");
        String like = browser.one("hit").getDomAttribute("data-id");
        browser.click("like");
        browser.await("an example for", () -> browser.all("example-like").size() == 1);
        assertThat(browser.text("among"), containsString("match “galaxy”"));
        browser.click("among-all");
        browser.await("among all", () -> browser.text("among").contains("of all"));
        browser.type("example-text", "telescope");
        browser.click("text-unlike");
        browser.await("an example against", () -> browser.all("example-unlike").size() == 1);
        String query = "{\"latent_neighbors\":{\"field\":\"latent\",\"k\":100,\"like\":[{\"_index\":\"" + INDEX
                + "\",\"_id\":\"" + like + "\"}],\"unlike\":[{\"text\":\"telescope\"}]";
        awaitHits(query + "}}");
        slide("diversity", "0.5");
        awaitHits(query + ",\"diversity\":0.5}}");
        assertThat(number(browser.text("total")), equalTo(100L));
        fits("searching by example", 1280);
        shot("examples");
        browser.reload();
        awaitHits(query + ",\"diversity\":0.5}}");
        open("map?" + browser.url().replaceFirst("^.*[?]", ""));
        browser.await("the same on the map", () -> browser.text("map-total").startsWith("100 "));
        browser.click("leave-examples");
        browser.await("everything", () -> browser.text("map-total").startsWith(DOCUMENTS + 1 + " "));
        assertThat(browser.url(), not(containsString("like")));
    }

    /** Waits until the page shows the hits that the API has for a query. */
    private static void awaitHits(String query) {
        List<String> wanted = new ArrayList<>();
        rest.post("/" + INDEX + "/_search", "{\"query\":" + query + "}")
                .ok()
                .listAt("hits.hits")
                .forEach(hit -> wanted.add((String) ((Map<?, ?>) hit).get("_id")));
        browser.await("the hits " + wanted, () -> browser.all("hit").stream()
                .map(hit -> hit.getDomAttribute("data-id"))
                .toList()
                .equals(wanted));
    }

    @Test
    public void anExampleAgainstAsksForOneFor() {
        open("search?model=" + MODEL);
        browser.click("by-example");
        browser.type("example-text", "recipe butter");
        browser.click("text-unlike");
        assertThat(browser.text("among"), containsString("Add an example for"));
        assertThat(number(browser.text("total")), equalTo(DOCUMENTS + 1L));
    }

    @Test
    public void aSliderGoesFromOneDocumentToAnother() throws IOException, InterruptedException {
        open("search?model=" + MODEL + "&q=galaxy");
        String from = browser.one("hit").getDomAttribute("data-id");
        browser.click("way-from");
        browser.one("way-start");
        browser.type("query", "recipe" + Keys.ENTER);
        browser.await(
                "other hits",
                () -> browser.url().contains("q=recipe")
                        && !from.equals(browser.one("hit").getDomAttribute("data-id")));
        String to = browser.one("hit").getDomAttribute("data-id");
        browser.click("way-to");
        browser.one("way-slider");
        Rest.Response way = rest.post(
                        OF_MODEL + "/_generate",
                        Map.of("between", List.of(from, to), "steps", 7, "words", 12, "documents", 4))
                .ok();
        for (int step : new int[] {0, 1, 2}) {
            String expected = way.stringAt("samples." + step + ".words.0.term");
            browser.await(
                    "the words of step " + step,
                    () -> browser.text("way-step").contains("Step " + (step + 1))
                            && browser.text("way-words").startsWith(expected));
            assertThat(
                    browser.text("way-clusters"),
                    containsString(way.stringAt("samples." + step + ".clusters.0.label")));
            assertThat(
                    browser.all("way-document"),
                    hasSize(way.listAt("samples." + step + ".documents").size()));
            focus("way-slider");
            browser.press(Keys.ARROW_RIGHT);
        }
        assertThat(browser.attribute("way-slider", "aria-valuetext"), startsWith("Step 4 of 7"));
        assertThat(browser.text("way-text"), containsString("Made of what documents near here say"));
        fits("the way between two documents", 1280);
        shot("way");
        browser.reload();
        browser.await("the step of the address", () -> browser.text("way-step").contains("Step 4"));
    }

    @Test
    public void aClassifierIsTrainedTriedAndDeleted() throws IOException, InterruptedException {
        open("model?model=" + MODEL);
        browser.click("new-classifier");
        browser.type("classifier-name", "by-subject");
        browser.type("classifier-field", "subject");
        browser.click("train-classifier");
        Await.until(Duration.ofMinutes(2), "the classifier", () -> !browser.all("classifier")
                .isEmpty());
        double accuracy =
                ((Number) rest.get(OF_MODEL + "/_classifiers/by-subject").ok().at("accuracy")).doubleValue();
        assertThat(accuracy, greaterThan(0.8));
        assertThat(browser.text("classifier"), containsString(String.format(Locale.ROOT, "%.3f", accuracy)));
        assertThat(browser.text("classifier"), containsString("ready"));
        browser.type("classify-text", "telescope nebula comet planet and a recipe");
        browser.click("classify-submit");
        browser.await("its label", () -> browser.text("labels").startsWith("astronomy"));
        assertThat(browser.text("classify-why"), not(containsString("recipe")));
        browser.type("classify-text", "zzzz");
        browser.click("classify-submit");
        browser.one("no-label");
        for (int width : new int[] {1280, 360}) {
            browser.device(width, 900, width == 360);
            fits("a classifier", width);
            shot("classifier-" + width);
        }
        browser.click("delete-classifier");
        browser.click("delete-classifier");
        browser.one("no-classifier");
        rest.get(OF_MODEL + "/_classifiers/by-subject").expect(404);
    }

    @Test
    public void aClassifierThatCannotBeTrainedSaysWhy() {
        open("model?model=" + MODEL);
        browser.click("new-classifier");
        browser.type("classifier-name", "nothing");
        browser.type("classifier-field", "no_such_field");
        browser.click("train-classifier");
        assertThat(browser.text("classifier-error"), containsString("no_such_field"));
    }

    @Test
    public void aSearchIsSummarizedAndItsWordsHaveNeighbours() {
        open("search?model=" + MODEL + "&q=galaxy");
        browser.click("summarize");
        browser.await("sentences", () -> !browser.all("summary-sentence").isEmpty());
        assertThat(browser.all("summary-sentence").size(), lessThanOrEqualTo(5));
        browser.click("related-words");
        String near = rest.get(OF_MODEL + "/terms/galaxy?size=12").ok().stringAt("terms.0.term");
        assertThat(browser.text("near-word"), equalTo(near));
        long before = number(browser.text("total"));
        browser.click("near-word");
        browser.await("more documents", () -> number(browser.text("total")) > before);
        open("cluster?model=" + MODEL + "&key=" + largest());
        browser.click("term");
        browser.await("words near to it", () -> !browser.all("near-word").isEmpty());
        shot("near-words");
    }

    @Test
    public void subjectsOfPeopleAreInTheDefinitionAndNothingElseChanges() {
        String name = "explorer-seeded";
        open("create");
        browser.choose("create-index", PLAIN);
        browser.click("seed-add");
        browser.type("seed-terms", "telescope, comet , nebula");
        browser.type("seed-label", "Sky");
        browser.await(
                "the subject in the definition",
                () -> browser.one("create-json").getDomProperty("value").contains("\"Sky\""));
        shot("create-seeds");
        browser.type("create-name", name);
        browser.click("create-train");
        browser.click("create-submit");
        browser.await(
                "the subject on the model's page", () -> browser.text("seed").startsWith("Sky"));
        Rest.Response before = Latent.model(rest, name);
        assertThat(
                before.at("clusters.seeds"),
                equalTo(List.of(Map.of("label", "Sky", "terms", List.of("telescope", "comet", "nebula")))));
        browser.click("edit-seeds");
        browser.click("seed-add");
        browser.await("two rows", () -> browser.all("seed-terms").size() == 2);
        browser.all("seed-terms").get(1).sendKeys("cricket, wicket, bowler");
        browser.click("seeds-save");
        browser.await("two subjects", () -> browser.all("seed").size() == 2);
        Rest.Response after = Latent.model(rest, name);
        assertThat(after.listAt("clusters.seeds"), hasSize(2));
        for (String part : List.of("source", "target_field", "text", "vae", "refresh")) {
            assertThat(part, after.at(part), equalTo(before.at(part)));
        }
        browser.click("edit-seeds");
        browser.click("seeds-train");
        Await.until(Duration.ofMinutes(5), "what came of the subjects", () -> browser.await(
                        "subjects", () -> browser.all("seed").stream()
                                .map(each -> String.valueOf(each.getDomAttribute("data-supported")))
                                .toList())
                .equals(List.of("true", "false")));
        assertThat(browser.all("seed").get(1).getText(), containsString("Not found: cricket, wicket, bowler"));
        shot("seeds");
        browser.click("seed-topic");
        assertThat(browser.text("topic-label"), equalTo("Sky"));
        open("model?model=" + name);
        browser.click("edit-seeds");
        browser.click("seed-remove");
        browser.await("one row", () -> browser.all("seed-terms").size() == 1);
        browser.click("seed-remove");
        browser.click("seeds-save");
        browser.await("no subject", () -> browser.all("seed").isEmpty());
        assertThat(Latent.model(rest, name).at("clusters.seeds"), equalTo(null));
        Latent.cleanUp(rest, name, "explorer-nothing");
    }
}
