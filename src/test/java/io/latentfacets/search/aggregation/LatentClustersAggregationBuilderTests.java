/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.Pin;
import io.latentfacets.search.PinnedField;
import io.latentfacets.strict.OptionTables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.BaseAggregationTestCase;
import org.opensearch.search.aggregations.BucketOrder;

public class LatentClustersAggregationBuilderTests extends BaseAggregationTestCase<LatentClustersAggregationBuilder> {

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.getPlugins());
        plugins.add(LatentSearchTestPlugin.class);
        return plugins;
    }

    @Override
    protected LatentClustersAggregationBuilder createTestAggregatorBuilder() {
        BucketOrder order = randomFrom(
                BucketOrder.key(true),
                BucketOrder.compound(BucketOrder.count(false)),
                BucketOrder.compound(BucketOrder.aggregation("sub", true), BucketOrder.count(true)));
        boolean results = randomBoolean();
        Double membership = !results && randomBoolean() ? randomDoubleBetween(.01, 1, true) : null;
        MinSimilarity similarity = !results && randomBoolean() ? MinSimilarity.AUTO : MinSimilarity.of(randomDouble());
        FacetOptions options = new FacetOptions(
                results ? Scope.RESULTS : Scope.CORPUS,
                randomIntBetween(1, 1000),
                randomIntBetween(0, 30),
                randomIntBetween(0, 100),
                membership == null ? similarity : MinSimilarity.NONE,
                randomList(3, () -> randomAlphaOfLength(5)),
                order,
                results ? Level.CLUSTERS : randomFrom(Level.values()),
                results && randomBoolean() ? randomIntBetween(2, 100) : ResultClusterer.AUTO,
                results ? randomIntBetween(100, 100_000) : FacetOptions.DEFAULTS.samplePerShard(),
                membership);
        return new LatentClustersAggregationBuilder(
                randomAlphaOfLength(8), randomBoolean() ? null : randomAlphaOfLength(5), options, () -> null);
    }

    public void testDefaults() throws IOException {
        LatentClustersAggregationBuilder builder = parse("{\"field\":\"latent\"}");
        assertEquals("latent", builder.target().field());
        assertEquals(10, builder.options().size());
        assertEquals(8, builder.options().terms());
        assertEquals(1, builder.options().minDocCount());
        assertEquals(Scope.CORPUS, builder.options().scope());
        assertEquals(Level.CLUSTERS, builder.options().level());
        assertEquals(MinSimilarity.NONE, builder.options().minSimilarity());
        assertEquals(
                MinSimilarity.AUTO,
                parse("{\"min_similarity\":\"auto\"}").options().minSimilarity());
        assertEquals(Level.PARENTS, parse("{\"level\":\"parents\"}").options().level());
        assertNull(parse("{}").target().field());
    }

    public void testPinIsPartOfTheBytes() throws IOException {
        Pin one = new Pin("news", 1, Coverage.ALL, ClusterEdits.NONE);
        Pin two = new Pin("news", 2, Coverage.ALL, ClusterEdits.NONE);
        Pin named =
                new Pin("news", 2, Coverage.ALL, new ClusterEdits(Map.of("c1", new ClusterEdits.Edit("Oil", false))));
        assertNotEquals(bytes(one), bytes(two));
        assertNotEquals(bytes(two), bytes(named));
        assertEquals(bytes(named), bytes(named));
        for (Pin pin : List.of(one, two, named)) {
            assertEquals(pin, Pin.read(bytes(pin).streamInput()));
        }
        PinnedField field = new PinnedField("latent");
        assertNotEquals(field, field.with("latent", one));
        assertNotEquals(field.with("latent", two), field.with("latent", one));
    }

    private static BytesReference bytes(Pin pin) throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        pin.writeTo(out);
        return out.bytes();
    }

    public void testBadBodies() {
        bad("{\"size\":0}", "[size] of [latent_clusters] must be in [1, 1000]: 0");
        bad("{\"size\":1001}", "[size] of [latent_clusters] must be in [1, 1000]: 1001");
        bad("{\"size\":1.5}", "[size] of [latent_clusters] must be in [1, 1000]: 1.5");
        bad("{\"size\":\"10\"}", "[size] of [latent_clusters] must be an integer in [1, 1000]: \"10\"");
        bad("{\"size\":[1]}", "[size] of [latent_clusters] must be an integer in [1, 1000]: [1]");
        bad("{\"terms\":31}", "[terms] of [latent_clusters] must be in [0, 30]: 31");
        bad("{\"terms\":-1}", "[terms] of [latent_clusters] must be in [0, 30]: -1");
        bad("{\"min_doc_count\":-1}", "[min_doc_count] of [latent_clusters] must be in [0, 2147483647]: -1");
        bad(
                "{\"min_similarity\":1.01}",
                "[min_similarity] of [latent_clusters] must be in [0.0, 1.0] or \"auto\": 1.01");
        bad(
                "{\"min_similarity\":true}",
                "[min_similarity] of [latent_clusters] must be a number in [0.0, 1.0] or \"auto\": true");
        bad(
                "{\"min_similarity\":\"self\"}",
                "[min_similarity] of [latent_clusters] must be a number in [0.0, 1.0] or \"auto\": \"self\"");
        bad("{\"level\":\"leaf\"}", "[level] of [latent_clusters] must be one of [clusters, parents]: \"leaf\"");
        bad("{\"level\":1}", "[level] of [latent_clusters] must be one of [clusters, parents]: 1");
        bad("{\"field\":7}", "[field] of [latent_clusters] must be a non-empty string: 7");
        bad("{\"field\":\" \"}", "[field] of [latent_clusters] must be a non-empty string: \" \"");
        bad("{\"scope\":\"world\"}", "[scope] of [latent_clusters] must be one of [corpus, results]: \"world\"");
        bad(
                "{\"clusters\":5}",
                "[clusters] of [latent_clusters] goes with [scope] \"results\" only, [scope] is \"corpus\"");
        bad("{\"sample_per_shard\":500}", "[sample_per_shard] of [latent_clusters] goes with [scope] \"results\" only");
        bad(
                "{\"scope\":\"results\",\"clusters\":1}",
                "[clusters] of [latent_clusters] must be in [2, 100] or \"auto\": 1");
        bad(
                "{\"scope\":\"results\",\"clusters\":\"many\"}",
                "[clusters] of [latent_clusters] must be an integer in [2, 100] or \"auto\": \"many\"");
        bad(
                "{\"scope\":\"results\",\"sample_per_shard\":5}",
                "[sample_per_shard] of [latent_clusters] must be in [100, 100000]: 5");
        bad(
                "{\"scope\":\"results\",\"level\":\"parents\"}",
                "[level] of [latent_clusters] must be \"clusters\" with [scope] \"results\"");
        bad(
                "{\"scope\":\"results\",\"min_similarity\":\"auto\"}",
                "[min_similarity] of [latent_clusters] must be a number with [scope] \"results\"");
        bad(
                "{\"exclude_terms\":{}}",
                "[exclude_terms] of [latent_clusters] must be a list of 0 to 1000 non-empty strings: {}");
        bad(
                "{\"exclude_terms\":[7]}",
                "[exclude_terms] of [latent_clusters] must be a list of 0 to 1000 non-empty strings: [7]");
        bad("{\"exclude_terms\":[\"(\"]}", "[exclude_terms] must be a regular expression: [(]");
        bad(
                "{\"order\":\"_count\"}",
                "[order] of [latent_clusters] must be an object or a list of objects: \"_count\"");
        bad(
                "{\"order\":[]}",
                "[order] of [latent_clusters] must be an object or a list of objects that is not empty: []");
        bad("{\"order\":{\"_count\":\"up\"}}", "Unknown order direction [up]");
        bad(
                "{\"sizes\":10}",
                "unknown key [sizes] of [latent_clusters] with value 10, must be one of [clusters, exclude_terms, field,");
    }

    /** The parser returns these as BigInteger, infinity or double. The builder rejects each with a 400 of its own. */
    public void testNumbersBeyondLong() {
        for (String number :
                List.of("9223372036854775808", "-9223372036854775809", "1e300", "-1e300", "1e400", "\"NaN\"")) {
            for (String key : List.of("size", "terms", "min_doc_count", "min_similarity")) {
                bad("{\"" + key + "\":" + number + "}", "[" + key + "] of [latent_clusters] must be ");
            }
            for (String key : List.of("clusters", "sample_per_shard")) {
                bad(
                        "{\"scope\":\"results\",\"" + key + "\":" + number + "}",
                        "[" + key + "] of [latent_clusters] must be ");
            }
        }
        bad("{\"size\":9223372036854775808}", "[size] of [latent_clusters] must be in [1, 1000]: 9223372036854775808");
    }

    public void testNullCountsAsAbsent() throws IOException {
        assertThat(parse("{}"), equalTo(parse("{\"size\":null,\"field\":null,\"order\":null,\"scope\":null}")));
    }

    private void bad(String body, String message) {
        Exception e = expectThrows(Exception.class, () -> parse(body));
        assertTrue(e.toString(), e instanceof IllegalArgumentException || e instanceof ParsingException);
        assertThat(e.getMessage(), containsString(message));
    }

    private LatentClustersAggregationBuilder parse(String body) throws IOException {
        try (XContentParser parser =
                createParser(JsonXContent.jsonXContent, "{\"topics\":{\"latent_clusters\":" + body + "}}")) {
            parser.nextToken();
            AggregatorFactories.Builder all = AggregatorFactories.parseAggregators(parser);
            return (LatentClustersAggregationBuilder)
                    all.getAggregatorFactories().iterator().next();
        }
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("latent_clusters", FacetOptions.OPTIONS);
    }
}
