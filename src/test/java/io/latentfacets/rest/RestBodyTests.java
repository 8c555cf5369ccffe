/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import java.util.Map;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.test.rest.FakeRestRequest;

/** A body may stand in the URL, as in core. */
public class RestBodyTests extends OpenSearchTestCase {

    private static FakeRestRequest.Builder request() {
        return new FakeRestRequest.Builder(NamedXContentRegistry.EMPTY);
    }

    public void testABodyIsRead() throws Exception {
        FakeRestRequest request = request()
                .withContent(new BytesArray("{\"size\":3}"), XContentType.JSON)
                .build();
        assertThat(RestBody.read(request).integer("size", 0L, 9L, 0L), equalTo(3L));
    }

    public void testItMayStandInTheParameterSource() throws Exception {
        FakeRestRequest request = request()
                .withParams(Map.of("source", "{\"size\":4}", "source_content_type", "application/json"))
                .build();
        assertThat(RestBody.read(request).integer("size", 0L, 9L, 0L), equalTo(4L));
        assertThat(
                "core must not refuse the parameters",
                request.consumedParams(),
                hasItems("source", "source_content_type"));
    }

    public void testWithoutItsFormatTheParameterIsRefused() {
        FakeRestRequest request =
                request().withParams(Map.of("source", "{\"size\":4}")).build();
        Exception e = expectThrows(RuntimeException.class, () -> RestBody.read(request));
        assertThat(e.getMessage(), containsString("source_content_type"));
    }

    public void testNoBodyIsAnEmptyObject() throws Exception {
        assertThat(RestBody.read(request().build()).has("size"), equalTo(false));
    }
}
