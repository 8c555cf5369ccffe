/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchSecurityException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionType;
import org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.test.client.NoOpClient;

/** What {@code _attach} says if a template cannot be written. */
public class TemplateWriterTests extends OpenSearchTestCase {

    private static final ComposableIndexTemplate TEMPLATE =
            new ComposableIndexTemplate(List.of("logs*"), null, null, null, null, null);

    /** A client whose answers depend on the template's name. */
    private static final class Templates extends NoOpClient {
        private final Map<String, Object> answers;
        private final List<String> written = new ArrayList<>();

        private Templates(Map<String, Object> answers) {
            super("templates");
            this.answers = answers;
        }

        @Override
        @SuppressWarnings("unchecked") // the test asks for this action only
        protected <Q extends ActionRequest, R extends ActionResponse> void doExecute(
                ActionType<R> action, Q request, ActionListener<R> listener) {
            String name = ((PutComposableIndexTemplateAction.Request) request).name();
            written.add(name);
            if (answers.get(name) instanceof Exception failure) {
                listener.onFailure(failure);
            } else {
                listener.onResponse((R) new AcknowledgedResponse((Boolean) answers.get(name)));
            }
        }
    }

    private static NextIndices.Plan plan(String name, String template) {
        return new NextIndices.Plan(NextIndex.attached(name, template), TEMPLATE);
    }

    public void testATemplateOfTwoDataStreamsIsWrittenOnce() {
        try (Templates client = new Templates(Map.of("mine", true))) {
            NextIndices.Plan refused = new NextIndices.Plan(NextIndex.notAttached("c", null, "why"), null);
            assertThat(
                    new TemplateWriter(client).write(List.of(plan("a", "mine"), plan("b", "mine"), refused)),
                    contains(
                            NextIndex.attached("a", "mine"),
                            NextIndex.attached("b", "mine"),
                            NextIndex.notAttached("c", null, "why")));
            assertThat(client.written, contains("mine"));
        }
    }

    public void testWhatTheCallerMayNotDoIsSaidAndTheOtherTemplatesAreWritten() {
        Map<String, Object> answers = Map.of(
                "foreign",
                new OpenSearchSecurityException("no permissions for [x]", RestStatus.FORBIDDEN),
                "broken",
                new IllegalArgumentException("unknown setting"),
                "slow",
                false,
                "mine",
                true);
        try (Templates client = new Templates(answers)) {
            List<NextIndex> outcomes = new TemplateWriter(client)
                    .write(List.of(plan("a", "foreign"), plan("b", "broken"), plan("c", "slow"), plan("d", "mine")));
            for (NextIndex failed : outcomes.subList(0, 3)) {
                assertThat(failed.result(), equalTo(NextIndex.Result.NOT_ATTACHED));
            }
            assertThat(
                    outcomes.get(0).reason(),
                    containsString("somebody with the permission [indices:admin/index_template/put] can attach again:"
                            + " no permissions for [x]"));
            assertThat(outcomes.get(1).reason(), containsString("cannot be extended: unknown setting"));
            assertThat(outcomes.get(2).reason(), containsString("attach again"));
            assertThat(outcomes.get(3), equalTo(NextIndex.attached("d", "mine")));
        }
    }
}
