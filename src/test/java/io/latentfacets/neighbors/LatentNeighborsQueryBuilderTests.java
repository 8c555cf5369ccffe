/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.instanceOf;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.ShardFields;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentHelper;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.AbstractQueryTestCase;
import org.opensearch.test.TestGeoShapeFieldMapperPlugin;

public class LatentNeighborsQueryBuilderTests extends AbstractQueryTestCase<LatentNeighborsQueryBuilder> {
    private static final int DIMS = 4;

    private final NeighborTargets targets = new NeighborTargets(
            new SearchServices(
                    new SearchPins(null, null, LatentSearchTestPlugin.CURRENT),
                    new ShardFields(LatentSearchTestPlugin.CURRENT, null, (model, index) -> Coverage.NONE)),
            null,
            null);

    @Override
    @SuppressWarnings("deprecation")
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return List.of(TestGeoShapeFieldMapperPlugin.class, LatentSearchTestPlugin.class);
    }

    @Override
    protected void initializeAdditionalMappings(MapperService mapperService) throws IOException {
        mapperService.merge(
                "_doc",
                new CompressedXContent("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"graph\":{\"type\":\"latent_vector\",\"model\":\"news\",\"neighbors\":true}}}"),
                MapperService.MergeReason.MAPPING_UPDATE);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        LatentSearchTestPlugin.generations
                .put(LatentFixtures.generation("news", 1, DIMS, 6, random()))
                .activate("news", randomBoolean() ? 1 : 0);
        // The plugin of a test case that starts no node has no components.
        LatentSearchTestPlugin.NEIGHBORS.set(targets);
    }

    /** A query by latent, the only form that shards accept. Tests below cover text and documents. */
    @Override
    protected LatentNeighborsQueryBuilder doCreateTestQueryBuilder() {
        return builder(NeighborTarget.Latent.of(LatentFixtures.latent(DIMS, random())));
    }

    private LatentNeighborsQueryBuilder builder(NeighborTarget target) {
        return new LatentNeighborsQueryBuilder(
                randomFrom("latent", "graph", "unmapped"),
                randomIntBetween(1, NeighborQuestion.MAX_K),
                target,
                randomBoolean() ? null : filter(),
                () -> targets);
    }

    private static QueryBuilder filter() {
        return switch (between(0, 2)) {
            case 0 -> new MatchAllQueryBuilder();
            case 1 -> QueryBuilders.termQuery(KEYWORD_FIELD_NAME, randomAlphaOfLength(3));
            default -> QueryBuilders.rangeQuery(INT_FIELD_NAME).gte(randomIntBetween(0, 9));
        };
    }

    /** A query without a coordinating node's pin depends on the generation that is active when it runs. */
    @Override
    public void testCacheability() throws IOException {
        LatentNeighborsQueryBuilder builder = new LatentNeighborsQueryBuilder(
                "latent", 3, NeighborTarget.Latent.of(LatentFixtures.latent(DIMS, random())), null, () -> targets);
        QueryShardContext context = createShardContext();
        builder.toQuery(context);
        assertFalse(context.isCacheable());
    }

    @Override
    protected void doAssertLuceneQuery(LatentNeighborsQueryBuilder builder, Query query, QueryShardContext context) {
        boolean active = LatentSearchTestPlugin.generations.active("news") == 1;
        if (active && !builder.fieldName().equals("unmapped")) {
            assertThat(query, instanceOf(LatentNeighborsQuery.class));
            assertThat(query.toString(), containsString(builder.fieldName().equals("graph") ? "hnsw" : "exact"));
        } else {
            assertThat(query, instanceOf(MatchNoDocsQuery.class));
        }
    }

    public void testTextsAndDocumentsTravel() throws IOException {
        for (int i = 0; i < 20; i++) {
            LatentNeighborsQueryBuilder builder = builder(
                    switch (between(0, 2)) {
                        case 0 -> new NeighborTarget.Text(randomAlphaOfLength(9));
                        case 1 -> like();
                        default -> new Examples(examples(1), examples(0));
                    });
            builder.boost(randomFloat()).queryName(randomBoolean() ? null : "mine");
            QueryBuilder received = copyNamedWriteable(builder, namedWriteableRegistry(), QueryBuilder.class);
            assertEquals(builder, received);
            assertEquals(builder.hashCode(), received.hashCode());
            String json = XContentHelper.toXContent(builder, XContentType.JSON, ToXContent.EMPTY_PARAMS, false)
                    .utf8ToString();
            assertEquals(builder, parseQuery(json));
        }
    }

    private static NeighborTarget like() {
        return new NeighborTarget.Like(
                randomBoolean() ? "" : randomAlphaOfLength(3),
                randomAlphaOfLength(3),
                randomBoolean() ? null : randomAlphaOfLength(3));
    }

    /** Two examples or more, or between none and three; a single document would be read as the old form. */
    private static List<Examples.Example> examples(int least) {
        return IntStream.range(0, least > 0 ? between(2, 5) : between(0, 3))
                .mapToObj(i -> new Examples.Example(
                        switch (between(0, 2)) {
                            case 0 -> new NeighborTarget.Text(randomAlphaOfLength(9));
                            case 1 -> like();
                            default -> NeighborTarget.Latent.of(LatentFixtures.latent(DIMS, random()));
                        },
                        randomBoolean() ? 1 : randomDoubleBetween(0.001, 1000, true)))
                .toList();
    }

    public void testFormsOfExamples() throws IOException {
        assertThat(target("\"like\":{\"_index\":\"i\",\"_id\":\"1\"}"), instanceOf(NeighborTarget.Like.class));
        NeighborTarget one = target("\"like\":[{\"_id\":\"1\"}]");
        assertThat(one, equalTo(new Examples(List.of(example(new NeighborTarget.Like("", "1", null), 1)), List.of())));
        NeighborTarget many = target("\"like\":[\"oil\",{\"text\":\"gas\",\"weight\":2},{\"vector\":[0,1,0,0]}],"
                + "\"unlike\":{\"_id\":\"7\",\"_index\":\"i\",\"routing\":\"r\",\"weight\":0.5}");
        assertThat(
                many,
                equalTo(new Examples(
                        List.of(
                                example(new NeighborTarget.Text("oil"), 1),
                                example(new NeighborTarget.Text("gas"), 2),
                                example(NeighborTarget.Latent.of(new byte[] {0, 127, 0, 0}), 1)),
                        List.of(example(new NeighborTarget.Like("i", "7", "r"), 0.5)))));
        assertThat(
                target("\"like\":\"oil\""),
                equalTo(new Examples(List.of(example(new NeighborTarget.Text("oil"), 1)), List.of())));
    }

    private static Examples.Example example(NeighborTarget target, double weight) {
        return new Examples.Example(target, weight);
    }

    private NeighborTarget target(String body) throws IOException {
        return ((LatentNeighborsQueryBuilder) parseQuery("{\"latent_neighbors\":{\"field\":\"latent\"," + body + "}}"))
                .target();
    }

    /** Latents that leave out several documents travel too. */
    public void testDocumentsLeftOutTravel() throws IOException {
        for (int count = 0; count < 4; count++) {
            LatentNeighborsQueryBuilder builder = builder(new NeighborTarget.Latent(
                    LatentFixtures.latent(DIMS, random()),
                    IntStream.range(0, count)
                            .mapToObj(i -> new NeighborTarget.DocumentId(randomAlphaOfLength(3), "" + i))
                            .toList()));
            assertEquals(builder, copyNamedWriteable(builder, namedWriteableRegistry(), QueryBuilder.class));
        }
    }

    /** No shard can choose; and the query's JSON and bytes include the diversity. */
    public void testDiversity() throws IOException {
        LatentSearchTestPlugin.generations.activate("news", 1);
        String body = "{\"latent_neighbors\":{\"field\":\"latent\",\"vector\":[1,2,3,4],\"diversity\":0.25}}";
        QueryBuilder builder = parseQuery(body);
        assertEquals(builder, copyNamedWriteable(builder, namedWriteableRegistry(), QueryBuilder.class));
        assertThat(builder.toString(), containsString("\"diversity\" : 0.25"));
        assertNotEquals(builder, parseQuery(body.replace("0.25", "0")));
        Exception e = expectThrows(IllegalArgumentException.class, () -> builder.toQuery(createShardContext()));
        assertThat(e.getMessage(), containsString("[latent_neighbors] takes no [diversity] here"));
    }

    /** The query's JSON and bytes include {@code include}, because it changes the result. */
    public void testIncludeTravels() throws IOException {
        String body = "{\"latent_neighbors\":{\"field\":\"latent\",\"like\":{\"_index\":\"i\",\"_id\":\"1\"},"
                + "\"include\":true}}";
        QueryBuilder builder = parseQuery(body);
        assertEquals(builder, copyNamedWriteable(builder, namedWriteableRegistry(), QueryBuilder.class));
        assertNotEquals(builder, parseQuery(body.replace("true", "false")));
        assertThat(builder.toString(), containsString("\"include\" : true"));
    }

    public void testNumbersAreRoundedAsDocumentsAre() throws IOException {
        float[] numbers = {0.5f, -0.25f, 0, 0.125f};
        LatentNeighborsQueryBuilder builder = (LatentNeighborsQueryBuilder)
                parseQuery("{\"latent_neighbors\":{\"field\":\"latent\",\"vector\":[0.5,-0.25,0,0.125]}}");
        assertThat(builder.target(), equalTo(NeighborTarget.Latent.of(Latents.quantize(numbers))));
        LatentNeighborsQueryBuilder same =
                (LatentNeighborsQueryBuilder) parseQuery("{\"latent_neighbors\":{\"field\":\"latent\",\"vector\":\""
                        + LatentFixtures.base64(Latents.quantize(numbers)) + "\"}}");
        assertThat(same, equalTo(builder));
    }

    public void testNoShardEncodes() {
        LatentSearchTestPlugin.generations.activate("news", 1);
        LatentNeighborsQueryBuilder builder =
                new LatentNeighborsQueryBuilder("latent", 3, new NeighborTarget.Text("oil"), null, () -> targets);
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> builder.toQuery(createShardContext()));
        assertThat(e.getMessage(), containsString("[latent_neighbors] takes no [text] and no [like] here"));
    }

    public void testLengthIsThatOfTheGeneration() {
        LatentSearchTestPlugin.generations.activate("news", 1);
        LatentNeighborsQueryBuilder builder = new LatentNeighborsQueryBuilder(
                "latent", 3, NeighborTarget.Latent.of(new byte[] {1, 2, 3}), null, () -> targets);
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> builder.toQuery(createShardContext()));
        assertThat(
                e.getMessage(),
                containsString("[vector] of [latent_neighbors] must have [4] numbers, as the latents of generation [1]"
                        + " of model [news], has [3]"));
    }

    public void testWrongFieldType() {
        LatentNeighborsQueryBuilder builder = new LatentNeighborsQueryBuilder(
                KEYWORD_FIELD_NAME, 3, NeighborTarget.Latent.of(new byte[] {1}), null, () -> targets);
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> builder.toQuery(createShardContext()));
        assertThat(e.getMessage(), containsString("[field] of [latent_neighbors] must be of type [latent_vector]"));
    }

    public void testBadBodies() {
        bad("\"text\":\"oil\"", "[field] of [latent_neighbors] is required");
        bad("\"field\":\"latent\"", "must have exactly one of [text, like, vector]");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"vector\":[1]", "must have exactly one of [text, like, vector]");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"text\":\"oil\"", "");
        bad("\"field\":\"latent\",\"text\":\" \"", "[text] of [latent_neighbors] must be a non-empty string: \" \"");
        bad("\"field\":\"latent\",\"text\":7", "[text] of [latent_neighbors] must be a non-empty string: 7");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"k\":0", "[k] of [latent_neighbors] must be in [1, 10000]: 0");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"k\":10001", "must be in [1, 10000]: 10001");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"k\":\"10\"", "must be an integer in [1, 10000]: \"10\"");
        bad("\"field\":\"latent\",\"like\":7", "[like] of [latent_neighbors] must be a text, an object with [_id], [");
        bad("\"field\":\"latent\",\"like\":\" \"", "[like] of [latent_neighbors] must be a text, an object");
        bad(
                "\"field\":\"latent\",\"like\":{\"_index\":\"i\"}",
                "[like] of [latent_neighbors] must have exactly one of [_id, text, vector]: {_index=i}");
        bad(
                "\"field\":\"latent\",\"like\":[\"a\",{\"_id\":\"1\",\"text\":\"b\"}]",
                "[like[1]] of [latent_neighbors] must have exactly one of [_id, text, vector]");
        bad("\"field\":\"latent\",\"like\":[]", "[like] of [latent_neighbors] must be a list of 1 to 100 examples: 0");
        bad("\"field\":\"latent\",\"like\":" + many(101), "must be a list of 1 to 100 examples: 101");
        bad("\"field\":\"latent\",\"like\":[\"a\",null]", "[like[1]] of [latent_neighbors] must be a text");
        bad("\"field\":\"latent\",\"like\":[[\"a\"]]", "[like[0]] of [latent_neighbors] must be a text");
        bad(
                "\"field\":\"latent\",\"like\":\"a\",\"unlike\":[{\"text\":\"b\",\"weight\":0}]",
                "[unlike[0].weight] of [latent_neighbors] must be in [0.001, 1000.0]: 0");
        bad(
                "\"field\":\"latent\",\"like\":[{\"text\":\"b\",\"boost\":2}]",
                "unknown key [like[0].boost] of [latent_neighbors] with value 2");
        bad(
                "\"field\":\"latent\",\"text\":\"oil\",\"unlike\":[\"gas\"]",
                "[unlike] of [latent_neighbors] goes with [like] only");
        bad(
                "\"field\":\"latent\",\"text\":\"oil\",\"diversity\":1.5",
                "[diversity] of [latent_neighbors] must be in [0.0, 1.0]: 1.5");
        bad(
                "\"field\":\"latent\",\"text\":\"oil\",\"k\":201,\"diversity\":0.1",
                "[k] of [latent_neighbors] must be in [1, 200] with [diversity]: 201");
        bad(
                "\"field\":\"latent\",\"like\":{\"_index\":\"i\",\"_id\":7}",
                "[like._id] of [latent_neighbors] must be a non-empty string: 7");
        bad(
                "\"field\":\"latent\",\"like\":{\"_index\":\"i\",\"_id\":\"1\",\"doc\":{}}",
                "unknown key [like.doc] of [latent_neighbors] with value {}");
        bad("\"field\":\"latent\",\"vector\":7", "[vector] of [latent_neighbors] must be an array of finite numbers");
        bad("\"field\":\"latent\",\"vector\":[]", "not all zero, or their base64 string as [_encode] gives it: []");
        bad(
                "\"field\":\"latent\",\"vector\":[0,0.0]",
                "that are not all zero, or their base64 string as [_encode] gives it: [0, 0.0]");
        bad("\"field\":\"latent\",\"vector\":[1,\"2\"]", "must be an array of finite numbers");
        bad("\"field\":\"latent\",\"vector\":[1,1e39]", "must be an array of finite numbers");
        bad("\"field\":\"latent\",\"vector\":[1,null]", "must be an array of finite numbers");
        bad("\"field\":\"latent\",\"vector\":\"*\"", "must be an array of finite numbers");
        bad("\"field\":\"latent\",\"vector\":\"AAAA\"", "must be an array of finite numbers");
        bad("\"field\":\"latent\",\"vector\":" + many(1025), "must be of at most 1024 numbers: 1025");
        bad(
                "\"field\":\"latent\",\"text\":\"oil\",\"include\":true",
                "[include] of [latent_neighbors] goes with [like]");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"filter\":[]", "[filter] of [latent_neighbors] must be an object");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"filter\":{\"no_such\":{}}", "unknown query [no_such]");
        bad("\"field\":\"latent\",\"text\":\"oil\",\"boost\":-1", "[boost] of [latent_neighbors] must be in");
        bad(
                "\"field\":\"latent\",\"text\":\"oil\",\"size\":3",
                "unknown key [size] of [latent_neighbors] with value 3");
    }

    public void testNumbersBeyondLong() {
        for (String number : List.of("9223372036854775808", "-9223372036854775809", "1e300", "1e400", "\"NaN\"")) {
            bad("\"field\":\"latent\",\"text\":\"oil\",\"k\":" + number, "[k] of [latent_neighbors] must be ");
        }
        bad("\"field\":\"latent\",\"vector\":[1,1e300]", "must be an array of finite numbers");
    }

    private static String many(int count) {
        return "[" + "1,".repeat(count - 1) + "1]";
    }

    private void bad(String body, String message) {
        Exception e = expectThrows(Exception.class, () -> parseQuery("{\"latent_neighbors\":{" + body + "}}"));
        assertTrue(
                String.format(Locale.ROOT, "%s: %s", body, e),
                e instanceof IllegalArgumentException
                        || e instanceof ParsingException
                        || (e instanceof IOException && message.isEmpty()));
        assertThat(body, e.getMessage(), containsString(message));
    }
}
