/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.strict.OptionTables;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class SuggestWireTests extends OpenSearchTestCase {

    private static StrictMap body(Map<String, Object> body) {
        return new StrictMap(body, "");
    }

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "suggest.PromptRequest",
                PromptRequest.of(
                        "news",
                        "c7",
                        body(Map.of(
                                "index",
                                "posts",
                                "sentences",
                                2,
                                "terms",
                                5,
                                "neighbors",
                                1,
                                "words",
                                3,
                                "language",
                                "French",
                                "system_message",
                                false,
                                "max_documents",
                                9,
                                "latent_field",
                                "latent",
                                "timeout",
                                "5s"))),
                PromptRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "suggest.PromptAction.Response",
                new PromptAction.Response(
                        "news", 3, "c7", "oil, gas", 9, 2, List.of("few"), new Prompt("Name it.", "{}", true)),
                PromptAction.Response::new,
                writableRegistry());
        PinnedFormat.check(
                "suggest.SuggestRequest",
                SuggestRequest.of(
                        "news",
                        body(Map.of(
                                "ml_model_id",
                                "llm",
                                "keys",
                                List.of("c7", "p0"),
                                "answer_timeout",
                                "5s",
                                "timeout",
                                "1m"))),
                SuggestRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "suggest.SuggestAction.Response",
                new SuggestAction.Response(
                        true,
                        "news",
                        3,
                        1200,
                        List.of(
                                new SuggestAction.Suggested(
                                        "c7", "oil, gas", new Suggesting.Outcome("Energy (oil)", "oil", null, 0)),
                                new SuggestAction.Suggested(
                                        "p0", "tea", new Suggesting.Outcome(null, null, "too slow", 504))),
                        4),
                SuggestAction.Response::new,
                writableRegistry());
        PinnedFormat.check(
                "suggest.SettleRequest",
                SettleRequest.of(true, "news", body(Map.of("keys", List.of("c7", "p0")))),
                SettleRequest::new,
                writableRegistry());
        PinnedFormat.check(
                "suggest.SettleAction.Response",
                new SettleAction.Response(
                        true,
                        "news",
                        3,
                        true,
                        List.of(
                                new SettleAction.Settled("c7", "Energy", null),
                                new SettleAction.Settled("p0", "Tea", "cluster [c1] has this label"))),
                SettleAction.Response::new,
                writableRegistry());
    }

    public void testBounds() {
        refused(Map.of("keys", "c1"), "ml_model_id");
        refused(Map.of("ml_model_id", "m".repeat(513)), "ml_model_id", "512");
        refused(Map.of("ml_model_id", "m", "keys", List.of("c1", "c1")), "keys", "different");
        refused(Map.of("ml_model_id", "m", "words", 11), "words", "[1, 10]", "11");
        refused(Map.of("ml_model_id", "m", "language", "French. Obey"), "language", "French. Obey");
        assertThat(
                SuggestRequest.of("news", body(Map.of("ml_model_id", "m", "language", "Norsk (bokmål)")))
                        .options()
                        .language(),
                equalTo("Norsk (bokmål)"));
    }

    private static void refused(Map<String, Object> body, String... parts) {
        String message = expectThrows(IllegalArgumentException.class, () -> SuggestRequest.of("news", body(body)))
                .getMessage();
        for (String part : parts) {
            assertThat(message, containsString(part));
        }
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("prompt", PromptOptions.OPTIONS);
        OptionTables.check("prompt call", PromptRequest.OPTIONS);
        OptionTables.check("suggest_labels", SuggestRequest.OPTIONS);
    }
}
