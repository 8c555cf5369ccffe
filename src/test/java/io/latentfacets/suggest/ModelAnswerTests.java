/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import java.util.Map;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.test.OpenSearchTestCase;

public class ModelAnswerTests extends OpenSearchTestCase {

    private static Map<String, Object> map(String json) {
        return XContentHelper.convertToMap(new BytesArray(json), false, MediaTypeRegistry.JSON)
                .v2();
    }

    private static String text(String data) {
        return ModelAnswer.text(map("{\"inference_results\":[{\"output\":[{\"name\":\"response\",\"dataAsMap\":" + data
                + "}],\"status_code\":200}]}"));
    }

    public void testServices() {
        for (String data : new String[] {
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Oil\"}}]}",
            "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"reasoning\"},{\"type\":\"text\",\"text\":\"Oil\"}]}}]}",
            "{\"choices\":[{\"text\":\"Oil\"}]}",
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Oil\"}]}}}",
            "{\"content\":[{\"type\":\"text\",\"text\":\"Oil\"}]}",
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Oil\"}]}}]}",
            "{\"message\":{\"role\":\"assistant\",\"content\":\"Oil\"},\"done\":true}",
            "{\"results\":[{\"outputText\":\"Oil\"}]}",
            "{\"generations\":[{\"text\":\"Oil\"}]}",
            "{\"generation\":\"Oil\"}",
            "{\"completion\":\"Oil\"}",
            "{\"response\":\"Oil\"}"
        }) {
            assertThat(data, text(data), equalTo("Oil"));
        }
        assertThat(
                ModelAnswer.text(map("{\"inference_results\":[{\"output\":[{\"name\":\"r\",\"result\":\"Oil\"}]}]}")),
                equalTo("Oil"));
    }

    public void testNonsense() {
        for (String data : new String[] {
            "{}", "{\"choices\":[]}", "{\"choices\":{\"0\":1}}", "{\"content\":[7]}", "{\"response\":7}"
        }) {
            assertThat(data, text(data), nullValue());
        }
        assertThat(ModelAnswer.text(map("{}")), nullValue());
        assertThat(ModelAnswer.text(map("{\"inference_results\":[]}")), nullValue());
    }
}
