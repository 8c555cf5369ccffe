/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.OpenSearchTestCase;

public class FacetsExtTests extends OpenSearchTestCase {

    private static Map<String, Object> facets() {
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("key", randomAlphaOfLength(3));
        cluster.put("count", randomIntBetween(0, 100));
        cluster.put("share", randomDouble());
        cluster.put("growth", null);
        cluster.put("terms", List.of(new LinkedHashMap<>(Map.of("term", "oil"))));
        Map<String, Object> facets = new LinkedHashMap<>();
        facets.put("model", "news");
        facets.put("trend_truncated", true);
        facets.put("clusters", new ArrayList<>(List.of(cluster)));
        return facets;
    }

    public void testWire() throws IOException {
        FacetsExt ext = new FacetsExt(facets());
        FacetsExt copy = copyWriteable(ext, writableRegistry(), FacetsExt::read);
        assertEquals(ext, copy);
        assertEquals(ext.hashCode(), copy.hashCode());
        assertNotEquals(ext, new FacetsExt(Map.of()));
        assertEquals(
                "in order",
                new ArrayList<>(ext.facets().keySet()),
                new ArrayList<>(copy.facets().keySet()));
    }

    public void testXContent() throws IOException {
        FacetsExt ext = new FacetsExt(facets());
        XContentBuilder builder = XContentFactory.jsonBuilder().startObject();
        BytesReference shown = BytesReference.bytes(
                ext.toXContent(builder, ToXContent.EMPTY_PARAMS).endObject());
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, shown)) {
            assertEquals(XContentParser.Token.START_OBJECT, parser.nextToken());
            assertEquals(XContentParser.Token.FIELD_NAME, parser.nextToken());
            assertEquals(FacetsExt.NAME, parser.currentName());
            assertEquals(XContentParser.Token.START_OBJECT, parser.nextToken());
            assertEquals(ext, FacetsExt.parse(parser));
        }
    }
}
