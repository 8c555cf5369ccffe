/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * People merge and split clusters of a real two-node cluster, three shards and a replica. After each step facets,
 * filters and the list of clusters agree.
 */
public final class CurationIT {
    private static final String INDEX = "curation-docs";
    private static final String MODEL = "curation-model";
    private static final String CLUSTERS = Latent.BASE + "/models/" + MODEL + "/clusters";
    private static final String COPY = "curation-copy";
    private static final int DOCUMENTS = 1500;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.builder("curation").nodes(2).start();
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 3, 1);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 12));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @AfterClass
    public static void stop() {
        cluster.close();
    }

    /** Takes back what the tests before have merged and split. */
    @Before
    public void takeBack() {
        for (Map<?, ?> each : clusters()) {
            if (each.containsKey("merged")) {
                rest.post(CLUSTERS + "/_unmerge", "{\"key\":\"" + each.get("key") + "\"}")
                        .ok();
            }
        }
        for (Map<?, ?> each : clusters()) {
            if (each.containsKey("children") && each.get("key").toString().startsWith("c")) {
                rest.post(CLUSTERS + "/" + each.get("key") + "/_unsplit", "{}");
            }
        }
    }

    private static List<Map<?, ?>> clusters() {
        List<Map<?, ?>> all = new ArrayList<>();
        ((List<?>) rest.get(CLUSTERS).ok().json()).forEach(each -> all.add((Map<?, ?>) each));
        return all;
    }

    /** The clusters without parents, by key. */
    private static Map<String, Map<?, ?>> leaves() {
        Map<String, Map<?, ?>> leaves = new LinkedHashMap<>();
        for (Map<?, ?> each : clusters()) {
            if (!each.containsKey("children")) {
                leaves.put(each.get("key").toString(), each);
            }
        }
        return leaves;
    }

    /** The counts of facets over all documents. In the same search a filter a key finds what its bucket counts. */
    private static Map<String, Long> counts(List<String> keys, String level) {
        Rest.Response found = Latent.facetsAndFilters(rest, INDEX, keys, level);
        Map<String, Long> counts = new HashMap<>();
        long sum = found.longAt("aggregations.topics.unassigned_doc_count");
        for (Object each : found.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            String key = bucket.get("key").toString();
            long count = ((Number) bucket.get("doc_count")).longValue();
            counts.put(key, count);
            sum += count;
            if (keys.contains(key)) {
                assertThat(
                        "filter by " + key,
                        found.longAt("aggregations.keys.buckets." + key + ".doc_count"),
                        equalTo(count));
            }
        }
        assertThat(sum, equalTo(found.longAt("hits.total.value")));
        return counts;
    }

    private static Map<String, Long> counts() {
        return counts(List.copyOf(leaves().keySet()), "clusters");
    }

    @Test
    public void mergedClustersCountAsOneAtOnce() {
        Map<String, Long> before = counts();
        List<String> keys = new ArrayList<>(before.keySet());
        Collections.sort(keys);
        String counts = keys.get(0);
        String part = keys.get(1);
        Rest.Response merged = rest.post(
                        CLUSTERS + "/_merge", Map.of("keys", List.of(counts, part), "label", "Hardware"))
                .ok();
        assertThat(rest.get(CLUSTERS + "/" + part).ok().stringAt("key"), equalTo(counts));
        assertThat(rest.get(CLUSTERS + "/" + part + "?sentences=false").ok().stringAt("label"), equalTo("Hardware"));
        assertThat(merged.at("acknowledged"), equalTo(true));
        assertThat(merged.at("key"), equalTo(counts));
        assertThat(merged.listAt("clusters"), hasSize(1));
        assertThat(merged.at("clusters.0.label"), equalTo("Hardware"));
        assertThat(leaves().get(counts).get("merged"), equalTo(List.of(part)));
        Map<String, Long> after = counts();
        assertThat(after.get(counts), equalTo(before.get(counts) + before.get(part)));
        assertThat(after.get(part), nullValue());
        // the key of the part finds all of it
        assertThat(hits(part), equalTo(after.get(counts)));
        // one call of facets, the map and a single document say the same
        Rest.Response facets = rest.post("/" + INDEX + "/_latent/facets", "{\"facets\":{\"size\":100}}")
                .ok();
        for (Object each : facets.listAt("facets.clusters")) {
            Map<?, ?> facet = (Map<?, ?>) each;
            assertThat(((Number) facet.get("count")).longValue(), equalTo(after.get(facet.get("key"))));
            if (facet.get("key").equals(counts)) {
                assertThat(facet.get("label"), equalTo("Hardware"));
                assertThat(((Number) facet.get("lift")).doubleValue(), equalTo(1.0));
            }
        }
        rest.post(CLUSTERS + "/_unmerge", Map.of("key", counts)).ok();
        assertThat(counts(), equalTo(before));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long hits(String key) {
        return rest.post(
                        "/" + INDEX + "/_count",
                        Map.of("query", Map.of("latent_cluster", Map.of("field", "latent", "clusters", key))))
                .ok()
                .longAt("count");
    }

    @Test
    public void aSplitClusterIsTheParentOfItsParts() {
        Map<String, Long> before = counts();
        String key =
                Collections.max(before.entrySet(), Map.Entry.comparingByValue()).getKey();
        Rest.Response split =
                rest.post(CLUSTERS + "/" + key + "/_split", Map.of("count", 3)).ok();
        List<String> parts = new ArrayList<>();
        for (Object each : split.listAt("clusters")) {
            parts.add(((Map<?, ?>) each).get("key").toString());
            assertThat(
                    ((Map<?, ?>) each).get("terms").toString(),
                    (List<?>) ((Map<?, ?>) each).get("terms"),
                    not(empty()));
        }
        assertThat(parts, hasSize(3));
        Map<String, Map<?, ?>> leaves = leaves();
        assertThat(leaves.keySet(), hasItems(parts.toArray(String[]::new)));
        assertThat(leaves.containsKey(key), equalTo(false));
        parts.forEach(part -> assertThat(leaves.get(part).get("parent"), equalTo(key)));
        Map<String, Long> after = counts();
        assertThat(
                parts.stream().mapToLong(part -> after.getOrDefault(part, 0L)).sum(), equalTo(before.get(key)));
        parts.forEach(part -> assertThat(part, after.getOrDefault(part, 0L), greaterThan(0L)));
        assertThat(hits(key), equalTo(before.get(key)));
        Map<String, Long> parents = counts(List.of(key), "parents");
        assertThat(sum(parents), equalTo(sum(before)));
        // a part is split once more, and merged with another cluster
        Rest.Response deeper = rest.post(CLUSTERS + "/" + parts.get(0) + "/_split", "{\"count\":2}")
                .ok();
        String deepest = deeper.at("clusters.0.key").toString();
        String other = before.keySet().stream()
                .filter(each -> !each.equals(key))
                .findFirst()
                .orElseThrow();
        rest.post(CLUSTERS + "/_merge", Map.of("keys", List.of(other, deepest))).ok();
        Map<String, Long> merged = counts();
        assertThat(merged.get(other), greaterThan(before.get(other)));
        assertThat(sum(merged), equalTo(sum(before)));
        assertThat(hits(key), equalTo(before.get(key) - (merged.get(other) - before.get(other))));
        rest.post(CLUSTERS + "/" + key + "/_unsplit", "{}").ok();
        assertThat(counts(), equalTo(before));
        // keys are not given twice
        Rest.Response again = rest.post(CLUSTERS + "/" + key + "/_split", "{}").ok();
        again.listAt("clusters")
                .forEach(each -> assertThat(
                        parts, not(hasItems(((Map<?, ?>) each).get("key").toString()))));
    }

    @Test
    public void whatMakesNoSenseIsRefusedAndChangesNothing() {
        Map<String, Long> before = counts();
        List<String> keys = new ArrayList<>(before.keySet());
        Collections.sort(keys);
        refused("/_merge", "{\"keys\":[\"" + keys.get(0) + "\",\"c999\"]}", 404, "no cluster [c999]");
        refused("/_merge", "{\"keys\":[\"c1\",\"c1\"]}", 400, "different keys");
        refused("/_merge", "{\"keys\":[\"c1\"]}", 400, "keys");
        refused("/_unmerge", "{\"key\":\"" + keys.get(0) + "\"}", 400, "was not");
        refused("/_unmerge", "{}", 400, "one of [key] and [keys]");
        refused("/c999/_split", "{}", 404, "no cluster [c999]");
        refused("/" + keys.get(0) + "/_split", "{\"count\":1}", 400, "count");
        refused("/" + keys.get(0) + "/_unsplit", "{}", 400, "must name a cluster that was split");
        rest.post(CLUSTERS + "/_merge", Map.of("keys", keys.subList(0, 2))).ok();
        refused("/_merge", Map.of("keys", List.of(keys.get(1), keys.get(2))), 400, "was merged into [" + keys.get(0));
        refused("/" + keys.get(0) + "/_split", "{}", 400, "[_unmerge] comes first");
        rest.post(CLUSTERS + "/_unmerge", Map.of("key", keys.get(1))).ok();
        rest.post(CLUSTERS + "/" + keys.get(0) + "/_split", "{\"count\":2}").ok();
        refused("/_merge", Map.of("keys", List.of(keys.get(0), keys.get(2))), 400, "is the parent of");
        refused("/" + keys.get(0) + "/_split", "{}", 400, "is the parent of");
        rest.post(CLUSTERS + "/" + keys.get(0) + "/_unsplit", "{}").ok();
        assertThat(counts(), equalTo(before));
    }

    private static void refused(String path, Object body, int status, String message) {
        Rest.Response response = rest.post(CLUSTERS + path, body);
        assertThat(response.text(), response.status(), equalTo(status));
        assertThat(response.text(), containsString(message));
    }

    /** What people made is there after a training of either mode, and in a copy of the model. */
    @Test
    public void whatPeopleMadeOutlivesTrainingsAndTravels() {
        Map<String, Long> before = counts();
        List<String> keys = new ArrayList<>(before.keySet());
        keys.sort((a, b) -> Long.compare(before.get(b), before.get(a)));
        String split = keys.get(0);
        List<String> parts = new ArrayList<>();
        rest.post(CLUSTERS + "/" + split + "/_split", "{\"count\":2}")
                .ok()
                .listAt("clusters")
                .forEach(each -> parts.add(((Map<?, ?>) each).get("key").toString()));
        rest.post(CLUSTERS + "/_merge", Map.of("keys", List.of(keys.get(1), keys.get(2)), "label", "Both"))
                .ok();
        rest.put(CLUSTERS + "/" + keys.get(3), Map.of("pinned", true, "note", "the desk of Kim"))
                .ok();
        Map<String, Long> made = counts();
        for (String mode : List.of("clusters", "full")) {
            Rest.Response trained = rest.post(
                            Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                            Map.of("mode", mode, "force", true))
                    .ok();
            assertThat(trained.text(), not(containsString("not_kept")));
            Map<String, Map<?, ?>> leaves = leaves();
            parts.forEach(part -> assertThat(mode, leaves.get(part).get("parent"), equalTo(split)));
            assertThat(mode, leaves.get(keys.get(1)).get("label"), equalTo("Both"));
            assertThat(mode, leaves.get(keys.get(1)).get("merged"), equalTo(List.of(keys.get(2))));
            assertThat(mode, leaves.get(keys.get(3)).get("pinned"), equalTo(true));
            assertThat(mode, leaves.get(keys.get(3)).get("note"), equalTo("the desk of Kim"));
            rest.post("/" + INDEX + "/_refresh").ok();
            Map<String, Long> after = counts();
            List.of(parts.get(0), parts.get(1), keys.get(1), keys.get(3))
                    .forEach(key -> assertThat(
                            mode + " " + key + " " + made + " " + after,
                            (double) after.get(key) / made.get(key),
                            closeTo(1, 0.25)));
        }
        Map<?, ?> exported = (Map<?, ?>)
                rest.get(Latent.BASE + "/models/" + MODEL + "/_export").ok().json();
        Map<String, Object> archive = new HashMap<>();
        exported.forEach((key, value) -> archive.put(key.toString(), value));
        rest.put(Latent.BASE + "/models/" + COPY + "/_import", archive).ok();
        Map<String, Object> copies = new HashMap<>();
        for (Object each : (List<?>)
                rest.get(Latent.BASE + "/models/" + COPY + "/clusters").ok().json()) {
            copies.put(((Map<?, ?>) each).get("key").toString(), each);
        }
        for (Map<?, ?> each : clusters()) {
            assertThat(copies.get(each.get("key").toString()), equalTo(each));
        }
        rest.delete(Latent.BASE + "/models/" + COPY).ok();
        rest.put(CLUSTERS + "/" + keys.get(3), Map.of()).ok();
    }

    /** Eight people change clusters while others search and generations switch. */
    @Test
    public void countsEqualFiltersWhateverPeopleDo() throws Exception {
        int first = active();
        Latent.train(rest, MODEL); // so that there is another generation to switch to
        List<Integer> generations = List.of(first, active());
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger searches = new AtomicInteger();
        ExecutorService people = Executors.newFixedThreadPool(12);
        try {
            List<Future<?>> curators = new ArrayList<>();
            for (int person = 0; person < 8; person++) {
                Random random = new Random(person);
                curators.add(people.submit(() -> {
                    for (int step = 0; step < 12; step++) {
                        changes.addAndGet(change(random));
                    }
                }));
            }
            List<Future<?>> searchers = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                searchers.add(people.submit(() -> {
                    while (!done.get()) {
                        counts(
                                List.copyOf(leaves().keySet()),
                                searches.incrementAndGet() % 2 == 0 ? "clusters" : "parents");
                    }
                }));
            }
            searchers.add(people.submit(() -> {
                for (int i = 0; !done.get(); i++) {
                    rest.post(
                                    Latent.BASE + "/models/" + MODEL + "/_activate",
                                    Map.of("generation", generations.get(i % 2)))
                            .ok();
                }
            }));
            for (Future<?> curator : curators) {
                curator.get();
            }
            done.set(true);
            for (Future<?> searcher : searchers) {
                searcher.get();
            }
        } finally {
            done.set(true);
            people.shutdownNow();
        }
        // many steps make no sense any more when their turn comes, because of what others have made
        assertThat(changes.get(), greaterThan(20));
        assertThat(searches.get(), greaterThan(20));
    }

    private static int active() {
        return rest.get(Latent.BASE + "/models/" + MODEL).ok().intAt("active_generation");
    }

    /** One step; 1 if it was made, 0 if what others did made it senseless. */
    private static int change(Random random) {
        List<Map<?, ?>> all = clusters();
        Collections.shuffle(all, random);
        Map<?, ?> merged = first(all, "merged");
        Map<?, ?> split = all.stream()
                .filter(each -> each.containsKey("children"))
                .filter(each -> each.get("key").toString().startsWith("c"))
                .findFirst()
                .orElse(null);
        List<String> leaves = all.stream()
                .filter(each -> !each.containsKey("children"))
                .map(each -> each.get("key").toString())
                .toList();
        Rest.Response response;
        int what = random.nextInt(4);
        if (what == 0 && merged != null) {
            response = rest.post(CLUSTERS + "/_unmerge", Map.of("key", merged.get("key")));
        } else if (what == 1 && split != null) {
            response = rest.post(CLUSTERS + "/" + split.get("key") + "/_unsplit", "{}");
        } else if (what == 2 || leaves.size() < 5) {
            response = rest.post(CLUSTERS + "/" + leaves.get(0) + "/_split", "{\"count\":2}");
        } else {
            response = rest.post(CLUSTERS + "/_merge", Map.of("keys", leaves.subList(0, 2)));
        }
        if (response.status() == 200) {
            return 1;
        }
        boolean late = response.status() == 400 || response.status() == 404;
        assertThat(response.text(), late, equalTo(true));
        return 0;
    }

    private static Map<?, ?> first(List<Map<?, ?>> all, String with) {
        return all.stream().filter(each -> each.containsKey(with)).findFirst().orElse(null);
    }
}
