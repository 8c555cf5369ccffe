/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.strict.OptionTables;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class GenerateWireTests extends OpenSearchTestCase {

    private static GenerateRequest request(Map<String, Object> body) {
        return new GenerateRequest("news", new StrictMap(body, ""));
    }

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "generate.GenerateRequest",
                request(Map.of(
                        "index", "posts",
                        "between", List.of("1", "2"),
                        "steps", 7,
                        "words", 4,
                        "length", 9,
                        "documents", 2,
                        "seed", -5,
                        "latent_field", "latent",
                        "timeout", "5s")),
                GenerateRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "generate.GenerateAction.Response",
                new GenerateAction.Response(
                        "news",
                        3,
                        12,
                        true,
                        List.of(new GenerateAction.Sample(
                                List.of(new GenerateAction.Word("oil", .25f)),
                                "Oil is dear.",
                                List.of(new GenerateAction.Near("posts", "1", .5f)),
                                List.of(new GenerateAction.Cluster("c1", "oil", .75f))))),
                GenerateAction.Response::new,
                writableRegistry());
    }

    public void testExactlyOneSource() {
        refused(Map.of(), "exactly one of [cluster, like, between, prior]", "[]");
        refused(Map.of("prior", false), "exactly one of", "[]");
        refused(Map.of("like", "1", "prior", true), "exactly one of", "[like, prior]");
        request(Map.of("like", "1", "prior", false));
    }

    public void testWhatDoesNotGoTogether() {
        refused(Map.of("like", "1", "steps", 4), "[steps]", "[between] only", "4");
        refused(Map.of("between", List.of("1", "2"), "samples", 4), "[samples]", "[between]", "4");
        refused(Map.of("between", List.of("1", "2"), "spread", 1), "[spread]", "[between]", "1");
        refused(Map.of("between", List.of("1", "1")), "[between]", "two different ids");
        refused(Map.of("between", "1"), "[between]", "2 to 2");
    }

    public void testBounds() {
        refused(Map.of("prior", true, "samples", 11), "[samples]", "[1, 10]", "11");
        refused(Map.of("prior", true, "length", 61), "[length]", "[0, 60]", "61");
        refused(Map.of("prior", true, "seed", 1.5), "[seed]", "1.5");
        refused(Map.of("prior", "yes"), "[prior]", "yes");
    }

    private static void refused(Map<String, Object> body, String... parts) {
        String message = expectThrows(IllegalArgumentException.class, () -> request(body))
                .getMessage();
        for (String part : parts) {
            assertThat(message, containsString(part));
        }
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("generate", GenerateRequest.OPTIONS);
    }
}
