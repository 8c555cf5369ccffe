/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.Map;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.OpenSearchTestCase;

public class ExpandWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "expand.ExpandExt", new ExpandExt(Map.of("model", "news")), ExpandExt::read, writableRegistry());
    }

    public void testJson() throws IOException {
        ExpandExt ext = new ExpandExt(Map.of("model", "news", "generation", 3));
        String json = ext.toXContent(JsonXContent.contentBuilder().startObject(), ToXContent.EMPTY_PARAMS)
                .endObject()
                .toString();
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, json)) {
            parser.nextToken();
            parser.nextToken();
            parser.nextToken();
            assertEquals(ext, ExpandExt.parse(parser));
        }
    }
}
