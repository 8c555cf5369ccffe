/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.FixMethodOrder;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runners.MethodSorters;

/**
 * {@code _evaluate} and exemplar sentences on a cluster of two nodes. The answers must equal what this class computes
 * from the documents and the exported rule, each measure from its definition.
 */
@FixMethodOrder(MethodSorters.NAME_ASCENDING) // the last tests delete documents
public final class EvaluateIT {
    private static final String INDEX = "eval-docs";
    private static final String MODEL = "eval-model";
    private static final String EVALUATE = Latent.BASE + "/models/" + MODEL + "/_evaluate";
    private static final int DOCUMENTS = 300;
    private static final int WORDLESS = DOCUMENTS / TopicCorpus.WORDLESS;
    private static final int CLUSTERS = 4;

    private static TestCluster cluster;
    private static Rest rest;
    private static Rest.Response beforeAttaching;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
        createIndex();
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents(0, DOCUMENTS));
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, CLUSTERS, 4));
        Latent.train(rest, MODEL);
        beforeAttaching = evaluate("{\"label_field\":\"subject\"}");
        Latent.attach(rest, MODEL, INDEX);
    }

    private static void createIndex() {
        rest.put(
                        "/" + INDEX,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 2, "number_of_replicas", 1),
                                "mappings",
                                TopicCorpus.MAPPINGS))
                .ok();
        cluster.awaitGreen(INDEX);
    }

    @AfterClass
    public static void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
    }

    /** The documents of the corpus, with nested labels added: one, several, the same one twice, or none. */
    private static Map<String, Object> documents(int from, int to) {
        Map<String, Object> documents = TopicCorpus.documents(from, to);
        documents.forEach((id, document) -> {
            @SuppressWarnings("unchecked") // made by TopicCorpus
            Map<String, Object> fields = (Map<String, Object>) document;
            Object subject = fields.get("subject");
            int number = Integer.parseInt(id);
            if (number % 5 == 0) {
                fields.put("meta", Map.of("tags", List.of(subject, "other")));
            } else if (number % 5 == 1) {
                fields.put("meta", Map.of("tags", List.of(subject, subject)));
            } else if (number % 5 != 2) {
                fields.put("meta", Map.of("tags", subject));
            }
        });
        return documents;
    }

    private static Rest.Response evaluate(String body) {
        return rest.post(EVALUATE, body).ok();
    }

    /** A document of this test. */
    private record Doc(Map<String, Object> source, String label, String cluster, double[] unit) {
        double distance(Doc other) {
            double dot = 0;
            for (int i = 0; i < unit.length; i++) {
                dot += unit[i] * other.unit[i];
            }
            return 1 - dot;
        }
    }

    private static List<Doc> read(String labelPath, Predicate<Doc> wanted) {
        Centroids rule = Centroids.of(rest, MODEL);
        Rest.Response found =
                rest.post("/" + INDEX + "/_search", "{\"size\":1000}").ok();
        List<Doc> docs = new ArrayList<>();
        for (int i = 0; found.at("hits.hits." + i) != null; i++) {
            String at = "hits.hits." + i + "._source";
            Object vector = found.at(at + ".latent.vector");
            Object value = found.at(at + "." + labelPath);
            Set<Object> labels =
                    new HashSet<>(value instanceof List<?> many ? many : value == null ? Set.of() : Set.of(value));
            Doc doc = new Doc(
                    found.mapAt(at),
                    labels.size() == 1 ? labels.iterator().next().toString() : null,
                    vector == null ? null : rule.nearest(vector.toString()),
                    vector == null ? null : unit(vector.toString()));
            if (wanted.test(doc)) {
                docs.add(doc);
            }
        }
        return docs;
    }

    private static double[] unit(String vector) {
        byte[] bytes = Base64.getDecoder().decode(vector);
        double[] unit = new double[bytes.length];
        double squares = 0;
        for (byte b : bytes) {
            squares += b * b;
        }
        for (int i = 0; i < unit.length; i++) {
            unit[i] = bytes[i] / Math.sqrt(squares);
        }
        return unit;
    }

    @Test
    public void a_measuresWithLabelsEqualTheirDefinitions() {
        Rest.Response evaluated = evaluate("{\"label_field\":\"subject\"}");
        List<Doc> docs = read("subject", doc -> true);
        assertThat(docs, hasSize(DOCUMENTS));
        assertThat(evaluated.stringAt("model"), equalTo(MODEL));
        assertThat(evaluated.intAt("generation"), equalTo(1));
        assertThat(evaluated.intAt("matched"), equalTo(DOCUMENTS));
        assertThat(evaluated.intAt("documents"), equalTo(DOCUMENTS));
        assertThat(evaluated.intAt("labelled"), equalTo(DOCUMENTS));
        assertThat(evaluated.intAt("multi_label"), equalTo(0));
        assertThat(evaluated.intAt("stored_latents"), equalTo(DOCUMENTS - WORDLESS));
        assertThat(evaluated.intAt("encoded_latents"), equalTo(0));
        assertThat(evaluated.intAt("without_latent"), equalTo(WORDLESS));
        assertThat(number(evaluated, "unassigned_share"), closeTo((double) WORDLESS / DOCUMENTS, 1e-12));
        assertThat(evaluated.intAt("labels"), equalTo(TopicCorpus.subjects()));
        assertThat(evaluated.intAt("clusters"), equalTo(CLUSTERS));
        requireMeasures(evaluated, docs);
        assertThat("a model that learned", number(evaluated, "nmi"), greaterThan(0.3));
    }

    /** On-the-fly latents equal those that the documents would store. */
    @Test
    public void a_measuresAreTheSameWhetherLatentsAreStoredOrNot() {
        assertThat(beforeAttaching.intAt("stored_latents"), equalTo(0));
        assertThat(beforeAttaching.intAt("encoded_latents"), equalTo(DOCUMENTS - WORDLESS));
        requireMeasures(beforeAttaching, read("subject", doc -> true));
    }

    @Test
    public void a_withoutLabelsWhatTheTrainingMeasured() {
        for (String body : new String[] {null, "{}"}) {
            Rest.Response evaluated = rest.post(EVALUATE, body).ok();
            Rest.Response model = Latent.model(rest, MODEL);
            for (String measure : List.of("silhouette", "coherence", "diversity")) {
                assertThat(
                        measure,
                        number(evaluated, measure),
                        closeTo(number(model, "generations.0.metrics." + measure), 1e-6));
            }
            for (String absent : List.of("nmi", "ari", "purity", "accuracy", "labels", "labelled")) {
                assertThat(absent, evaluated.at(absent), nullValue());
            }
            assertThat(evaluated.listAt("per_cluster"), hasSize(CLUSTERS));
            assertThat(evaluated.at("per_cluster.0.precision"), nullValue());
        }
    }

    @Test
    public void a_aQueryAndAnIndexNarrowTheDocuments() {
        Rest.Response evaluated = evaluate(
                "{\"label_field\":\"subject\",\"index\":\"eval-*\",\"query\":{\"range\":{\"number\":{\"lt\":40}}}}");
        List<Doc> docs = read("subject", doc -> ((Number) doc.source().get("number")).intValue() < 40);
        assertThat(evaluated.intAt("matched"), equalTo(docs.size()));
        requireMeasures(evaluated, docs);
        refused(400, "none matches the query", "{\"query\":{\"term\":{\"subject\":\"gardening\"}}}");
        refused(404, "no-such-index", "{\"index\":\"no-such-index\"}");
        refused(404, "[index] matches no index", "{\"index\":\"no-such-*\"}");
        refused(404, "[9]", "{\"generation\":9}");
    }

    @Test
    public void a_documentsOfSeveralLabelsOrNoneAreCountedAndLeftOut() {
        Rest.Response evaluated = evaluate("{\"label_field\":\"meta.tags\"}");
        assertThat(evaluated.intAt("multi_label"), equalTo(DOCUMENTS / 5));
        assertThat(evaluated.intAt("labelled"), equalTo(DOCUMENTS * 3 / 5));
        requireMeasures(evaluated, read("meta.tags", doc -> true));
        refused(400, "[label_field] [meta.nothing]", "{\"label_field\":\"meta.nothing\"}");
        refused(400, "it is [finance]", "{\"label_field\":\"subject\",\"query\":{\"term\":{\"subject\":\"finance\"}}}");
    }

    @Test
    public void a_aSampleIsTheSameEveryTime() {
        Rest.Response first = evaluate("{\"label_field\":\"subject\",\"max_documents\":120}");
        Rest.Response second = evaluate("{\"label_field\":\"subject\",\"max_documents\":120}");
        assertThat(first.intAt("documents"), equalTo(120));
        assertThat(first.intAt("matched"), equalTo(DOCUMENTS));
        for (String measure : List.of("nmi", "ari", "purity", "accuracy", "coherence", "labelled")) {
            assertThat(measure, second.at(measure), equalTo(first.at(measure)));
        }
    }

    @Test
    public void b_nothingStaysBehind() {
        long charged = breakerBytes();
        evaluate("{\"label_field\":\"subject\"}");
        refused(400, "label_field", "{\"label_field\":\"nothing\"}");
        Await.until(Duration.ofSeconds(30), "memory given back", () -> breakerBytes() == charged);
        Await.until(Duration.ofSeconds(30), "points in time closed", () -> {
            Rest.Response stats = rest.get("/_nodes/stats/indices/search").ok();
            return stats.mapAt("nodes").keySet().stream()
                    .allMatch(node -> stats.intAt("nodes." + node + ".indices.search.point_in_time_current") == 0);
        });
        assertThat(rest.get("/_tasks?actions=*evaluate").ok().text(), not(containsString("latent/models/evaluate")));
    }

    @Test
    public void c_sentencesAreThoseOfExemplarsNearestTheCentroid() {
        Rest.Response clusters =
                rest.get(Latent.BASE + "/models/" + MODEL + "/clusters").ok();
        for (int c = 0; c < CLUSTERS; c++) {
            List<Object> sentences = clusters.listAt(c + ".exemplar_sentences");
            assertThat(sentences, not(empty()));
            assertThat(sentences.size(), lessThanOrEqualTo(3));
            List<Object> exemplars = clusters.listAt(c + ".exemplars");
            double previous = 1.0001;
            for (int i = 0; i < sentences.size(); i++) {
                String at = c + ".exemplar_sentences." + i;
                assertThat(clusters.stringAt(at + "._index"), equalTo(INDEX));
                assertThat(exemplars.contains(clusters.stringAt(at + "._id")), equalTo(true));
                String sentence = clusters.stringAt(at + ".sentence");
                // a body of this corpus is one sentence, and a title is not a sentence
                String source = rest.get("/" + INDEX + "/_doc/" + clusters.stringAt(at + "._id"))
                        .ok()
                        .stringAt("_source.body");
                assertThat(sentence, equalTo(source));
                double similarity = number(clusters, at + ".similarity");
                assertThat(similarity, lessThanOrEqualTo(previous));
                previous = similarity;
                assertThat(similarity, closeTo(similarity(sentence, clusters.stringAt(c + ".key")), 1e-5));
            }
            Rest.Response one = rest.get(
                            Latent.BASE + "/models/" + MODEL + "/clusters/" + clusters.stringAt(c + ".key"))
                    .ok();
            assertThat(one.listAt("exemplar_sentences"), equalTo(sentences));
        }
        for (String path : List.of("/clusters", "/clusters/" + clusters.stringAt("0.key"))) {
            assertThat(
                    rest.get(Latent.BASE + "/models/" + MODEL + path + "?sentences=false")
                            .ok()
                            .text(),
                    not(containsString("exemplar_sentences")));
        }
    }

    private static double similarity(String sentence, String key) {
        Rest.Response encoded = rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_encode",
                        Map.of("docs", List.of(Map.of("body", sentence))))
                .ok();
        for (int i = 0; encoded.at("0.clusters." + i) != null; i++) {
            if (encoded.stringAt("0.clusters." + i + ".key").equals(key)) {
                return number(encoded, "0.clusters." + i + ".similarity");
            }
        }
        throw new AssertionError("[" + sentence + "] is not near [" + key + "]");
    }

    @Test
    public void d_deletedLabelsAreMissed() {
        Map<String, Object> bare = new LinkedHashMap<>();
        TopicCorpus.documents(0, 100).forEach((id, document) -> {
            Map<String, Object> fields = new HashMap<>();
            ((Map<?, ?>) document).forEach((key, value) -> fields.put(key.toString(), value));
            fields.remove("subject");
            bare.put(id, fields);
        });
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", bare);
        Rest.Response evaluated = evaluate("{\"label_field\":\"subject\"}");
        assertThat(evaluated.intAt("documents"), equalTo(DOCUMENTS));
        assertThat(evaluated.intAt("labelled"), equalTo(DOCUMENTS - 100));
        requireMeasures(evaluated, read("subject", doc -> true));
        refused(
                400,
                "[label_field] [subject] has one value in none of the [100] documents",
                "{\"label_field\":\"subject\",\"query\":{\"bool\":{\"must_not\":{\"exists\":{\"field\":\"subject\"}}}}}");
    }

    @Test
    public void e_withoutTheIndexClustersAreShownWithoutSentences() {
        rest.delete("/" + INDEX).ok();
        Rest.Response clusters =
                rest.get(Latent.BASE + "/models/" + MODEL + "/clusters").ok();
        assertThat(clusters.listAt(""), hasSize(CLUSTERS));
        assertThat(clusters.text(), not(containsString("exemplar_sentences")));
        refused(404, INDEX, "{}");
    }

    private static void refused(int status, String message, String body) {
        Rest.Response response = rest.post(EVALUATE, body).expect(status);
        assertThat(response.text(), containsString(message));
    }

    private static double number(Rest.Response response, String path) {
        if (response.at(path) instanceof Number number) {
            return number.doubleValue();
        }
        throw new AssertionError("no number at [" + path + "] in " + response.text());
    }

    private static long breakerBytes() {
        Rest.Response stats = rest.get("/_nodes/stats/breaker").ok();
        return stats.mapAt("nodes").keySet().stream()
                .mapToLong(node -> stats.longAt("nodes." + node + ".breakers.latent.estimated_size_in_bytes"))
                .sum();
    }

    private static void requireMeasures(Rest.Response evaluated, List<Doc> all) {
        List<Doc> assigned = all.stream().filter(doc -> doc.cluster() != null).toList();
        List<Doc> both = assigned.stream().filter(doc -> doc.label() != null).toList();
        assertThat(number(evaluated, "nmi"), closeTo(nmi(both), 1e-9));
        assertThat(number(evaluated, "ari"), closeTo(adjustedRand(both), 1e-9));
        assertThat(number(evaluated, "purity"), closeTo(purity(both), 1e-9));
        assertThat(number(evaluated, "accuracy"), closeTo(accuracy(both), 1e-9));
        assertThat(number(evaluated, "silhouette"), closeTo(silhouette(assigned, assigned), 1e-4));
        for (int c = 0; c < CLUSTERS; c++) {
            String at = "per_cluster." + c;
            String key = evaluated.stringAt(at + ".key");
            List<Doc> members =
                    assigned.stream().filter(doc -> doc.cluster().equals(key)).toList();
            assertThat(evaluated.intAt(at + ".size"), equalTo(members.size()));
            if (members.isEmpty()) {
                continue;
            }
            assertThat(number(evaluated, at + ".silhouette"), closeTo(silhouette(members, assigned), 1e-4));
            List<Doc> labelled = members.stream().filter(both::contains).toList();
            Map<String, Integer> labels = count(labelled, true);
            if (labels.isEmpty()) {
                continue;
            }
            int most = labels.values().stream().mapToInt(n -> n).max().orElseThrow();
            assertThat(evaluated.intAt(at + ".labelled"), equalTo(labelled.size()));
            assertThat(labels.get(evaluated.stringAt(at + ".majority")), equalTo(most));
            assertThat(number(evaluated, at + ".precision"), closeTo((double) most / labelled.size(), 1e-12));
        }
    }

    /** How often each label, or each cluster, occurs. */
    private static Map<String, Integer> count(List<Doc> docs, boolean label) {
        Map<String, Integer> counts = new TreeMap<>();
        docs.forEach(doc -> counts.merge(label ? doc.label() : doc.cluster(), 1, Integer::sum));
        return counts;
    }

    private static double nmi(List<Doc> docs) {
        Map<String, Integer> joint = new TreeMap<>();
        docs.forEach(doc -> joint.merge(doc.label() + '\0' + doc.cluster(), 1, Integer::sum));
        double ofLabels = entropy(count(docs, true), docs.size());
        double ofClusters = entropy(count(docs, false), docs.size());
        return 2 * (ofLabels + ofClusters - entropy(joint, docs.size())) / (ofLabels + ofClusters);
    }

    private static double entropy(Map<String, Integer> counts, double n) {
        return -counts.values().stream()
                .mapToDouble(count -> count / n * Math.log(count / n))
                .sum();
    }

    /** The adjusted Rand index, counted pair by pair. */
    private static double adjustedRand(List<Doc> docs) {
        double together = 0;
        double sameLabel = 0;
        double sameCluster = 0;
        double pairs = 0;
        for (Doc a : docs) {
            for (Doc b : docs) {
                if (!a.equals(b)) {
                    boolean label = a.label().equals(b.label());
                    boolean cluster = a.cluster().equals(b.cluster());
                    pairs++;
                    sameLabel += label ? 1 : 0;
                    sameCluster += cluster ? 1 : 0;
                    together += label && cluster ? 1 : 0;
                }
            }
        }
        double expected = sameLabel * sameCluster / pairs;
        return (together - expected) / ((sameLabel + sameCluster) / 2 - expected);
    }

    private static double purity(List<Doc> docs) {
        double pure = 0;
        for (String cluster : count(docs, false).keySet()) {
            pure += count(
                            docs.stream()
                                    .filter(doc -> doc.cluster().equals(cluster))
                                    .toList(),
                            true)
                    .values()
                    .stream()
                    .mapToInt(n -> n)
                    .max()
                    .orElseThrow();
        }
        return pure / docs.size();
    }

    private static double accuracy(List<Doc> docs) {
        List<String> clusters = List.copyOf(count(docs, false).keySet());
        return (double) best(docs, clusters, new TreeSet<>(count(docs, true).keySet())) / docs.size();
    }

    /** The largest number of correct documents over all ways to give each cluster a label of its own or none. */
    private static long best(List<Doc> docs, List<String> clusters, Set<String> free) {
        if (clusters.isEmpty()) {
            return 0;
        }
        List<String> rest = clusters.subList(1, clusters.size());
        long best = best(docs, rest, free);
        for (String label : List.copyOf(free)) {
            Set<String> left = new TreeSet<>(free);
            left.remove(label);
            long right = docs.stream()
                    .filter(doc ->
                            doc.cluster().equals(clusters.get(0)) && doc.label().equals(label))
                    .count();
            best = Math.max(best, right + best(docs, rest, left));
        }
        return best;
    }

    private static double silhouette(List<Doc> of, List<Doc> among) {
        double sum = 0;
        for (Doc doc : of) {
            Map<String, double[]> distances = new TreeMap<>();
            for (Doc other : among) {
                if (!other.equals(doc)) {
                    double[] mean = distances.computeIfAbsent(other.cluster(), key -> new double[2]);
                    mean[0] += doc.distance(other);
                    mean[1]++;
                }
            }
            double[] own = distances.remove(doc.cluster());
            if (own == null || distances.isEmpty()) {
                continue;
            }
            double within = own[0] / own[1];
            double nearest = distances.values().stream()
                    .mapToDouble(mean -> mean[0] / mean[1])
                    .min()
                    .orElseThrow();
            sum += (nearest - within) / Math.max(within, nearest);
        }
        return sum / of.size();
    }
}
