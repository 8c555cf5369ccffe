/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/**
 * {@code source.vector_field} from definition to facet: documents of three classes, a third of them with text only, a
 * third with a vector only, a third with both.
 */
public final class VectorFieldIT {
    private static final String INDEX = "vector-docs";
    private static final String OTHER = "vector-other";
    private static final String MODEL = "vector-model";
    private static final String COPY = "vector-copy";
    private static final int DIMS = 12;
    private static final int DOCUMENTS = 450;
    private static final int EMPTY = 90; // one document in this many has neither text nor vector
    private static final List<String> KINDS = List.of("text", "vector", "both");

    private static final String[][] WORDS = {
        "telescope planet orbit galaxy comet nebula rocket lunar satellite asteroid eclipse spectrum".split(" ", -1),
        "recipe oven butter garlic onion simmer sauce flour pepper tomato skillet dough".split(" ", -1),
        "boat harbor sail anchor mast keel tide captain rudder regatta yacht crew".split(" ", -1)
    };

    private static final String[] EVERYDAY = "people time year thing question answer report number".split(" ", -1);

    private final TestCluster cluster = TestCluster.shared(2);
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void documents() {
        createIndex(INDEX);
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            documents.put("d" + i, document(i, i % 3, KINDS.get(i / 3 % 3)));
        }
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents);
    }

    @After
    public void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
        Latent.cleanUp(rest, COPY, OTHER);
    }

    private void createIndex(String index) {
        rest.put(
                        "/" + index,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 2, "number_of_replicas", 0),
                                "mappings",
                                Map.of(
                                        "properties",
                                        Map.of(
                                                "body", Map.of("type", "text"),
                                                "class", Map.of("type", "keyword"),
                                                "kind", Map.of("type", "keyword"),
                                                "embedding", Map.of("type", "float")))))
                .ok();
    }

    private static Map<String, Object> document(int i, int type, String kind) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("class", "k" + type);
        document.put("kind", kind);
        if (i % EMPTY == EMPTY - 1) {
            return document;
        }
        Random random = new Random(977L * i + 5);
        if (!kind.equals("vector")) {
            document.put("body", text(type, random));
        }
        if (!kind.equals("text")) {
            document.put("embedding", vector(type, random));
        }
        return document;
    }

    private static String text(int type, Random random) {
        StringBuilder text = new StringBuilder();
        for (int w = 0; w < 24; w++) {
            String[] pool = random.nextInt(3) < 2 ? WORDS[type] : EVERYDAY;
            text.append(pool[random.nextInt(pool.length)]).append(' ');
        }
        return text.toString();
    }

    /**
     * Vectors like embeddings: the largest part is the same for all, a smaller one depends on the class, the rest is
     * noise.
     */
    private static List<Float> vector(int type, Random random) {
        Random common = new Random(1);
        Random own = new Random(100 + type);
        List<Float> vector = new ArrayList<>();
        for (int j = 0; j < DIMS; j++) {
            vector.add((float) (2 * common.nextGaussian() + own.nextGaussian() + 0.4 * random.nextGaussian()));
        }
        return vector;
    }

    private static Map<String, Object> definition(String index) {
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put(
                "source", Map.of("index", List.of(index), "fields", List.of("body"), "vector_field", "embedding"));
        definition.put("text", Map.of("vocabulary_size", 1000, "min_doc_freq", 2, "phrases", false));
        definition.put("vae", Map.of("latent_dims", 16, "hidden_dims", List.of(32), "seed", 7));
        definition.put("clusters", Map.of("count", 3));
        return definition;
    }

    private Map<?, ?> latent(String id) {
        return (Map<?, ?>) rest.get("/" + INDEX + "/_doc/" + id).ok().at("_source.latent");
    }

    private Rest.Response encode(String model, Object... docs) {
        return rest.post(Latent.BASE + "/models/" + model + "/_encode", Map.of("docs", List.of(docs), "explain", true));
    }

    /** Asserts that each class's cluster contains documents of all kinds, and returns the key by class. */
    private Map<String, String> clusters() {
        Rest.Response found = rest.post(
                        "/" + INDEX + "/_search",
                        "{\"size\":0,\"track_total_hits\":true,\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\"},"
                                + "\"aggs\":{\"class\":{\"terms\":{\"field\":\"class\"},"
                                + "\"aggs\":{\"kind\":{\"terms\":{\"field\":\"kind\"}}}}}}}}")
                .ok();
        assertThat(found.intAt("aggregations.t.unassigned_doc_count"), equalTo(DOCUMENTS / EMPTY));
        List<Object> buckets = found.listAt("aggregations.t.buckets");
        assertThat(found.text(), buckets, hasSize(3));
        Map<String, String> keys = new HashMap<>();
        int right = 0;
        for (int b = 0; b < 3; b++) {
            String at = "aggregations.t.buckets." + b;
            right += found.intAt(at + ".class.buckets.0.doc_count");
            keys.put(found.stringAt(at + ".class.buckets.0.key"), found.stringAt(at + ".key"));
            // each kind has about its share: a third of the class
            List<Object> kinds = found.listAt(at + ".class.buckets.0.kind.buckets");
            assertThat(kinds, hasSize(3));
            for (int k = 0; k < 3; k++) {
                assertThat(
                        found.text(),
                        found.intAt(at + ".class.buckets.0.kind.buckets." + k + ".doc_count"),
                        greaterThanOrEqualTo(DOCUMENTS / 9 * 8 / 10));
            }
        }
        assertThat("classes with a cluster of their own", keys.keySet(), hasSize(3));
        assertThat(found.text(), right, greaterThanOrEqualTo((DOCUMENTS - DOCUMENTS / EMPTY) * 95 / 100));
        return keys;
    }

    @Test
    public void wordsAndVectorsOfAClassAreOneClusterWhereverTheyComeIn() {
        Latent.createModel(rest, MODEL, definition(INDEX));
        Rest.Response trained = Latent.train(rest, MODEL);
        assertThat(trained.intAt("documents"), equalTo(DOCUMENTS - DOCUMENTS / EMPTY));
        assertThat(Latent.model(rest, MODEL).stringAt("source.vector_field"), equalTo("embedding"));
        Latent.attach(rest, MODEL, INDEX);
        Map<String, String> keys = clusters();

        // _encode of a vector alone, and of an archive that was exported and imported
        Random random = new Random(3);
        Map<String, Object> vectorAlone = Map.of("embedding", vector(1, random));
        Map<String, Object> textAlone = Map.of("body", text(2, random));
        Rest.Response encoded = encode(
                        MODEL, vectorAlone, textAlone, Map.of("embedding", List.of()), Map.of("body", "zebra"))
                .ok();
        assertThat(encoded.stringAt("0.clusters.0.key"), equalTo(keys.get("k1")));
        assertThat(encoded.listAt("0.terms"), hasSize(0));
        assertThat(List.of(WORDS[1]).contains(encoded.stringAt("0.reconstruction.0.term")), equalTo(true));
        assertThat(encoded.stringAt("1.clusters.0.key"), equalTo(keys.get("k2")));
        assertThat(encoded.at("2.vector"), nullValue());
        assertThat(encoded.at("3.vector"), nullValue());
        String archive =
                rest.get(Latent.BASE + "/models/" + MODEL + "/_export").ok().text();
        rest.put(Latent.BASE + "/models/" + COPY + "/_import", archive).ok();
        assertThat(encode(COPY, vectorAlone).ok().stringAt("0.vector"), equalTo(encoded.stringAt("0.vector")));

        // documents of each kind through the pipeline
        for (String kind : KINDS) {
            rest.put("/" + INDEX + "/_doc/new-" + kind, document(1, 0, kind)).ok();
            assertThat(kind, latent("new-" + kind), notNullValue());
        }
        rest.put("/" + INDEX + "/_doc/new-nothing", document(EMPTY - 1, 0, "both"))
                .ok();
        assertThat(latent("new-nothing"), nullValue());
        rest.put("/" + INDEX + "/_doc/zeros", Map.of("embedding", List.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
                .ok();
        assertThat(latent("zeros"), nullValue());

        // the same vector keeps the latent, another vector gives another one
        Map<String, Object> document = new LinkedHashMap<>(document(1, 0, "both"));
        Map<?, ?> before = latent("new-both");
        document.put("latent", before);
        rest.put("/" + INDEX + "/_doc/new-both", document).ok();
        assertThat(latent("new-both"), equalTo(before));
        document.put("embedding", vector(1, random));
        rest.put("/" + INDEX + "/_doc/new-both", document).ok();
        assertThat(latent("new-both").get("vector"), not(equalTo(before.get("vector"))));
        assertThat(latent("new-both").get("hash"), not(equalTo(before.get("hash"))));

        // vectors that this model cannot take
        Map<String, Object> bad = Map.of("body", "telescope", "embedding", List.of(1, 2, 3));
        String why = "[embedding] must be an array of [12] numbers, has [3]";
        assertThat(rest.put("/" + INDEX + "/_doc/bad", bad).expect(400).text(), containsString(why));
        assertThat(encode(MODEL, textAlone, bad).expect(400).text(), containsString("[1]: " + why));
        assertThat(
                encode(MODEL, Map.of("embedding", "none")).expect(400).text(),
                containsString("[embedding] must be an array of numbers: "));
        rest.get("/" + INDEX + "/_doc/bad").expect(404);
    }

    @Test
    public void newClustersReadTheVectorsOfTheEncoderThatStays() {
        Latent.createModel(rest, MODEL, definition(INDEX));
        int encoder = Latent.train(rest, MODEL).intAt("generation");
        Latent.attach(rest, MODEL, INDEX);
        Map<String, String> before = clusters();
        Rest.Response again = rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"clusters\"}")
                .ok();
        assertThat(again.intAt("encoder_generation"), equalTo(encoder));
        assertThat(again.intAt("documents"), equalTo(DOCUMENTS - DOCUMENTS / EMPTY));
        assertEquals(before, clusters());
    }

    @Test
    public void vectorsThatCannotBeLearnedFromAreARefusalThatSaysWhy() {
        Latent.createModel(rest, MODEL, definition(INDEX));
        rest.put("/" + INDEX + "/_doc/short?refresh=true", Map.of("body", "boat", "embedding", List.of(1, 2, 3)))
                .ok();
        String refusal = rest.post(Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true")
                .expect(400)
                .text();
        assertThat(refusal, containsString("model [" + MODEL + "] cannot read [source.vector_field] of document ["));
        assertThat(refusal, containsString("[embedding] must be an array of ["));
        assertThat(refusal, containsString("[3]"));
        assertThat(refusal, containsString("[12]"));

        createIndex(OTHER);
        Map<String, Object> texts = new LinkedHashMap<>();
        for (int i = 0; i < 120; i++) {
            texts.put("t" + i, document(i, i % 3, "text"));
        }
        rest.bulk("/" + OTHER + "/_bulk?refresh=true", texts);
        Latent.createModel(rest, COPY, definition(OTHER));
        assertThat(
                rest.post(Latent.BASE + "/models/" + COPY + "/_train?wait_for_completion=true")
                        .expect(400)
                        .text(),
                containsString("finds no vector in [source.vector_field] [embedding] of [120] documents"));
    }
}
