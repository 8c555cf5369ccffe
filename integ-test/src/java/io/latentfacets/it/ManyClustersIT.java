/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * A model of a thousand clusters, each of which people have labelled: they merge, split, pin and note, train in both
 * modes, and take the model elsewhere. Nothing of it is lost without a word.
 */
public final class ManyClustersIT {
    private static final String INDEX = "many-docs";
    private static final String MODEL = "many-model";
    private static final String COPY = "many-copy";
    private static final String MODELS = Latent.BASE + "/models/";
    private static final String CLUSTERS = MODELS + MODEL + "/clusters";
    private static final int SUBJECTS = 1000;
    private static final int DOCUMENTS_EACH = 8;
    private static final int WORDS_EACH = 5;
    private static final int MERGED = 100;
    private static final int SPLIT = 50;
    private static final int PINNED = 100;
    private static final int PEOPLE = 8;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.builder("many").nodes(2).heap("1g").start();
        rest = cluster.rest();
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int i = 0; i < SUBJECTS * DOCUMENTS_EACH; i++) {
            int subject = i % SUBJECTS;
            int copy = i / SUBJECTS;
            // all words of the subject but one, in the first half of the documents others than in the second half
            String body = IntStream.range(0, WORDS_EACH)
                    .filter(word -> word != copy % WORDS_EACH)
                    .mapToObj(word -> word(subject, word))
                    .collect(Collectors.joining(" "));
            documents.put(
                    Integer.toString(i),
                    Map.of(
                            "title",
                            word(subject, 0),
                            "body",
                            body + (copy < DOCUMENTS_EACH / 2 ? " morning" : " evening")));
        }
        Latent.createIndex(cluster, INDEX, documents, 2, 1);
        Map<String, Object> definition = Latent.definition(INDEX, SUBJECTS, 12);
        definition.put("text", Map.of("vocabulary_size", 10_000, "min_doc_freq", 2, "phrases", false));
        definition.put(
                "vae", Map.of("latent_dims", 64, "hidden_dims", List.of(128), "epochs", 12, "seed", 7, "neighbors", 0));
        Latent.createModel(rest, MODEL, definition);
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @AfterClass
    public static void stop() {
        cluster.close();
    }

    /** A word of letters that no other subject has. */
    private static String word(int subject, int number) {
        StringBuilder word = new StringBuilder("q");
        for (int rest = subject * WORDS_EACH + number + 20 * 20; rest > 0; rest /= 20) {
            word.append("bcdfghjklmnpqrstvwxz".charAt(rest % 20)).append("aeiou".charAt(rest % 5));
        }
        return word.append('k').toString();
    }

    /** The clusters and parents that people see, by key. */
    private static Map<String, Map<?, ?>> clusters(String model) {
        Map<String, Map<?, ?>> all = new TreeMap<>();
        for (Object each : (List<?>)
                rest.get(MODELS + model + "/clusters?sentences=false").ok().json()) {
            all.put(((Map<?, ?>) each).get("key").toString(), (Map<?, ?>) each);
        }
        return all;
    }

    private static Map<String, Map<?, ?>> clusters() {
        return clusters(MODEL);
    }

    /** Sends requests as so many people do at the same time; each must succeed. */
    private static void together(List<Runnable> requests) throws Exception {
        ExecutorService people = Executors.newFixedThreadPool(PEOPLE);
        try {
            List<Future<?>> sent = new ArrayList<>();
            requests.forEach(request -> sent.add(people.submit(request)));
            for (Future<?> each : sent) {
                each.get();
            }
        } finally {
            people.shutdownNow();
        }
    }

    private static Runnable edit(String key, Map<String, Object> edit) {
        return () -> rest.put(CLUSTERS + "/" + key, edit).ok();
    }

    @Test
    public void nothingThatPeopleMadeIsLost() throws Exception {
        List<String> keys = clusters().entrySet().stream()
                .filter(each -> !each.getValue().containsKey("children"))
                .sorted((a, b) -> Long.compare(size(b.getValue()), size(a.getValue())))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(keys, hasSize(SUBJECTS));

        List<Runnable> edits = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Map<String, Object> edit = new HashMap<>();
            edit.put("label", "The subject of " + keys.get(i));
            if (i >= SPLIT && i < SPLIT + PINNED) {
                edit.put("pinned", true);
                edit.put("note", "the desk of " + keys.get(i));
            }
            edits.add(edit(keys.get(i), edit));
        }
        together(edits);
        List<Runnable> changes = new ArrayList<>();
        Map<String, String> merged = new TreeMap<>();
        for (int i = 0; i < MERGED; i++) {
            String into = keys.get(SPLIT + PINNED + 2 * i);
            String part = keys.get(SPLIT + PINNED + 2 * i + 1);
            merged.put(into, part);
            changes.add(() -> rest.post(CLUSTERS + "/_merge", Map.of("keys", List.of(into, part)))
                    .ok());
        }
        List<String> split = keys.subList(0, SPLIT);
        split.forEach(
                key -> changes.add(() -> rest.post(CLUSTERS + "/" + key + "/_split?timeout=2m", Map.of("count", 2))
                        .ok()));
        together(changes);

        Map<String, Map<?, ?>> made = clusters();
        List<String> leaves = leaves(made);
        assertThat(leaves, hasSize(SUBJECTS - MERGED + SPLIT));
        holds(made, keys, merged, split, Set.of());
        countsEqualFilters(leaves);

        for (String mode : List.of("clusters", "full")) {
            Rest.Response trained = rest.timeout(Duration.ofMinutes(10))
                    .post(MODELS + MODEL + "/_train?wait_for_completion=true", Map.of("mode", mode, "force", true))
                    .ok();
            rest.post("/" + INDEX + "/_refresh").ok();
            Set<String> named = named(trained);
            Map<String, Map<?, ?>> after = clusters();
            holds(after, keys, merged, split, named);
            countsEqualFilters(leaves(after));
            // what was learned anew gets its label back when its cluster is there again; few clusters have ended
            long labelled = keys.stream().filter(after::containsKey).count();
            assertThat(mode + ": " + named, labelled, greaterThan((long) (SUBJECTS - MERGED) * 9 / 10));
        }

        Map<String, Map<?, ?>> last = clusters();
        Map<?, ?> exported =
                (Map<?, ?>) rest.get(MODELS + MODEL + "/_export").ok().json();
        rest.put(MODELS + COPY + "/_import", exported).ok();
        assertThat(clusters(COPY), equalTo(last));
        // taken back, each part has its own label again
        rest.post(CLUSTERS + "/_unmerge", Map.of("keys", List.copyOf(merged.keySet())))
                .ok();
        Map<String, Map<?, ?>> apart = clusters();
        merged.forEach((into, part) ->
                assertThat(part, apart.get(part).get("custom_label"), equalTo("The subject of " + part)));
        assertThat("the copy is a model of its own", clusters(COPY), equalTo(last));
    }

    /** What the training says that it could not keep; each entry begins with a key in brackets. */
    private static Set<String> named(Rest.Response trained) {
        int generation = trained.intAt("generation");
        Object lost =
                rest.get(MODELS + MODEL + "/generations/" + generation).ok().at("decision.not_kept");
        Set<String> keys = new TreeSet<>();
        if (lost != null) {
            for (Object each : (List<?>) lost) {
                assertThat(each.toString(), containsString("["));
                keys.add(each.toString().replaceFirst("\\[([^\\]]+)\\].*", "$1"));
            }
        }
        return keys;
    }

    /** Labels, notes, merges and parts are there, except of those whose keys the training has named. */
    private static void holds(
            Map<String, Map<?, ?>> now,
            List<String> keys,
            Map<String, String> merged,
            List<String> split,
            Set<String> named) {
        for (String key : keys) {
            if (now.containsKey(key)) {
                assertThat(now.get(key).get("custom_label"), equalTo("The subject of " + key));
            }
        }
        for (String key : keys.subList(SPLIT, SPLIT + PINNED)) {
            if (!named.contains(key)) {
                assertThat(key, now.get(key).get("pinned"), equalTo(true));
                assertThat(key, now.get(key).get("note"), equalTo("the desk of " + key));
            }
        }
        merged.forEach((into, part) -> {
            if (!named.contains(into) && !named.contains(part)) {
                assertThat(into, now.get(into).get("merged"), equalTo(List.of(part)));
                assertThat(part, now.containsKey(part), equalTo(false));
            }
        });
        for (String key : split) {
            List<?> children = (List<?>) now.get(key).get("children");
            children.stream()
                    .map(Object::toString)
                    .filter(child -> !named.contains(child))
                    .forEach(child -> assertThat(child, now.get(child).get("parent"), equalTo(key)));
        }
        assertThat("named: " + named, named.size() <= SUBJECTS / 10, equalTo(true));
    }

    private static List<String> leaves(Map<String, Map<?, ?>> all) {
        return all.entrySet().stream()
                .filter(each -> !each.getValue().containsKey("children"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static long size(Map<?, ?> each) {
        return ((Number) each.get("size")).longValue();
    }

    /**
     * Each facet's count is what its filter finds in the same search, and the filters' counts add up to all documents.
     */
    private static void countsEqualFilters(List<String> leaves) {
        Rest.Response found = Latent.facetsAndFilters(rest, INDEX, leaves, "clusters");
        for (Object each : found.listAt("aggregations.topics.buckets")) {
            String key = ((Map<?, ?>) each).get("key").toString();
            long count = ((Number) ((Map<?, ?>) each).get("doc_count")).longValue();
            assertThat(key, found.longAt("aggregations.keys.buckets." + key + ".doc_count"), equalTo(count));
        }
        long sum = found.longAt("aggregations.topics.unassigned_doc_count");
        for (String key : leaves) {
            sum += found.longAt("aggregations.keys.buckets." + key + ".doc_count");
        }
        assertThat(sum, equalTo((long) SUBJECTS * DOCUMENTS_EACH));
        assertThat(found.longAt("hits.total.value"), equalTo(sum));
    }
}
