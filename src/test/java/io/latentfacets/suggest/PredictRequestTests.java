/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.util.Map;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.test.OpenSearchTestCase;

public class PredictRequestTests extends OpenSearchTestCase {

    /** Reads as {@code MLPredictionTaskRequest} of ml-commons does. */
    public void testItWritesWhatMlCommonsReads() throws IOException {
        PredictRequest request = new PredictRequest("llm", Map.of("messages", "[]", "prompt", "Name it"));
        request.setParentTask("node", 7);
        try (BytesStreamOutput out = new BytesStreamOutput()) {
            request.writeTo(out);
            StreamInput in = out.bytes().streamInput();
            assertThat(TaskId.readFromStream(in), equalTo(new TaskId("node", 7)));
            assertThat("id", in.readString().length(), equalTo(36));
            assertTrue("dispatch", in.readBoolean());
            assertThat(in.readOptionalString(), equalTo("llm"));
            assertThat("FunctionName.REMOTE", in.readVInt(), equalTo(12));
            assertFalse("parameters of an algorithm", in.readBoolean());
            assertTrue("data", in.readBoolean());
            assertThat("MLInputDataType.REMOTE", in.readVInt(), equalTo(3));
            assertTrue("parameters", in.readBoolean());
            assertThat(
                    in.readMap(StreamInput::readString, StreamInput::readOptionalString),
                    equalTo(Map.of("messages", "[]", "prompt", "Name it")));
            assertFalse("action", in.readBoolean());
            assertFalse("dlq", in.readBoolean());
            assertThat("version", in.readInt(), equalTo(1));
            assertFalse("user", in.readBoolean());
            assertNull("tenant", in.readOptionalString());
            assertThat(in.available(), equalTo(0));
        }
    }
}
