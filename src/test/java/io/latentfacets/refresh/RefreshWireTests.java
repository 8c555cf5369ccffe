/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.cluster.ClusterModule;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParseException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.test.OpenSearchTestCase;

/** What nodes tell each other of schedules, and what they keep on disk. */
public class RefreshWireTests extends OpenSearchTestCase {

    private static final RefreshParams PARAMS = new RefreshParams("news", 86_400_000, true, 1_700_000_000_000L, 7);
    private static final RefreshRun ENDED = new RefreshRun(
            1000,
            2000,
            RefreshPolicy.Advice.FULL,
            "it grew",
            3,
            RefreshRun.Verdict.FAILED,
            "the new generation is worse");
    private static final RefreshRun RUNNING =
            RefreshRun.begin(3000, new RefreshPolicy.Decision(RefreshPolicy.Advice.CLUSTERS, "why not"));
    private static final RefreshState STATE = new RefreshState(true, RUNNING, List.of(ENDED, ENDED));

    private static final StreamStep STEP = new StreamStep(4000, 8, 1234, 2.5);

    @Override
    protected NamedWriteableRegistry writableRegistry() {
        List<NamedWriteableRegistry.Entry> entries = new ArrayList<>(ClusterModule.getNamedWriteables());
        entries.addAll(RefreshService.namedWriteables());
        return new NamedWriteableRegistry(entries);
    }

    private static NamedXContentRegistry xContent(boolean withPlugin) {
        List<NamedXContentRegistry.Entry> entries = new ArrayList<>(ClusterModule.getNamedXWriteables());
        if (withPlugin) {
            entries.addAll(RefreshService.namedXContent());
        }
        return new NamedXContentRegistry(entries);
    }

    private static PersistentTasksCustomMetadata tasks() {
        return PersistentTasksCustomMetadata.builder()
                .addTask(
                        RefreshTasks.id("news"),
                        RefreshParams.NAME,
                        PARAMS,
                        PersistentTasksCustomMetadata.INITIAL_ASSIGNMENT)
                .updateTaskState(RefreshTasks.id("news"), STATE)
                .build();
    }

    public void testPinned() throws IOException {
        PinnedFormat.check("refresh.RefreshParams", PARAMS, RefreshParams::read, writableRegistry());
        PinnedFormat.check("refresh.RefreshState", STATE, RefreshState::read, writableRegistry());
        PinnedFormat.check(
                "refresh.UpdateRefreshAction.Request",
                UpdateRefreshAction.Request.end("news", 17, ENDED),
                UpdateRefreshAction.Request::new,
                writableRegistry());
    }

    public void testTheClusterStateCarriesTasksToOtherNodes() throws IOException {
        PersistentTasksCustomMetadata tasks = tasks();
        assertThat(copyWriteable(tasks, writableRegistry(), PersistentTasksCustomMetadata::new), equalTo(tasks));
    }

    public void testEveryRequestAndAnswerArrives() throws IOException {
        for (UpdateRefreshAction.Request request : List.of(
                UpdateRefreshAction.Request.set(PARAMS),
                UpdateRefreshAction.Request.remove("news", UpdateRefreshAction.Request.ANY),
                UpdateRefreshAction.Request.pause(PARAMS, true),
                UpdateRefreshAction.Request.begin("news", 17, RUNNING),
                UpdateRefreshAction.Request.forget("news", 17, RUNNING),
                UpdateRefreshAction.Request.step("news", 17, STEP))) {
            UpdateRefreshAction.Request read =
                    copyWriteable(request, writableRegistry(), UpdateRefreshAction.Request::new);
            assertThat(read.change, equalTo(request.change));
            assertThat(read.model, equalTo("news"));
            assertThat(read.params, equalTo(request.params));
            assertThat(read.allocation, equalTo(request.allocation));
            assertThat(read.run, equalTo(request.run));
            assertThat(read.step, equalTo(request.step));
        }
        RefreshStatus status =
                new RefreshStatus("news", null, true, "auto", false, 0, "why", "node", "ann", null, STATE);
        assertThat(copyWriteable(status, writableRegistry(), RefreshStatus::new), equalTo(status));
        assertTrue(copyWriteable(
                        new PauseRefreshAction.Request("news", true),
                        writableRegistry(),
                        PauseRefreshAction.Request::new)
                .paused());
    }

