/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assume.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.latentfacets.cluster.Measures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * A model that nobody touches: newsgroup posts arrive step by step, subjects appear, fade and return, and after each
 * step one scheduled run decides what to do. The schedule is paused while a step is indexed, so that each step has one
 * run. Prints the story as a table. Needs {@code ../shared/data}; skipped without it.
 *
 * <p>{@code latent.year.steps} is the number of steps, 6 if not set.
 */
public final class YearIT {
    private static final Path FILE =
            Path.of(System.getProperty("latent.shared.dir", "../shared"), "data", "20newsgroups.jsonl.gz");
    private static final String INDEX = "year";
    private static final String MODELS = Latent.BASE + "/models/" + INDEX;
    private static final int STEPS = Integer.getInteger("latent.year.steps", 6);
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int POSTS = 25;
    private static final int APPEARING = 220;
    /** The step at which the first of the subjects fades. From then on the mixture changes at every second step. */
    private static final int FIRST_LEAVES = 8;

    private static final List<String> FROM_THE_BEGINNING = List.of(
            "comp.graphics",
            "comp.windows.x",
            "misc.forsale",
            "rec.autos",
            "rec.sport.baseball",
            "sci.med",
            "soc.religion.christian",
            "talk.politics.guns");
    /** The subjects that appear: every fourth step one, from the third on. */
    private static final List<String> LATER = List.of(
            "sci.space",
            "sci.crypt",
            "talk.politics.mideast",
            "rec.sport.hockey",
            "rec.motorcycles",
            "sci.electronics",
            "alt.atheism",
            "comp.sys.mac.hardware",
            "comp.os.ms-windows.misc");

    /**
     * So many of {@link #LATER} get a cluster of their own in each run; most of those after them have a nearer
     * neighbour (electronics, Mac hardware and MS Windows: the other computers).
     */
    private static final int CLEAR = 5;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    private final Map<String, Deque<String>> posts = new HashMap<>();
    private final Map<String, Integer> since = new TreeMap<>();
    private final List<String> found = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();

