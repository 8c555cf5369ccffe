/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.ShardFields;
import io.latentfacets.search.results.ResultPartitionTokenTests;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.AbstractQueryTestCase;
import org.opensearch.test.TestGeoShapeFieldMapperPlugin;

public class LatentClusterQueryBuilderTests extends AbstractQueryTestCase<LatentClusterQueryBuilder> {
    private final QueryServices search = new QueryServices(
            new SearchServices(
                    new SearchPins(null, null, LatentSearchTestPlugin.CURRENT),
                    new ShardFields(LatentSearchTestPlugin.CURRENT, null, (model, index) -> Coverage.NONE)),
            LatentSearchTestPlugin.CURRENT,
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
                new CompressedXContent("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"}}}"),
                MapperService.MergeReason.MAPPING_UPDATE);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        LatentSearchTestPlugin.generations
                .put(LatentFixtures.generation("news", 1, 4, 6, random()))
                .activate("news", randomBoolean() ? 1 : 0);
        // The plugin of a test case that starts no node has no components.
        LatentSearchTestPlugin.use(search);
    }

    @Override
    protected LatentClusterQueryBuilder doCreateTestQueryBuilder() {
        if (randomBoolean()) {
            return new LatentClusterQueryBuilder(
                    randomBoolean() ? "latent" : "unmapped",
                    randomList(1, 3, () -> randomFrom("r0", "r1", "r2")),
                    MinSimilarity.of(randomBoolean() ? 0 : randomDouble()),
                    ResultPartitionTokenTests.random("news", 1, 3, 4, random()),
                    () -> search);
        }
        if (randomBoolean()) {
            return new LatentClusterQueryBuilder(
                            randomBoolean() ? "latent" : "unmapped",
                            randomList(1, 5, () -> randomFrom("c", "p") + randomIntBetween(1, 9)),
                            () -> search)
                    .withMembership(randomDoubleBetween(.01, 1, true));
        }
        return new LatentClusterQueryBuilder(
                randomBoolean() ? "latent" : "unmapped",
                randomList(1, 5, () -> randomFrom("c", "p") + randomIntBetween(1, 9)),
                randomFrom(MinSimilarity.NONE, MinSimilarity.AUTO, MinSimilarity.of(randomDouble())),
                () -> search);
    }

    /** Core's own look-up fails with an internal error for such a name. */
    public void testAFieldOfDotsAloneIsNoField() throws IOException {
        for (String field : List.of(".", "..", "...")) {
            LatentClusterQueryBuilder query =
                    new LatentClusterQueryBuilder(field, List.of("c1"), MinSimilarity.NONE, () -> search);
            assertThat(query.toQuery(createShardContext()), instanceOf(MatchNoDocsQuery.class));
        }
    }

    /** A query without a coordinating node's pin depends on the generation that is active when it runs. */
    @Override
    public void testCacheability() throws IOException {
        LatentClusterQueryBuilder builder = new LatentClusterQueryBuilder("latent", List.of("c1"), () -> search);
        QueryShardContext context = createShardContext();
        builder.toQuery(context);
        assertFalse(context.isCacheable());
    }

    @Override
    protected void doAssertLuceneQuery(LatentClusterQueryBuilder builder, Query query, QueryShardContext context) {
        if (builder.fieldName().equals("latent") && builder.partition() != null) {
            assertThat(query, instanceOf(ResultPartitionQuery.class));
        } else if (builder.fieldName().equals("latent") && LatentSearchTestPlugin.generations.active("news") == 1) {
            assertThat(
                    query,
                    builder.minMembership() == null
                            ? instanceOf(LatentClusterQuery.class)
                            : instanceOf(LatentMembershipQuery.class));
        } else {
            assertThat(query, instanceOf(MatchNoDocsQuery.class));
        }
    }

    public void testKeysAreASet() {
        LatentClusterQueryBuilder builder =
                new LatentClusterQueryBuilder("latent", List.of("c2", "c1", "c2"), () -> search);
        assertEquals(List.of("c1", "c2"), builder.clusters());
    }

    public void testWrongFieldType() {
        LatentClusterQueryBuilder builder =
                new LatentClusterQueryBuilder(KEYWORD_FIELD_NAME, List.of("c1"), () -> search);
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> builder.toQuery(createShardContext()));
        assertThat(
                e.getMessage(),
                containsString("must be of type [latent_vector], [mapped_string_2] is of type [keyword]"));
    }

    public void testBadBodies() {
        bad("{}", "[field] of [latent_cluster] is required");
        bad("{\"field\":\"latent\"}", "[clusters] of [latent_cluster] is required");
        bad("{\"clusters\":[\"c1\"]}", "[field] of [latent_cluster] is required");
        bad(
                "{\"field\":\"latent\",\"clusters\":[]}",
                "[clusters] of [latent_cluster] must be a list of 1 to 1000 non-empty strings: 0");
        bad(
                "{\"field\":\"latent\",\"clusters\":[7]}",
                "[clusters] of [latent_cluster] must be a list of 1 to 1000 non-empty strings: [7]");
        bad(
                "{\"field\":\"latent\",\"clusters\":7}",
                "[clusters] of [latent_cluster] must be a list of 1 to 1000 non-empty strings: 7");
        bad("{\"field\":[],\"clusters\":[\"c1\"]}", "[field] of [latent_cluster] must be a non-empty string: []");
        bad(
                "{\"field\":\"latent\",\"partition\":\"x\",\"clusters\":[\"r1\"]}",
                "[partition] of [latent_cluster] must be a token as [latent_clusters] returns it, but it is");
        String token =
                ResultPartitionTokenTests.random("news", 1, 3, 4, random()).encode();
        String changed = token.substring(0, 20) + (token.charAt(20) == 'A' ? 'B' : 'A') + token.substring(21);
        bad(
                "{\"field\":\"latent\",\"partition\":\"" + changed + "\",\"clusters\":[\"r1\"]}",
                "it is cut short or has been changed: \"" + changed + "\"");
        bad(
                "{\"field\":\"latent\",\"partition\":\"" + token + "\",\"clusters\":[\"r3\"]}",
                "[clusters] of [latent_cluster] must be keys of the partition, r0 to r2: \"r3\"");
        bad(
                "{\"field\":\"latent\",\"partition\":\"" + token + "\",\"clusters\":[\"c1\"]}",
                "must be keys of the partition, r0 to r2: \"c1\"");
        bad(
                "{\"field\":\"latent\",\"partition\":\"" + token
                        + "\",\"clusters\":[\"r1\"],\"min_similarity\":\"auto\"}",
                "[min_similarity] \"auto\" of [latent_cluster] does not go with [partition]");
        bad(
                "{\"field\":\"latent\",\"clusters\":[\"c1\"],\"min_similarity\":2}",
                "[min_similarity] of [latent_cluster] must be in [0.0, 1.0] or \"auto\": 2");
        bad(
                "{\"field\":\"latent\",\"clusters\":[\"c1\"],\"min_membership\":0}",
                "[min_membership] of [latent_cluster] must be in [0.01, 1.0]: 0");
        bad(
                "{\"field\":\"latent\",\"clusters\":[\"c1\"],\"min_membership\":0.2,\"min_similarity\":\"auto\"}",
                "[min_membership] of [latent_cluster] does not go with [min_similarity]: 0.2");
        bad(
                "{\"field\":\"latent\",\"partition\":\"" + token + "\",\"clusters\":[\"r1\"],\"min_membership\":0.2}",
                "[min_membership] of [latent_cluster] does not go with [partition]: 0.2");
        bad(
                "{\"field\":\"latent\",\"clusters\":[\"c1\"],\"boost\":-1}",
                "[boost] of [latent_cluster] must be in [0.0, 3.4028234663852886E38]: -1");
        bad(
                "{\"field\":\"latent\",\"clusters\":[\"c1\"],\"cluster\":\"c1\"}",
                "unknown key [cluster] of [latent_cluster] with value \"c1\", must be one of [_name, boost,");
    }

    public void testMembershipsAreExpensive() {
        LatentSearchTestPlugin.generations.activate("news", 1);
        LatentClusterQueryBuilder query = new LatentClusterQueryBuilder("latent", List.of("c1"), () -> search);
        QueryShardContext context = org.mockito.Mockito.spy(createShardContext());
        org.mockito.Mockito.when(context.allowExpensiveQueries()).thenReturn(false);
        Exception e =
                expectThrows(Exception.class, () -> query.withMembership(.2).toQuery(context));
        assertThat(e.getMessage(), containsString("[latent_cluster] queries with [min_membership] cannot be executed"));
    }

    public void testNumbersBeyondLong() {
        String query = "{\"field\":\"latent\",\"clusters\":[\"c1\"],";
        for (String number : List.of("9223372036854775808", "-1e300", "1e400", "\"NaN\"")) {
            bad(query + "\"min_similarity\":" + number + "}", "[min_similarity] of [latent_cluster] must be ");
        }
        bad(query + "\"boost\":1e300}", "[boost] of [latent_cluster] must be in");
    }

    private void bad(String body, String message) {
        Exception e = expectThrows(Exception.class, () -> parseQuery("{\"latent_cluster\":" + body + "}"));
        assertTrue(e.toString(), e instanceof IllegalArgumentException || e instanceof ParsingException);
        assertThat(e.getMessage(), containsString(message));
    }
}
