/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.util.Map;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.test.OpenSearchTestCase;

public class CallLimitsTests extends OpenSearchTestCase {

    /** A task that somebody may cancel. */
    private static final class Work extends CancellableTask {
        Work() {
            super(1, "transport", "summarize", "summarize with [news]", TaskId.EMPTY_TASK_ID, Map.of());
        }

        @Override
        public boolean shouldCancelChildrenOnCancellation() {
            return true;
        }

        void end(String reason) {
            cancel(reason);
        }
    }

    public void testACancelledTaskEndsTheWork() {
        Work task = new Work();
        CallLimits limits = new CallLimits(task, TimeValue.timeValueMinutes(1));
        limits.check();
        task.end("the client has gone");
        assertThat(
                expectThrows(TaskCancelledException.class, limits::check).getMessage(),
                allOf(containsString("summarize with [news]"), containsString("the client has gone")));
    }

    public void testTimeEndsTheWork() throws InterruptedException {
        CallLimits limits = new CallLimits(new Work(), TimeValue.timeValueMillis(1));
        Thread.sleep(3);
        OpenSearchStatusException late = expectThrows(OpenSearchStatusException.class, limits::check);
        assertThat(late.status(), equalTo(RestStatus.GATEWAY_TIMEOUT));
        assertThat(late.getMessage(), allOf(containsString("[timeout]"), containsString("[1ms]")));
        assertThat("searches get at least a millisecond", limits.ofSearches().millis(), equalTo(1L));
        assertThat(
                new CallLimits(new Work(), TimeValue.timeValueSeconds(30)).ofSearches(),
                equalTo(TimeValue.timeValueSeconds(15)));
    }
}
