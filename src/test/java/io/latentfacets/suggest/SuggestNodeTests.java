/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.manage.ModelTestPlugin;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.tasks.Task;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/** Labels on a node whose action for predictions answers as ml-commons does. */
public class SuggestNodeTests extends OpenSearchSingleNodeTestCase {

    /** Stands for ml-commons: the third answer is an error, the others are all the same. */
    public static final class FakeMl extends Plugin implements ActionPlugin {
        @Override
        public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
            return List.of(new ActionHandler<>(new ActionType<>(MlCommons.ACTION, FakeAnswer::new), FakePredict.class));
        }
    }

    /** The action. */
    public static final class FakePredict extends HandledTransportAction<ActionRequest, FakeAnswer> {
        private final AtomicInteger asked = new AtomicInteger();

        @Inject
        public FakePredict(TransportService transport, ActionFilters filters) {
            super(MlCommons.ACTION, transport, filters, in -> {
                throw new IOException("never sent");
            });
        }

        @Override
        protected void doExecute(Task task, ActionRequest request, ActionListener<FakeAnswer> listener) {
            if (asked.incrementAndGet() == 3) {
                listener.onFailure(new IllegalStateException("out of order"));
            } else {
                listener.onResponse(new FakeAnswer());
            }
        }
    }

    /** The response. */
    public static final class FakeAnswer extends ActionResponse implements ToXContentObject {
        FakeAnswer() {}

        FakeAnswer(StreamInput in) throws IOException {
            super(in);
        }

        @Override
        public void writeTo(StreamOutput out) {}

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.map(Map.of(
                    "inference_results",
                    List.of(Map.of("output", List.of(Map.of("dataAsMap", Map.of("response", "\"Things\"")))))));
        }
    }

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(ModelTestPlugin.class, FakeMl.class);
    }

    private static Map<String, Object> json(ToXContent shown) throws IOException {
        BytesReference bytes = org.opensearch.core.xcontent.XContentHelper.toXContent(
                shown, MediaTypeRegistry.JSON, ToXContent.EMPTY_PARAMS, false);
        return XContentHelper.convertToMap(bytes, true, MediaTypeRegistry.JSON).v2();
    }

    private static List<?> list(Map<String, Object> json, String key) {
        return (List<?>) json.get(key);
    }

    public void testLabelsAreAskedForStoredAcceptedAndDismissed() throws Exception {
        ModelTestPlugin.Parts parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        parts.trained("news", number -> LatentFixtures.generation("news", number, 8, 6, random()));
        TransportService transport = getInstanceFromNode(TransportService.class);
        NodeClient client = getInstanceFromNode(NodeClient.class);
        ActionFilters filters = new ActionFilters(Set.of());
        TransportSuggestAction suggest =
                new TransportSuggestAction(transport, filters, parts.store, parts.registry, null, null, null, client);
        TransportSettleAction settle = new TransportSettleAction(transport, filters, parts.store, parts.registry);

        SuggestRequest request = SuggestRequest.of("news", new StrictMap(Map.of("ml_model_id", "llm", "words", 3), ""));
        PlainActionFuture<SuggestAction.Response> suggested = PlainActionFuture.newFuture();
        suggest.doExecute(
                request.createTask(1, "test", SuggestAction.NAME, TaskId.EMPTY_TASK_ID, Map.of()), request, suggested);
        Map<String, Object> answer = json(suggested.actionGet(30, TimeUnit.SECONDS));
        assertThat(answer.get("acknowledged"), equalTo(true));
        assertThat(list(answer, "clusters").size(), equalTo(6));
        assertThat(
                answer.toString(),
                list(answer, "clusters").stream()
                        .filter(each -> "out of order".equals(((Map<?, ?>) each).get("error")))
                        .count(),
                equalTo(1L));
        assertThat(parts.registry.suggestions("news").byKey().size(), equalTo(5));
        assertThat(
                parts.registry.suggestions("news").byKey().values().stream()
                        .map(each -> each.label())
                        .distinct()
                        .count(),
                equalTo(5L));
        assertThat(parts.registry.edits("news"), equalTo(ClusterEdits.NONE));

        String one = parts.registry.suggestions("news").byKey().firstKey();
        String label = parts.registry.suggestions("news").of(one).label();
        assertThat(label, startsWith("Things"));
        Map<String, Object> accepted = settle(settle, true, List.of(one));
        assertThat(accepted.get("accepted"), equalTo(List.of(Map.of("key", one, "label", label))));
        assertThat(parts.registry.edits("news").of(one).label(), equalTo(label));
        assertThat(list(settle(settle, false, "all"), "dismissed").size(), equalTo(4));
        assertThat(parts.registry.suggestions("news").byKey(), equalTo(Map.of()));
        Exception e = expectThrows(Exception.class, () -> settle(settle, true, List.of(one)));
        assertThat(e.getMessage(), containsString("must name clusters for which a label waits"));
        assertThat(parts.registry.edits("news").of(one).label(), not(equalTo(null)));
    }

    private static Map<String, Object> settle(TransportSettleAction action, boolean accept, Object keys)
            throws IOException {
        SettleRequest request = SettleRequest.of(accept, "news", new StrictMap(Map.of("keys", keys), ""));
        PlainActionFuture<SettleAction.Response> settled = PlainActionFuture.newFuture();
        action.doExecute(null, request, settled);
        return json(settled.actionGet(30, TimeUnit.SECONDS));
    }
}
