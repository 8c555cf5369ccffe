/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.startsWith;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.ClusterSuggestions.Suggestion;
import io.latentfacets.strict.StrictMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchTestCase;

public class SuggestingTests extends OpenSearchTestCase {
    private static final Pattern KEY = Pattern.compile("\"cluster\":\\{\"terms\":\\[\"(c\\d+)-0");

    private final Clusters clusters =
            LatentFixtures.generation("news", 4, 8, 9, random()).clusters();
    private final List<String> questions = Collections.synchronizedList(new ArrayList<>());
    private ExecutorService threads;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        threads = Executors.newFixedThreadPool(3);
    }

    @Override
    public void tearDown() throws Exception {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        super.tearDown();
    }

    private static String keyOf(Prompt prompt) {
        Matcher key = KEY.matcher(prompt.data());
        assertTrue(prompt.data(), key.find());
        return key.group(1);
    }

    private Suggesting suggesting(
            ClusterEdits edits, LanguageModel model, PlainActionFuture<Map<String, Suggesting.Outcome>> done) {
        PromptWriter writer = new PromptWriter(clusters, edits, PromptOptions.of(new StrictMap(Map.of(), "")));
        return new Suggesting(
                writer,
                4,
                (key, listener) -> listener.onResponse(List.of("A sentence of " + key)),
                model,
                threads,
                done);
    }

    /** @param answers by the key of the cluster; a failure if it throws */
    private Map<String, Suggesting.Outcome> run(
            List<String> keys, ClusterSuggestions waiting, Function<String, String> answers) {
        PlainActionFuture<Map<String, Suggesting.Outcome>> done = PlainActionFuture.newFuture();
        suggesting(
                        ClusterEdits.NONE,
                        (prompt, listener) -> threads.execute(() -> {
                            questions.add(prompt.data());
                            String answer;
                            try {
                                answer = answers.apply(keyOf(prompt));
                            } catch (RuntimeException e) {
                                listener.onFailure(e);
                                return;
                            }
                            listener.onResponse(answer);
                        }),
                        done)
                .run(keys, waiting);
        return done.actionGet(20, TimeUnit.SECONDS);
    }

    public void testEachGetsALabel() {
        Map<String, Suggesting.Outcome> outcomes =
                run(clusters.keys(), ClusterSuggestions.NONE, key -> "Label: \"On " + key + "\"");
        assertThat(outcomes.keySet(), equalTo(Set.copyOf(clusters.keys())));
        outcomes.forEach(
                (key, outcome) -> assertThat(outcome, equalTo(new Suggesting.Outcome("On " + key, null, null, 0))));
        assertThat(questions, hasSize(9));
        assertThat(questions.get(0), containsString("A sentence of"));
    }

    public void testNoClusters() {
        assertThat(run(List.of(), ClusterSuggestions.NONE, key -> "x"), equalTo(Map.of()));
    }

    public void testAnswersThatAreAlikeAreToldApart() {
        Map<String, Suggesting.Outcome> outcomes = run(clusters.keys(), ClusterSuggestions.NONE, key -> "Things!");
        Set<String> labels =
                outcomes.values().stream().map(Suggesting.Outcome::label).collect(Collectors.toSet());
        assertThat(labels, hasSize(9));
        outcomes.forEach((key, outcome) -> {
            assertThat(outcome.label(), startsWith("Things!"));
            if (outcome.distinguished() != null) {
                assertThat(outcome, equalTo(new Suggesting.Outcome("Things! (" + key + "-0)", key + "-0", null, 0)));
            }
        });
        assertThat(questions, hasSize(1 + 8 * Suggesting.TRIES));
        assertThat(
                questions.stream()
                        .filter(each -> each.contains("another cluster has this label"))
                        .count(),
                equalTo(16L));
    }

    public void testALabelThatWaitsOrIsShownIsTaken() {
        ClusterSuggestions waiting = ClusterSuggestions.NONE.with(Map.of("c2", new Suggestion("Tea time", 1, "llm")));
        AtomicInteger asked = new AtomicInteger();
        Map<String, Suggesting.Outcome> outcomes =
                run(List.of("c1"), waiting, key -> List.of("TEA TIME", "c3-0, c3-1, c3-2", "Coffee")
                        .get(asked.getAndIncrement()));
        assertThat(outcomes.get("c1").label(), equalTo("Coffee"));
        // its own labels are not taken from it
        assertThat(run(List.of("c2"), waiting, key -> "Tea time").get("c2").label(), equalTo("Tea time"));
    }

    public void testOneFailureIsOne() {
        Map<String, Suggesting.Outcome> outcomes = run(clusters.keys(), ClusterSuggestions.NONE, key -> {
            return switch (key) {
                case "c1" ->
                    throw new OpenSearchStatusException("out\u0000 of order", RestStatus.INTERNAL_SERVER_ERROR);
                case "c2" -> throw new IllegalStateException();
                case "c3" -> "This is a whole sentence and no label.";
                default -> "On " + key;
            };
        });
        assertThat(outcomes.get("c1"), equalTo(new Suggesting.Outcome(null, null, "out of order", 500)));
        assertThat(outcomes.get("c2").error(), equalTo("IllegalStateException"));
        assertThat(outcomes.get("c3").error(), containsString("8 words"));
        assertThat(outcomes.get("c3").status(), equalTo(502));
        assertThat(
                outcomes.values().stream().filter(each -> each.label() != null).count(), equalTo(6L));
        TransportSuggestAction.requireSome(outcomes);
    }

    public void testAModelThatIsNotThereIsNotAskedAgain() {
        Map<String, Suggesting.Outcome> outcomes = run(clusters.keys(), ClusterSuggestions.NONE, key -> {
            throw new OpenSearchStatusException("no model", RestStatus.NOT_FOUND);
        });
        assertThat(outcomes.keySet(), equalTo(Set.copyOf(clusters.keys())));
        assertThat(questions.size(), lessThanOrEqualTo(Suggesting.AT_ONCE));
        OpenSearchStatusException e =
                expectThrows(OpenSearchStatusException.class, () -> TransportSuggestAction.requireSome(outcomes));
        assertThat(e.status(), equalTo(RestStatus.NOT_FOUND));
    }

    public void testItStopsWithWhatHasCome() throws Exception {
        PlainActionFuture<Map<String, Suggesting.Outcome>> done = PlainActionFuture.newFuture();
        CountDownLatch others = new CountDownLatch(Suggesting.AT_ONCE);
        Suggesting suggesting = suggesting(
                ClusterEdits.NONE,
                (prompt, listener) -> {
                    if (keyOf(prompt).equals("c1")) {
                        listener.onResponse("First");
                    } else {
                        others.countDown();
                    }
                },
                done);
        suggesting.run(clusters.keys(), ClusterSuggestions.NONE);
        assertTrue(others.await(10, TimeUnit.SECONDS));
        suggesting.stop(new OpenSearchStatusException("over", RestStatus.GATEWAY_TIMEOUT));
        Map<String, Suggesting.Outcome> outcomes = done.actionGet(10, TimeUnit.SECONDS);
        assertThat(outcomes.get("c1").label(), equalTo("First"));
        assertThat(
                outcomes.values().stream()
                        .filter(each -> "over".equals(each.error()) && each.status() == 504)
                        .count(),
                equalTo(8L));
    }

    public void testWhatIsStoppedBeforeItRunsAsksForNothing() throws Exception {
        PlainActionFuture<Map<String, Suggesting.Outcome>> done = PlainActionFuture.newFuture();
        Suggesting suggesting = suggesting(
                ClusterEdits.NONE,
                (prompt, listener) -> {
                    questions.add(prompt.data());
                    listener.onResponse("On " + keyOf(prompt));
                },
                done);
        suggesting.stop(new OpenSearchStatusException("over", RestStatus.GATEWAY_TIMEOUT));
        assertFalse(done.isDone());
        suggesting.run(clusters.keys(), ClusterSuggestions.NONE);
        assertTrue(done.isDone());
        Map<String, Suggesting.Outcome> outcomes = done.actionGet();
        assertThat(outcomes.keySet(), equalTo(Set.copyOf(clusters.keys())));
        outcomes.values().forEach(each -> assertThat(each, equalTo(new Suggesting.Outcome(null, null, "over", 504))));
        threads.shutdown();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        assertThat(questions, hasSize(0));
    }

    public void testALabelThatPeopleGaveMeanwhileIsKept() {
        ClusterEdits before = new ClusterEdits(Map.of("c1", new ClusterEdits.Edit("old", false)));
        ClusterEdits now =
                before.with("c1", new ClusterEdits.Edit("old", true)).with("c2", new ClusterEdits.Edit("mine", false));
        Suggesting.Outcome label = new Suggesting.Outcome("New", null, null, 0);
        Map<String, Suggesting.Outcome> kept =
                TransportSuggestAction.withoutNamed(Map.of("c1", label, "c2", label, "c3", label), before, now);
        assertThat(
                kept,
                equalTo(Map.of(
                        "c1",
                        label,
                        "c2",
                        new Suggesting.Outcome(null, null, "somebody has named it [mine] meanwhile", 409),
                        "c3",
                        label)));
    }

    public void testAnOverflowOfTheStackEndsItsCluster() {
        PlainActionFuture<Map<String, Suggesting.Outcome>> done = PlainActionFuture.newFuture();
        suggesting(
                        ClusterEdits.NONE,
                        (prompt, listener) -> {
                            if (keyOf(prompt).equals("c1")) {
                                throw new StackOverflowError();
                            }
                            listener.onResponse("On " + keyOf(prompt));
                        },
                        done)
                .run(clusters.keys(), ClusterSuggestions.NONE);
        Map<String, Suggesting.Outcome> outcomes = done.actionGet(10, TimeUnit.SECONDS);
        assertThat(outcomes.get("c1").error(), containsString("nested"));
        assertThat(outcomes.get("c2").label(), equalTo("On c2"));
    }

    public void testWhatThrowsAtOnceEndsItsCluster() {
        PlainActionFuture<Map<String, Suggesting.Outcome>> done = PlainActionFuture.newFuture();
        suggesting(
                        ClusterEdits.NONE,
                        (prompt, listener) -> {
                            throw new IllegalArgumentException("broken");
                        },
                        done)
                .run(clusters.keys(), ClusterSuggestions.NONE);
        done.actionGet(10, TimeUnit.SECONDS)
                .values()
                .forEach(outcome -> assertThat(outcome, equalTo(new Suggesting.Outcome(null, null, "broken", 400))));
    }
}
