/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Definer;
import io.latentfacets.training.progress.WorkerTask;
import java.io.IOException;
import java.util.List;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.AbstractSerializingTestCase;

/** The parameters of a training's persistent task, on the wire and on disk. */
public class TrainingParamsTests extends AbstractSerializingTestCase<TrainingParams> {

    @Override
    protected TrainingParams createTestInstance() {
        return new TrainingParams(
                randomAlphaOfLength(8),
                randomIntBetween(1, 1000),
                randomFrom(TrainMode.values()),
                randomBoolean(),
                randomAlphaOfLength(12),
                new Beginning(
                        randomFrom(TrainStart.values()),
                        randomIntBetween(0, 99),
                        randomAlphaOfLength(9),
                        new Beginning.Continuity(
                                randomBoolean(),
                                randomList(0, 3, () -> randomList(0, 3, () -> randomAlphaOfLength(6))))),
                randomBoolean()
                        ? null
                        : new Definer(randomAlphaOfLength(5), randomList(0, 3, () -> randomAlphaOfLength(4))));
    }

    @Override
    protected Writeable.Reader<TrainingParams> instanceReader() {
        return TrainingParams::read;
    }

    @Override
    protected TrainingParams doParseInstance(XContentParser parser) {
        return TrainingParams.fromXContent(parser);
    }

    /** A node of a later build may write more. */
    @Override
    protected boolean supportsUnknownFields() {
        return true;
    }

    public void testTheNameIsThatOfTheTask() {
        assertEquals(
                WorkerTask.PERSISTENT,
                new TrainingParams(
                                "news",
                                1,
                                TrainMode.FULL,
                                false,
                                "",
                                new Beginning(TrainStart.COLD, 0, ""),
                                new Definer("ann", List.of("trainer")))
                        .getWriteableName());
    }

    /** A node must start with what an earlier build has left on disk. */
    public void testATaskOfAnEarlierBuildLooksForClustersAnew() throws IOException {
        String json = "{\"model\":\"m\",\"generation\":3,\"mode\":\"full\",\"force\":false,\"why\":\"drift\","
                + "\"start\":\"cold\",\"from\":0,\"start_why\":\"asked for\"}";
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, json)) {
            assertEquals(
                    Beginning.Continuity.NONE,
                    TrainingParams.fromXContent(parser).beginning().continuity());
        }
    }
}
