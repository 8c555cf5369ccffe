/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;

import io.latentfacets.model.LeftDocuments;
import io.latentfacets.vae.training.EpochReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.AbstractSerializingTestCase;

/** The status in its binary form and as JSON, and the task that reports it. */
public class TrainingStatusTests extends AbstractSerializingTestCase<TrainingStatus> {

    @Override
    protected TrainingStatus createTestInstance() {
        Map<String, Double> loss = new TreeMap<>();
        List<Map<String, Object>> history = new ArrayList<>();
        for (int i = 0; i < randomIntBetween(0, 4); i++) {
            loss.put("part" + i, randomDoubleBetween(-10, 10, true));
            history.add(Map.of("stage", randomAlphaOfLength(5), "epoch", i, "loss", randomDouble()));
        }
        return new TrainingStatus(
                randomAlphaOfLength(8),
                randomIntBetween(0, 1000),
                randomFrom("training", "ready", "failed"),
                randomFrom(TrainingPhase.values()).toString(),
                randomNonNegativeLong(),
                randomIntBetween(0, 100),
                randomIntBetween(0, 100),
                loss,
                randomDoubleBetween(0, 100, true),
                randomNonNegativeLong(),
                randomBoolean() ? -1 : randomNonNegativeLong(),
                randomBoolean() ? null : randomAlphaOfLength(20),
                randomBoolean() ? null : "cpu",
                randomBoolean() ? null : randomAlphaOfLength(30),
                randomBoolean() ? null : randomAlphaOfLength(30),
                randomList(
                        3,
                        () -> new LeftDocuments(
                                randomAlphaOfLength(5), randomLongBetween(-1, 100), randomAlphaOfLength(20))),
                history);
    }

    @Override
    protected Writeable.Reader<TrainingStatus> instanceReader() {
        return TrainingStatus::read;
    }

    @Override
    protected TrainingStatus doParseInstance(XContentParser parser) {
        return TrainingStatus.fromXContent(parser);
    }

    private static WorkerTask task() {
        return new WorkerTask(
                7, "transport", "action", TaskId.EMPTY_TASK_ID, Map.of(), "news", 3, "node1", new Undisturbed());
    }

    public void testTaskReportsWhatItWasTold() {
        WorkerTask task = task();
        assertThat(task.getStatus().phase(), equalTo("waiting"));
        task.documentsRead(50);
        task.progress(TrainingPhase.READING, 0.5);
        assertThat(task.getStatus().percent(), equalTo(8.0));
        assertThat(task.getStatus().documentsRead(), equalTo(50L));
        task.progress(TrainingPhase.TRAINING, 0);
        task.epoch(new EpochReport(1, "views", 2, 8, 1.5, Map.of("kl", 0.25, "bad", Double.NaN), Double.NaN, 50, 4000));
        TrainingStatus status = task.getStatus();
        assertThat(status.percent(), equalTo(51.0));
        assertThat(status.epoch(), equalTo(2));
        assertThat(status.loss(), equalTo(Map.of("total", 1.5, "kl", 0.25)));
        assertThat(
                status.history(),
                equalTo(List.of(Map.of("restart", 1, "stage", "views", "epoch", 2, "loss", 1.5, "kl", 0.25))));
        assertThat(status.etaMillis(), greaterThan(3999L));
        // whatever the losses are, the status is JSON
        assertThat(Strings.toString(MediaTypeRegistry.JSON, status), containsString("\"phase\":\"training\""));
    }

    public void testHistoryIsBounded() {
        WorkerTask task = task();
        for (int epoch = 1; epoch <= WorkerTask.MAX_HISTORY + 50; epoch++) {
            task.epoch(new EpochReport(1, "views", epoch, 1000, 1, Map.of(), 1, 1, 1));
        }
        assertThat(task.history(), hasSize(WorkerTask.MAX_HISTORY));
        assertThat(task.getStatus().epoch(), equalTo(WorkerTask.MAX_HISTORY + 50));
    }

    public void testPercentOnlyGrowsFromPhaseToPhase() {
        double last = -1;
        for (TrainingPhase phase : TrainingPhase.values()) {
            assertThat(phase.percent(0), greaterThan(last));
            last = phase.percent(0);
            assertTrue(phase.percent(2) <= 100);
        }
        assertThat(last, equalTo(100.0));
    }

    public void testCancelledTaskStopsAtItsNextStep() {
        WorkerTask task = task();
        task.checkCancelled();
        task.cancel("enough");
        TaskCancelledException stopped =
                expectThrows(TaskCancelledException.class, () -> task.progress(TrainingPhase.READING, 0));
        assertThat(stopped.getMessage(), containsString("enough"));
    }
}
