/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.Definer;
import io.latentfacets.training.progress.WorkerTask;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
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
                + "\"start\":\"cold\",\"from\":0,\"start_why\":\"asked for\",\"new_subjects\":2}";
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, json)) {
            assertEquals(
                    Beginning.Continuity.NONE,
                    TrainingParams.fromXContent(parser).beginning().continuity());
        }
    }

    /** Whoever may see the cluster's state need not be allowed to read documents. */
    public void testTheClusterStateShowsNoLatents() throws IOException {
        Beginning beginning = new Beginning(
                TrainStart.COLD, 0, "drift", new Beginning.Continuity(true, List.of(List.of("AQIDBA=="))));
        TrainingParams params = new TrainingParams("m", 3, TrainMode.FULL, false, "drift", beginning, null);
        ToXContent.Params api =
                new ToXContent.MapParams(Map.of(Metadata.CONTEXT_MODE_PARAM, Metadata.CONTEXT_MODE_API));
        assertThat(Strings.toString(MediaTypeRegistry.JSON, params), containsString("AQIDBA=="));
        XContentBuilder shown = params.toXContent(JsonXContent.contentBuilder(), api);
        assertThat(shown.toString(), containsString("\"continued\":true"));
        assertThat(shown.toString(), not(containsString("AQIDBA==")));
    }
}
