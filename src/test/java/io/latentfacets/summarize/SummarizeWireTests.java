/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.strict.OptionTables;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class SummarizeWireTests extends OpenSearchTestCase {

    private static SummarizeRequest request(Map<String, Object> body) {
        return new SummarizeRequest("news", new StrictMap(body, ""));
    }

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "summarize.SummarizeRequest",
                request(Map.of(
                        "index",
                        "posts",
                        "cluster",
                        "c7",
                        "ratio",
                        .25,
                        "redundancy",
                        .5,
                        "exclude_terms",
                        List.of("wheat"),
                        "max_documents",
                        7,
                        "latent_field",
                        "latent",
                        "timeout",
                        "5s")),
                SummarizeRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "summarize.SummarizeAction.Response",
                new SummarizeAction.Response(
                        "news",
                        3,
                        12,
                        true,
                        new SummarizeAction.Summary(
                                2, List.of(new SummarizeAction.Sentence("Oil is dear.", "posts", "1", .5f)), .75)),
                SummarizeAction.Response::new,
                writableRegistry());
    }

    public void testExactlyOneSource() {
        refused(Map.of(), "exactly one of [ids, query, cluster]", "[]");
        refused(Map.of("ids", "1", "cluster", "c1"), "exactly one of [ids, query, cluster]", "[ids, cluster]");
    }

    public void testWhatDoesNotGoTogether() {
        refused(Map.of("ids", "1", "ratio", .5, "sentences", 2), "[ratio] (0.5)", "[sentences] (2)");
        refused(Map.of("ids", "1", "max_documents", 5), "[ids]", "[max_documents] (5)");
    }

    public void testBounds() {
        refused(Map.of("ids", "1", "sentences", 51), "[sentences]", "[1, 50]", "51");
        refused(Map.of("ids", "1", "ratio", 0), "[ratio]", "[0.001, 1.0]", "0");
        refused(Map.of("ids", "1", "timeout", "6m"), "[timeout]", "5m", "6m");
        refused(Map.of("ids", "1", "timeout", 5), "[timeout]", "5");
        assertThat(request(Map.of("ids", "1")).timeout().getStringRep(), equalTo("30s"));
    }

    private static void refused(Map<String, Object> body, String... parts) {
        String message = expectThrows(IllegalArgumentException.class, () -> request(body))
                .getMessage();
        for (String part : parts) {
            assertThat(message, allOf(containsString(part)));
        }
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("summarize", SummarizeRequest.OPTIONS);
    }
}
