/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.strict.OptionTables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.BaseAggregationTestCase;

public class LatentMapAggregationBuilderTests extends BaseAggregationTestCase<LatentMapAggregationBuilder> {

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.getPlugins());
        plugins.add(LatentSearchTestPlugin.class);
        return plugins;
    }

    @Override
    protected LatentMapAggregationBuilder createTestAggregatorBuilder() {
        Span x = new Span(randomDoubleBetween(-2, 0, true), randomDoubleBetween(.1, 2, true));
        boolean cell = randomBoolean();
        MapOptions options = new MapOptions(
                cell ? MapOptions.DEFAULTS.grid() : randomIntBetween(1, 256),
                cell ? randomDoubleBetween(.02, 2, true) : 0,
                randomBoolean() ? Bounds.ALL : new Bounds(x, Span.ALL),
                randomIntBetween(1, 65_536));
        return new LatentMapAggregationBuilder(
                randomAlphaOfLength(8), randomBoolean() ? null : randomAlphaOfLength(5), options, () -> null);
    }

    public void testDefaults() throws IOException {
        LatentMapAggregationBuilder builder = parse("{\"field\":\"latent\"}");
        assertEquals("latent", builder.target().field());
        assertEquals(MapOptions.DEFAULTS, builder.options());
        assertEquals(64 * 64, builder.options().window().cells());
        assertNull(parse("{}").target().field());
    }

    public void testBadBodies() {
        bad("{\"grid\":0}", "[grid] of [latent_map] must be in [1, 256]: 0");
        bad("{\"grid\":257}", "[grid] of [latent_map] must be in [1, 256]: 257");
        bad("{\"grid\":\"fine\"}", "[grid] of [latent_map] must be an integer in [1, 256]: \"fine\"");
        bad("{\"cell\":0}", "[cell] of [latent_map] must be a number above 0, to 2: 0");
        bad("{\"cell\":2.5}", "[cell] of [latent_map] must be a number above 0, to 2: 2.5");
        bad("{\"cell\":\"a\"}", "[cell] of [latent_map] must be a number: \"a\"");
        bad("{\"cell\":0.1,\"grid\":5}", "[grid] of [latent_map] and [cell] of [latent_map] exclude each other");
        bad(
                "{\"cell\":0.001}",
                "[cell] of [latent_map] must be at least 1/256 of each side of [bounds], which have [1979] by [1979]"
                        + " cells otherwise: 0.001");
        bad("{\"size\":0}", "[size] of [latent_map] must be in [1, 65536]: 0");
        bad("{\"bounds\":[1,2]}", "[bounds] of [latent_map] must be an object: [1, 2]");
        bad("{\"bounds\":{\"x\":[0,1]}}", "[bounds.y] of [latent_map] is required");
        String must = " of [latent_map] must be a list of two numbers from -100 to 100, the lower one first: ";
        bad("{\"bounds\":{\"x\":[1,0],\"y\":[0,1]}}", "[bounds.x]" + must + "[1, 0]");
        bad("{\"bounds\":{\"x\":[0,1],\"y\":[0]}}", "[bounds.y]" + must + "[0]");
        bad("{\"bounds\":{\"x\":[0,\"b\"],\"y\":[0,1]}}", "[bounds.x]" + must + "[0, b]");
        bad("{\"bounds\":{\"x\":[0,1],\"y\":[0,101]}}", "[bounds.y]" + must + "[0, 101]");
        bad("{\"bounds\":{\"x\":[0,1],\"y\":[0,1],\"z\":[0,1]}}", "unknown key [bounds.z] of [latent_map]");
        bad("{\"precision\":5}", "unknown key [precision] of [latent_map] with value 5, must be one of [bounds, cell,");
    }

    private void bad(String body, String message) {
        Exception e = expectThrows(Exception.class, () -> parse(body));
        assertTrue(e.toString(), e instanceof IllegalArgumentException || e instanceof ParsingException);
        assertThat(e.getMessage(), containsString(message));
    }

    private LatentMapAggregationBuilder parse(String body) throws IOException {
        try (XContentParser parser =
                createParser(JsonXContent.jsonXContent, "{\"map\":{\"latent_map\":" + body + "}}")) {
            parser.nextToken();
            return (LatentMapAggregationBuilder) AggregatorFactories.parseAggregators(parser)
                    .getAggregatorFactories()
                    .iterator()
                    .next();
        }
    }

    public void testOptionsAreDocumented() throws IOException {
        OptionTables.check("latent_map", MapOptions.OPTIONS);
    }
}
