/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Partition;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.Occlusion;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.text.FieldText;
import io.latentfacets.vae.Latents;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.search.Explanation;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/** {@code _explain} and searches explain why a document is in its cluster, or in none of the queried ones. */
public class ClusterExplainTests extends OpenSearchSingleNodeTestCase {
    private static final int DIMS = 8;
    private static final String TEXT = "crude oil harvest";

    private Generation generation;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return List.of(LatentSearchTestPlugin.class);
    }

    @Override
    protected boolean resetNodeAfterTest() {
        return true;
    }

    @Override
    public void setUp() throws Exception {
        // before the node starts, because its plugin reads this field
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        LatentSearchTestPlugin.ENCODER.failure = null;
        super.setUp();
        generation =
                LatentFixtures.withTreeAndFloors(LatentFixtures.generation("news", 1, DIMS, 6, random()), 2, random());
        LatentSearchTestPlugin.generations.put(generation).activate("news", 1);
    }

    private void createNews(String more) {
        client().admin()
                .indices()
                .prepareCreate("news")
                .setSettings(Settings.builder().put("number_of_shards", 1))
                .setMapping("{" + more + "\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"title\":{\"type\":\"text\"}}}")
                .get();
    }

    private Occlusion occlusion() {
        return new Occlusion(
                generation,
                new EncoderService(
                        LatentSearchTestPlugin.ENCODER,
                        name -> new StandardAnalyzer(),
                        LatentSearchTestPlugin.CURRENT,
                        new NoopCircuitBreaker("latent")));
    }

    private byte[] latent() {
        return occlusion()
                .place(SourceDocument.of(List.of(new FieldText(1, TEXT))))
                .latent();
    }

    private void put(String id, byte[] latent, int number, String title) {
        client().prepareIndex("news")
                .setId(id)
                .setSource(
                        "{" + (title == null ? "" : "\"title\":\"" + title + "\",") + "\"latent\":"
                                + (latent == null
                                        ? "null"
                                        : LatentFixtures.source(
                                                number,
                                                LatentSearchTestPlugin.generations.encoder("news", number),
                                                latent))
                                + "}",
                        XContentType.JSON)
                .get();
        client().admin().indices().prepareRefresh("news").get();
    }

    private static String query(String key) {
        return "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}";
    }

    private Explanation explain(String id, String key) {
        return client().prepareExplain("news", id)
                .setQuery(QueryBuilders.wrapperQuery(query(key)))
                .get()
                .getExplanation();
    }

    public void testSimilaritiesAndTheDocumentsOwnWords() {
        createNews("");
        byte[] latent = latent();
        float[] unit = Latents.dequantize(latent);
        Partition partition = generation.clusters().partition();
        int own = partition.assign(unit);
        String key = generation.clusters().infos().get(own).key();
        put("1", latent, 1, TEXT);
        Explanation explanation = explain("1", key);
        assertTrue(explanation.isMatch());
        assertEquals(1f, explanation.getValue().floatValue(), 0);
        assertThat(
                explanation.getDescription(),
                containsString("in cluster [" + key + "] ("
                        + generation.clusters().infos().get(own).label() + ")"));
        Explanation[] details = explanation.getDetails();
        assertEquals(partition.similarity(unit, own), details[0].getValue().floatValue(), 0);
        float second = -1;
        for (int c = 0; c < partition.count(); c++) {
            second = c == own ? second : Math.max(second, partition.similarity(unit, c));
        }
        assertEquals(second, details[1].getValue().floatValue(), 0);
        assertThat(details[1].getDescription(), containsString("the nearest other centroid, of cluster ["));
        List<ClusterTerm> terms = occlusion()
                .terms(
                        occlusion().place(SourceDocument.of(List.of(new FieldText(1, TEXT)))),
                        at -> partition.similarity(at, own),
                        () -> {});
        assertEquals(terms.size(), details[2].getDetails().length);
        for (int i = 0; i < terms.size(); i++) {
            assertEquals(terms.get(i).term(), details[2].getDetails()[i].getDescription());
            assertEquals(
                    terms.get(i).weight(), details[2].getDetails()[i].getValue().floatValue(), 0);
        }
        assertThat(details[2].getDescription(), not(containsString("now gives another latent")));
        SearchResponse searched = client().prepareSearch("news")
                .setExplain(true)
                .setQuery(QueryBuilders.wrapperQuery(
                        "{\"bool\":{\"must\":[{\"match\":{\"title\":\"oil\"}}," + query(key) + "]}}"))
                .get();
        assertThat(searched.getHits().getAt(0).getExplanation().toString(), containsString("in cluster [" + key + "]"));
    }

    public void testNamesThatPeopleGave() {
        createNews("");
        byte[] latent = latent();
        String key = LatentFixtures.clusterOf(generation, latent);
        LatentSearchTestPlugin.generations.edit(
                "news", new ClusterEdits(Map.of(key, new ClusterEdits.Edit("Oil & energy", false))));
        put("1", latent, 1, TEXT);
        assertThat(explain("1", key).getDescription(), containsString("cluster [" + key + "] (Oil & energy)"));
        String parent =
                generation.clusters().tree().parentKey(generation.clusters().ordinal(key));
        if (parent != null) {
            Explanation byParent = explain("1", parent);
            assertTrue(byParent.isMatch());
            assertThat(byParent.getDescription(), containsString(", child of [" + parent + "]"));
        }
    }

    public void testWhyItDoesNotMatch() {
        createNews("");
        byte[] latent = latent();
        String key = LatentFixtures.clusterOf(generation, latent);
        String another = key.equals("c1") ? "c2" : "c1";
        put("1", latent, 1, TEXT);
        put("none", null, 1, TEXT);
        put("unknown", LatentFixtures.latent(DIMS, random()), 7, TEXT);
        put("short", new byte[] {1}, 1, TEXT);
        Explanation other = explain("1", another);
        assertFalse(other.isMatch());
        assertThat(other.getDescription(), containsString("in cluster [" + key + "]"));
        assertThat(other.getDescription(), containsString(", which is not among [" + another + "]"));
        assertThat(other.toString(), containsString("similarity to the centroid of its cluster"));
        assertThat(explain("none", key).getDescription(), containsString("it has no latent in [latent]"));
        assertThat(
                explain("unknown", key).getDescription(),
                containsString("no known generation of model [news] has the encoder [0000000000000007] of its latent"));
        assertThat(explain("short", key).getDescription(), containsString("of another length"));
    }

    public void testDocumentsOfAnEarlierGeneration() {
        createNews("");
        byte[] latent = latent();
        String key = LatentFixtures.clusterOf(generation, latent);
        put("1", latent, 1, TEXT);
        Generation next = LatentFixtures.generation("news", 2, DIMS, List.of(key, "c90"), random());
        LatentSearchTestPlugin.generations.put(next).activate("news", 2);
        assertTrue(explain("1", key).isMatch());
        Generation without = LatentFixtures.generation("news", 3, DIMS, List.of("c90", "c91"), random());
        LatentSearchTestPlugin.generations.put(without).activate("news", 3);
        Explanation gone = explain("1", "c90");
        assertFalse(gone.isMatch());
        assertThat(
                gone.getDescription(),
                containsString("of generation [1] of model [news], which generation [3] no longer has"));
    }

    public void testWhatKeepsWordsFromBeingTold() {
        createNews("");
        byte[] latent = latent();
        String key = LatentFixtures.clusterOf(generation, latent);
        put("wordless", latent, 1, "zyzzyva");
        put("untitled", latent, 1, null);
        put("changed", latent, 1, "wheat");
        put("1", latent, 1, TEXT);
        LatentSearchTestPlugin.ENCODER.failure =
                new OpenSearchStatusException("no engine here", RestStatus.SERVICE_UNAVAILABLE);
        Explanation withoutEngine = explain("1", key);
        assertTrue(withoutEngine.isMatch());
        assertThat(withoutEngine.toString(), containsString("are not known: no engine here"));
        LatentSearchTestPlugin.ENCODER.failure = null;
        assertThat(explain("wordless", key).toString(), containsString("has no word that the model knows"));
        assertThat(explain("untitled", key).toString(), containsString("none of the fields"));
        assertThat(
                explain("changed", key).toString(),
                containsString("its [_source] now gives another latent than it has"));
    }

    public void testIndexWithoutSource() {
        createNews("\"_source\":{\"enabled\":false},");
        byte[] latent = latent();
        String key = LatentFixtures.clusterOf(generation, latent);
        put("1", latent, 1, TEXT);
        Explanation explanation = explain("1", key);
        assertTrue(explanation.isMatch());
        assertThat(explanation.toString(), containsString("are not known: the document has no [_source]"));
    }
}
