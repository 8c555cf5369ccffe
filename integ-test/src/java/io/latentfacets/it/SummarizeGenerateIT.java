/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/** {@code _summarize} and {@code _generate} on a real two-node cluster, over documents of three sentences each. */
public final class SummarizeGenerateIT {
    private static final String INDEX = "asked-docs";
    private static final String MODEL = "asked-model";
    private static final String BASE = Latent.BASE + "/models/" + MODEL;
    private static final int DOCUMENTS = 900;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, documents(), 2, 0);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 40));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @AfterClass
    public static void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
    }

    /** Documents of the corpus whose bodies are three sentences. */
    private static Map<String, Object> documents() {
        Map<String, Object> documents = new LinkedHashMap<>();
        TopicCorpus.documents(0, DOCUMENTS).forEach((id, source) -> {
            @SuppressWarnings("unchecked") // made by TopicCorpus
            Map<String, Object> document = (Map<String, Object>) source;
            if (document.get("body") instanceof String body) {
                String[] words = body.split(" ", -1);
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < words.length; i++) {
                    boolean first = i % 10 == 0;
                    text.append(
                                    first
                                            ? words[i].substring(0, 1).toUpperCase(Locale.ROOT) + words[i].substring(1)
                                            : words[i])
                            .append(i % 10 == 9 ? ". " : " ");
                }
                document.put("body", text.toString().strip());
            }
            documents.put(id, document);
        });
        return documents;
    }

    private static Rest.Response summarize(String body) {
        return rest.post(BASE + "/_summarize", body);
    }

    private static Rest.Response generate(String body) {
        return rest.post(BASE + "/_generate", body);
    }

    private static List<Map<?, ?>> objects(Rest.Response response, String path) {
        List<Map<?, ?>> objects = new ArrayList<>();
        response.listAt(path).forEach(each -> objects.add((Map<?, ?>) each));
        return objects;
    }

    private static String body(Object id) {
        return (String) ((Map<?, ?>) documents().get(id)).get("body");
    }

    private static double kept(Rest.Response response) {
        return ((Number) response.at("kept")).doubleValue();
    }

    private static String clusterOf(String subject) {
        return rest.post(
                        "/" + INDEX + "/_latent/facets",
                        "{\"search\":{\"size\":0,\"query\":{\"term\":{\"subject\":\"" + subject
                                + "\"}}},\"facets\":{\"size\":1}}")
                .ok()
                .stringAt("facets.clusters.0.key");
    }

    private static Set<String> subject(Object id) {
        return Set.of((String) ((Map<?, ?>) documents().get(id)).get("subject"));
    }

    @Test
    public void aSummaryHasSentencesOfTheDocumentsInTheirOrder() {
        Rest.Response one = summarize("{\"ids\":\"3\",\"sentences\":2}").ok();
        assertThat(objects(one, "sentences"), hasSize(2));
        int before = -1;
        for (Map<?, ?> sentence : objects(one, "sentences")) {
            assertThat(sentence.get("_id"), equalTo("3"));
            assertThat(sentence.get("_index"), equalTo(INDEX));
            int at = body("3").indexOf((String) sentence.get("text"));
            assertThat(at, greaterThan(before));
            before = at;
        }
        Rest.Response all = summarize("{\"ids\":\"3\",\"ratio\":1}").ok();
        assertThat(objects(all, "sentences"), hasSize(3));
        assertThat(one.text(), kept(one), greaterThan(.8));

        Rest.Response several =
                summarize("{\"ids\":[\"7\",\"3\",\"5\"],\"sentences\":6}").ok();
        assertThat(several.intAt("documents"), equalTo(3));
        List<Object> ids = new ArrayList<>();
        objects(several, "sentences").forEach(sentence -> ids.add(sentence.get("_id")));
        List<Object> sorted = new ArrayList<>(ids);
        sorted.sort((a, b) ->
                List.of("7", "3", "5").indexOf(a) - List.of("7", "3", "5").indexOf(b));
        assertThat(ids, equalTo(sorted));
    }

    @Test
    public void ofAQueryAndOfACluster() {
        Rest.Response query = summarize("{\"query\":{\"term\":{\"subject\":\"cooking\"}},\"max_documents\":25}")
                .ok();
        assertThat(query.intAt("documents"), equalTo(25));
        assertThat(kept(query), greaterThan(.85));
        String key = clusterOf("sailing");
        Rest.Response cluster =
                summarize("{\"cluster\":\"" + key + "\",\"sentences\":3}").ok();
        assertThat(cluster.intAt("documents"), equalTo(30));
        assertThat(cluster.text(), kept(cluster), greaterThan(.85));
        objects(cluster, "sentences")
                .forEach(sentence -> assertThat(subject(sentence.get("_id")), equalTo(Set.of("sailing"))));
        String excluded = "harbor";
        Rest.Response without = summarize(
                        "{\"cluster\":\"" + key + "\",\"exclude_terms\":\"" + excluded + "\",\"sentences\":10}")
                .ok();
        objects(without, "sentences")
                .forEach(sentence -> assertThat(
                        ((String) sentence.get("text")).toLowerCase(Locale.ROOT), not(containsString(excluded))));
    }

    @Test
    public void nothingToSummarise() {
        Rest.Response none =
                summarize("{\"query\":{\"term\":{\"subject\":\"gardening\"}}}").ok();
        assertThat(none.intAt("documents"), equalTo(0));
        assertThat(none.at("kept"), nullValue());
        Rest.Response wordless =
                summarize("{\"ids\":\"" + (TopicCorpus.WORDLESS - 1) + "\"}").ok();
        assertThat(objects(wordless, "sentences"), hasSize(0));
    }

    @Test
    public void samplesOfAClusterAreInIt() {
        String key = clusterOf("astronomy");
        Rest.Response response = generate("{\"cluster\":\"" + key + "\",\"samples\":4,\"length\":12,\"seed\":3}")
                .ok();
        assertThat(objects(response, "samples"), hasSize(4));
        Set<String> texts = new TreeSet<>();
        List<String> own = TopicCorpus.words("astronomy");
        for (int i = 0; i < 4; i++) {
            String sample = "samples." + i;
            assertThat(response.text(), response.stringAt(sample + ".clusters.0.key"), equalTo(key));
            assertThat(objects(response, sample + ".documents"), hasSize(3));
            assertThat(((Number) response.at(sample + ".documents.0.similarity")).doubleValue(), greaterThan(.8));
            List<Map<?, ?>> words = objects(response, sample + ".words");
            assertThat(words, hasSize(12));
            assertThat(
                    response.text(),
                    (int) words.stream()
                            .filter(word -> own.contains(word.get("term")))
                            .count(),
                    greaterThan(8));
            String text = response.stringAt(sample + ".text");
            texts.add(text);
            requireOwn(text, 12);
        }
        assertThat(texts.toString(), texts.size(), greaterThan(1));
        Rest.Response again = generate("{\"cluster\":\"" + key + "\",\"samples\":4,\"length\":12,\"seed\":3}")
                .ok();
        assertThat(again.at("samples"), equalTo(response.at("samples")));
        Rest.Response other = generate("{\"cluster\":\"" + key + "\",\"samples\":4,\"length\":12,\"seed\":4}")
                .ok();
        assertThat(other.at("samples"), not(equalTo(response.at("samples"))));
    }

    /** At most so many words, and no more than eight in a row of one document. */
    private static void requireOwn(String text, int length) {
        List<String> words = words(text);
        assertThat(text, words.size(), lessThanOrEqualTo(length));
        for (int from = 0; from + 9 <= words.size(); from++) {
            String run = " " + String.join(" ", words.subList(from, from + 9)) + " ";
            documents()
                    .values()
                    .forEach(document -> assertThat(
                            " " + String.join(" ", words(String.valueOf(((Map<?, ?>) document).get("body")))) + " ",
                            not(containsString(run))));
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    @Test
    public void theWayBetweenTwoDocumentsLeadsFromOneToTheOther() {
        String from = idOf("cooking");
        String to = idOf("finance");
        Rest.Response response = generate(
                        "{\"between\":[\"" + from + "\",\"" + to + "\"],\"steps\":5,\"length\":0,\"documents\":1}")
                .ok();
        assertThat(objects(response, "samples"), hasSize(5));
        assertThat(response.at("samples.0.text"), nullValue());
        assertThat(response.stringAt("samples.0.clusters.0.key"), equalTo(clusterOf("cooking")));
        assertThat(response.stringAt("samples.4.clusters.0.key"), equalTo(clusterOf("finance")));
        assertThat(response.stringAt("samples.0.documents.0._id"), equalTo(from));
        assertThat(response.stringAt("samples.4.documents.0._id"), equalTo(to));
        assertThat(
                "halfway is far from both",
                ((Number) response.at("samples.2.clusters.0.similarity")).doubleValue(),
                lessThan(((Number) response.at("samples.0.clusters.0.similarity")).doubleValue()));
    }

    private static String idOf(String subject) {
        return rest.post(
                        "/" + INDEX + "/_search",
                        "{\"size\":1,\"query\":{\"bool\":{\"filter\":[{\"term\":{\"subject\":\"" + subject
                                + "\"}},{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + clusterOf(subject)
                                + "\"]}}]}}}")
                .ok()
                .stringAt("hits.hits.0._id");
    }

    @Test
    public void likeDocumentsAndLikeAll() {
        String id = idOf("medicine");
        Rest.Response like =
                generate("{\"like\":\"" + id + "\",\"samples\":2,\"spread\":0}").ok();
        assertThat(like.stringAt("samples.0.clusters.0.key"), equalTo(clusterOf("medicine")));
        assertThat("without spread", like.stringAt("samples.0.documents.0._id"), equalTo(id));
        assertThat(like.at("samples.0.words"), equalTo(like.at("samples.1.words")));
        Rest.Response prior =
                generate("{\"prior\":true,\"samples\":10,\"length\":0}").ok();
        Set<Object> clusters = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            clusters.add(prior.at("samples." + i + ".clusters.0.key"));
            assertThat(((Number) prior.at("samples." + i + ".documents.0.similarity")).doubleValue(), greaterThan(.7));
        }
        assertThat(clusters.size(), greaterThan(1));
    }

    @Test
    public void errorsNameKeyValueAndBound() {
        refused(summarize("{\"ids\":[\"3\",\"no-such\"]}"), 404, "[ids]", "no-such");
        refused(summarize("{\"cluster\":\"c99\"}"), 404, "c99");
        refused(summarize("{}"), 400, "[ids, query, cluster]");
        refused(summarize("{\"ids\":\"3\",\"index\":\"no-such-index\"}"), 404, "no-such-index");
        refused(generate("{\"like\":\"no-such\"}"), 404, "[like]", "no-such");
        refused(generate("{\"between\":[\"3\",\"no-such\"]}"), 404, "[between]", "no-such");
        refused(
                generate("{\"like\":\"" + (TopicCorpus.WORDLESS - 1) + "\"}"),
                400,
                "[like]",
                String.valueOf(TopicCorpus.WORDLESS - 1));
        refused(generate("{\"cluster\":\"c0\",\"steps\":3}"), 400, "[steps]", "[between]");
        refused(generate("{\"cluster\":\"c0\",\"latent_field\":\"body\"}"), 400, "[latent_field]", "body");
        refused(generate("{\"prior\":true,\"timeout\":\"1ms\",\"samples\":10}"), 504, "[timeout]", "1ms");
        assertThat(rest.get(BASE + "/_generate").status(), in(List.of(405)));
    }

    private static void refused(Rest.Response response, int status, String... parts) {
        assertThat(response.text(), response.status(), equalTo(status));
        for (String part : parts) {
            assertThat(response.text(), containsString(part));
        }
    }
}