    @BeforeClass
    public static void start() {
        assumeTrue("no corpus " + FILE, Files.exists(FILE));
        cluster = TestCluster.builder("year").optimizing().heap("1500m").start();
        rest = cluster.rest();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    public void aModelThatNobodyTouches() throws IOException {
        read();
        rest.put(
                        "/" + INDEX,
                        "{\"mappings\":{\"properties\":{\"label\":{\"type\":\"keyword\"},"
                                + "\"step\":{\"type\":\"integer\"}}}}")
                .ok();
        index(0, FROM_THE_BEGINNING, 120);
        rest.put(
                        MODELS,
                        "{\"source\":{\"index\":[\"year\"],\"fields\":[\"subject^2\",\"body\"]},\"target_field\":\"latent\","
                                + "\"clusters\":{\"count\":\"auto\"},"
                                + "\"refresh\":{\"interval\":\"1s\",\"mode\":\"auto\",\"keep_generations\":3}}")
                .ok();
        await(1);
        pause();
        Latent.attach(rest, INDEX, INDEX);
        System.out.println(
                "| step | subjects | drift | run | verdict | why | born | ended | clusters | NMI of the step |"
                        + " re-encoded | heap, MB | resident, MB | threads |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        int clusters = 0;
        for (int step = 1; step < STEPS; step++) {
            String appears = appearing(step);
            index(step, subjects(step), POSTS);
            if (appears != null) {
                since.put(appears, step);
                index(step, List.of(appears), APPEARING - POSTS);
            }
            Rest.Response drift = rest.get(MODELS + "/_drift").ok();
            int before = generation();
            Map<?, ?> run = run();
            int active = generation();
            rest.post("/" + INDEX + "/_refresh").ok();
            Map<String, String> owned = new TreeMap<>();
            double nmi = nmi(step, owned);
            int now = leaves();
            row(step, appears, drift, run, before == active ? null : active, now, nmi);
            if (appears != null) {
                assertThat("clusters after " + appears + ": " + run, now, greaterThanOrEqualTo(clusters));
            }
            clusters = now;
            assertThat(run.toString(), (String) run.get("verdict"), not(equalTo("failed")));
            assertThat("documents of a former encoder", left(), equalTo(0));
            boolean same = step > 1 && step < FIRST_LEAVES && appears == null && appearing(step - 1) == null;
            if (same || "green".equals(drift.at("status"))) {
                assertThat("nothing has changed: " + run, (String) run.get("mode"), not(equalTo("full")));
            }
            for (Map.Entry<String, Integer> each : since.entrySet()) {
                if (step == each.getValue() + 1) {
                    (owned.containsKey(each.getKey()) ? found : missed).add(each.getKey());
                }
            }
        }
        System.out.printf("with a cluster of their own one step later: %s, without: %s%n", found, missed);
        assertThat("without a cluster of their own", Collections.disjoint(missed, LATER.subList(0, CLEAR)));
        assertThat(generation(), greaterThanOrEqualTo(1));
        assertThat(String.join("\n", logLines()), containsString("refresh [full] begins, because"));
    }

    /** The number of documents that a run has left to be encoded anew. */
    private static int left() {
        return rest.timeout(LIMIT)
                .post(MODELS + "/_reencode?wait_for_completion=true")
                .ok()
                .intAt("updated");
    }

    private static List<String> logLines() {
        return cluster.logLines(0);
    }

    /** The subject that appears at a step; null for none. */
    private static String appearing(int step) {
        int index = (step - 2) / 4;
        return step >= 2 && (step - 2) % 4 == 0 && index < LATER.size() ? LATER.get(index) : null;
    }

    private List<String> subjects(int step) {
        TreeSet<String> subjects = new TreeSet<>(FROM_THE_BEGINNING);
        for (int i = 0; i < FROM_THE_BEGINNING.size(); i++) {
            int leaves = FIRST_LEAVES + 4 * i;
            if (step >= leaves && step < leaves + 6) {
                subjects.remove(FROM_THE_BEGINNING.get(i));
            }
        }
        subjects.addAll(since.keySet());
        String appears = appearing(step);
        if (appears != null) {
            subjects.add(appears);
        }
        return new ArrayList<>(subjects);
    }

    private void read() throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(FILE)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject post = JsonParser.parseString(line).getAsJsonObject();
                posts.computeIfAbsent(post.get("label").getAsString(), label -> new ArrayDeque<>())
                        .add(line);
            }
        }
    }

    /** Indexes the next posts of each subject; one that has no more begins again with its first. */
    private void index(int step, List<String> subjects, int each) {
        Map<String, Object> documents = new LinkedHashMap<>();
        for (String subject : subjects) {
            for (int i = 0; i < each; i++) {
                String line = posts.get(subject).removeFirst();
                posts.get(subject).addLast(line);
                JsonObject post = JsonParser.parseString(line).getAsJsonObject();
                documents.put(
                        step + "-" + subject + "-" + i + "-" + documents.size(),
                        Map.of(
                                "subject",
                                post.get("subject").getAsString(),
                                "body",
                                post.get("body").getAsString(),
                                "label",
                                subject,
                                "step",
                                step));
            }
        }
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents);
    }

    private static void pause() {
        rest.post(MODELS + "/_refresh/_pause").ok();
        Await.until(LIMIT, "no run", () -> refresh().at("running") == null);
    }

    private static Rest.Response refresh() {
        return rest.get(MODELS + "/_refresh").ok();
    }

    /** Waits for that many runs that have made a generation. */
    private static void await(int generations) {
        Await.until(LIMIT, "the first training", () -> generation() >= generations);
    }

    /** Lets the schedule make one run, and returns it. */
    private static Map<?, ?> run() {
        Object last = start(refresh());
        rest.post(MODELS + "/_refresh/_resume").ok();
        Await.until(LIMIT, "a run", () -> {
            Rest.Response now = refresh();
            return now.at("running") != null || !String.valueOf(start(now)).equals(String.valueOf(last));
        });
        pause();
        List<?> runs = refresh().listAt("runs");
        // the run that was due first, should another one have begun before the pause
        for (int i = runs.size() - 1; i >= 0; i--) {
            Map<?, ?> run = (Map<?, ?>) runs.get(i);
            if (last == null || ((String) run.get("start")).compareTo(String.valueOf(last)) > 0) {
                return run;
            }
        }
        throw new AssertionError("no run after " + last + " in " + runs);
    }

    private static Object start(Rest.Response refresh) {
        return refresh.at("runs.0.start");
    }

    private static int generation() {
        return Latent.model(rest, INDEX).intAt("active_generation");
    }

    /**
     * The agreement of the clusters of a step's documents with their subjects.
     *
     * @param owned gets the subjects that have a cluster of their own among all documents, with its key: it has at
     *     least half of the subject, and the subject is at least half of it
     */
    private double nmi(int step, Map<String, String> owned) {
        List<Integer> clusters = new ArrayList<>();
        List<Integer> subjects = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        for (Object each : buckets("{\"term\":{\"step\":" + step + "}}")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            for (Map<?, ?> subject : subjects(bucket)) {
                for (int i = 0; i < ((Number) subject.get("doc_count")).intValue(); i++) {
                    clusters.add(number(numbers, "cluster " + bucket.get("key")));
                    subjects.add(number(numbers, (String) subject.get("key")));
                }
            }
        }
        Map<String, Integer> all = new HashMap<>();
        List<?> buckets = buckets("{\"match_all\":{}}");
        for (Object each : buckets) {
            for (Map<?, ?> subject : subjects((Map<?, ?>) each)) {
                all.merge((String) subject.get("key"), ((Number) subject.get("doc_count")).intValue(), Integer::sum);
            }
        }
        for (Object each : buckets) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            for (Map<?, ?> subject : subjects(bucket)) {
                int count = ((Number) subject.get("doc_count")).intValue();
                String name = (String) subject.get("key");
                if (2 * count >= all.get(name) && 2 * count >= ((Number) bucket.get("doc_count")).intValue()) {
                    owned.put(name, (String) bucket.get("key"));
                }
            }
        }
        return Measures.nmi(
                subjects.stream().mapToInt(Integer::intValue).toArray(),
                clusters.stream().mapToInt(Integer::intValue).toArray());
    }

    private static int number(Map<String, Integer> numbers, String name) {
        return numbers.computeIfAbsent(name, key -> numbers.size());
    }

    private static List<?> buckets(String query) {
        return rest.post(
                        "/" + INDEX + "/_search",
                        "{\"size\":0,\"query\":" + query
                                + ",\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000},"
                                + "\"aggs\":{\"subjects\":{\"terms\":{\"field\":\"label\",\"size\":100}}}}}}")
                .ok()
                .listAt("aggregations.topics.buckets");
    }

    private static List<Map<?, ?>> subjects(Map<?, ?> bucket) {
        List<Map<?, ?>> subjects = new ArrayList<>();
        for (Object each : (List<?>) ((Map<?, ?>) bucket.get("subjects")).get("buckets")) {
            subjects.add((Map<?, ?>) each);
        }
        return subjects;
    }

    private static int leaves() {
        List<?> clusters = (List<?>) rest.get(MODELS + "/clusters").ok().json();
        return (int) clusters.stream().filter(each -> isLeaf((Map<?, ?>) each)).count();
    }

    /** Whether a cluster has documents itself, and is no parent of others. */
    private static boolean isLeaf(Map<?, ?> cluster) {
        return ((String) cluster.get("key")).startsWith("c");
    }

    private void row(
            int step, String appears, Rest.Response drift, Map<?, ?> run, Integer made, int clusters, double nmi) {
        int born = 0;
        int ended = 0;
        if (made != null) {
            for (Object each : rest.get(MODELS + "/generations/" + made).ok().listAt("lineage")) {
                Map<?, ?> transition = (Map<?, ?>) each;
                String event = isLeaf(transition) ? (String) transition.get("event") : "";
                born += event.equals("born") || event.equals("split") ? 1 : 0;
                ended += event.equals("ended") ? 1 : 0;
            }
        }
        NodeVitals vitals = NodeVitals.of(cluster, 0);
        System.out.printf(
                Locale.ROOT,
                "| %d | %d%s | %s, %s new | %s | %s | %s | %d | %d | %d | %.3f | %d | %.0f | %.0f | %d |%n",
                step,
                subjects(step).size(),
                appears == null ? "" : " + " + appears,
                drift.at("status"),
                drift.listAt("new_subjects").size(),
                run.get("mode"),
                run.get("verdict"),
                run.get("why"),
                born,
                ended,
                clusters,
                nmi,
                made != null && "full".equals(run.get("mode"))
                        ? rest.get("/" + INDEX + "/_count").ok().intAt("count")
                        : 0,
                vitals.heapBytes() / 1e6,
                vitals.residentBytes() / 1e6,
                vitals.threads());
    }
}
