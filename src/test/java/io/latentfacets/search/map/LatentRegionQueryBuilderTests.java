/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.ShardFields;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.vae.projection.Projections;
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

public class LatentRegionQueryBuilderTests extends AbstractQueryTestCase<LatentRegionQueryBuilder> {
    private final SearchServices search = new SearchServices(
            new SearchPins(null, null, LatentSearchTestPlugin.CURRENT),
            new ShardFields(LatentSearchTestPlugin.CURRENT, null, (model, index) -> Coverage.NONE));

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
        Generation generation =
                LatentFixtures.generation("news", 1, 4, 6, random()).with(Projections.firstTwo(4));
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        LatentSearchTestPlugin.generations.put(generation).activate("news", randomBoolean() ? 1 : 0);
        // The plugin of a test case that starts no node has no components.
        LatentSearchTestPlugin.use(new QueryServices(search, LatentSearchTestPlugin.CURRENT, null));
    }

    private LatentRegionQueryBuilder query(String field, Region region) {
        return new LatentRegionQueryBuilder(new PinnedField(field), region, () -> search);
    }

    @Override
    protected LatentRegionQueryBuilder doCreateTestQueryBuilder() {
        double x = randomDoubleBetween(-1, 1, true);
        double y = randomDoubleBetween(-1, 1, true);
        Region region = randomBoolean()
                ? Region.rectangle(new Bounds(new Span(x, x + .5), new Span(y, y + .25)))
                : Region.polygon(new double[] {x, y, x + .3, y, x, y + .3, x - .1, y - .1});
        return query(randomBoolean() ? "latent" : "unmapped", region);
    }

    /** A query without a coordinating node's pin depends on the generation that is active when it runs. */
    @Override
    public void testCacheability() throws IOException {
        QueryShardContext context = createShardContext();
        query("latent", Region.rectangle(Bounds.ALL)).toQuery(context);
        assertFalse(context.isCacheable());
    }

    @Override
    protected void doAssertLuceneQuery(LatentRegionQueryBuilder builder, Query query, QueryShardContext context) {
        boolean active = LatentSearchTestPlugin.generations.active("news") == 1;
        assertThat(
                query,
                instanceOf(
                        builder.fieldName().equals("latent") && active
                                ? LatentRegionQuery.class
                                : MatchNoDocsQuery.class));
    }

    public void testAGenerationWithoutAMap() {
        LatentSearchTestPlugin.generations
                .put(LatentFixtures.generation("news", 2, 4, 6, random()))
                .activate("news", 2);
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> query("latent", Region.rectangle(Bounds.ALL))
                        .toQuery(createShardContext()));
        assertThat(
                e.getMessage(),
                containsString("[latent_region] needs a map, and generation [2] of model [news] has none"));
    }

    public void testBadBodies() {
        bad("{}", "[field] of [latent_region] is required");
        bad("{\"field\":\"latent\"}", "[x] of [latent_region] and [y] of [latent_region], or [polygon] of");
        bad("{\"field\":\"latent\",\"x\":[0,1]}", "[y] of [latent_region] is required");
        bad(
                "{\"field\":\"latent\",\"x\":[0,1],\"y\":[1,1]}",
                "[y] of [latent_region] must be a list of two numbers from -100 to 100, the lower one first: [1, 1]");
        bad(
                "{\"field\":\"latent\",\"x\":[0,1],\"polygon\":[[0,0],[0,1],[1,1]]}",
                "[x] of [latent_region] and [polygon] of [latent_region] exclude each other");
        String must = "[polygon] of [latent_region] must be a list of 3 to 1000 corners [x, y], numbers from -100 to"
                + " 100: ";
        bad("{\"field\":\"latent\",\"polygon\":7}", must + "7");
        bad("{\"field\":\"latent\",\"polygon\":[[0,0],[1,1]]}", must + "[[0, 0], [1, 1]]");
        bad("{\"field\":\"latent\",\"polygon\":[[0,0],[1,1],[2]]}", must + "[2]");
        bad("{\"field\":\"latent\",\"polygon\":[[0,0],[1,1],[2,\"a\"]]}", must + "[2, a]");
        bad("{\"field\":\"latent\",\"polygon\":[[0,0],[1,1],[2,1e9]]}", must + "[2, ");
        bad(
                "{\"field\":\"latent\",\"x\":[0,1],\"y\":[0,1],\"z\":1}",
                "unknown key [z] of [latent_region] with value 1");
    }

    private void bad(String body, String message) {
        Exception e = expectThrows(Exception.class, () -> parseQuery("{\"latent_region\":" + body + "}"));
        assertTrue(e.toString(), e instanceof IllegalArgumentException || e instanceof ParsingException);
        assertThat(e.getMessage(), containsString(message));
    }
}