    private Metadata fromDisk(Metadata metadata, boolean withPlugin) throws IOException {
        XContentBuilder json = XContentFactory.jsonBuilder().startObject();
        Metadata.Builder.toXContent(
                metadata,
                json,
                new ToXContent.MapParams(Map.of(Metadata.CONTEXT_MODE_PARAM, Metadata.CONTEXT_MODE_GATEWAY)));
        json.endObject();
        try (XContentParser parser =
                createParser(xContent(withPlugin), JsonXContent.jsonXContent, BytesReference.bytes(json))) {
            return Metadata.fromXContent(parser);
        }
    }

    private static Metadata metadata() {
        return Metadata.builder()
                .putCustom(PersistentTasksCustomMetadata.TYPE, tasks())
                .build();
    }

    public void testARestartedNodeReadsTasksFromItsDisk() throws IOException {
        PersistentTasksCustomMetadata read = fromDisk(metadata(), true).custom(PersistentTasksCustomMetadata.TYPE);
        assertThat(read.getTask("latent-refresh-news").getParams(), equalTo(PARAMS));
        assertThat(read.getTask("latent-refresh-news").getState(), equalTo(STATE));
    }

    public void testTheStepOfAStreamSurvivesToo() throws IOException {
        RefreshState state = STATE.withStep(STEP);
        assertThat(copyWriteable(state, writableRegistry(), RefreshState::read), equalTo(state));
        try (XContentParser parser = createParser(
                JsonXContent.jsonXContent,
                BytesReference.bytes(state.toXContent(XContentFactory.jsonBuilder(), ToXContent.EMPTY_PARAMS)))) {
            assertThat(RefreshState.parse(parser), equalTo(state));
        }
        assertThat("a run does not forget it", state.withEnded(ENDED).online(), equalTo(STEP));
        RefreshParams params = new RefreshParams("news", 0, false, 5, 7, 1000);
        assertThat(copyWriteable(params, writableRegistry(), RefreshParams::read), equalTo(params));
        assertFalse(params.sameSchedule(new RefreshParams("news", 0, false, 5, 7)));
    }

    /** Why a model's schedule has to go before the plugin: docs/operations.md says so. */
    public void testANodeWithoutThePluginCannotStartWithSuchATaskOnItsDisk() {
        XContentParseException e = expectThrows(XContentParseException.class, () -> fromDisk(metadata(), false));
        assertThat(e.getCause().getMessage(), containsString("[tasks]"));
    }

    public void testALaterVersionMayAddFields() throws IOException {
        String json = "{\"paused\":false,\"later\":{\"x\":1},\"runs\":[{\"start_millis\":1,\"end_millis\":2,"
                + "\"mode\":\"none\",\"why\":\"w\",\"generation\":0,\"verdict\":\"skipped\",\"later\":2}]}";
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, json)) {
            assertThat(RefreshState.parse(parser).runs(), hasSize(1));
        }
    }

    /** The state is part of the cluster state, so it must not grow. */
    public void testTheStateKeepsTenRunsAndCutsTexts() {
        RefreshState state = RefreshState.NEW;
        for (int i = 0; i < 25; i++) {
            state = state.withEnded(
                    RefreshRun.begin(i, new RefreshPolicy.Decision(RefreshPolicy.Advice.NONE, "x".repeat(5000)))
                            .end(i + 1, RefreshRun.Verdict.SKIPPED, 0, "y".repeat(5000)));
        }
        assertThat(state.runs(), hasSize(10));
        assertThat(state.last().startMillis(), equalTo(24L));
        assertThat(state.last().why().length(), equalTo(400));
        assertThat(state.last().message().length(), equalTo(400));
    }
}
