/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.equalTo;

import java.util.ArrayList;
import java.util.List;
import org.opensearch.test.OpenSearchTestCase;

/** When runs are due. Times are small numbers; nothing waits. */
public class ScheduleTests extends OpenSearchTestCase {

    private static final long DAY = 24L * 60 * 60 * 1000;
    private static final RefreshPolicy.Decision DECISION =
            new RefreshPolicy.Decision(RefreshPolicy.Advice.CLUSTERS, "of a test");

    private static RefreshState after(RefreshRun.Verdict... verdicts) {
        RefreshState state = RefreshState.NEW;
        long time = 1000;
        for (RefreshRun.Verdict verdict : verdicts) {
            state = state.withEnded(RefreshRun.begin(time, DECISION).end(time + 10, verdict, 0, null));
            time += 1000;
        }
        return state;
    }

    public void testTheFirstRunIsDueOneIntervalAfterTheDefinition() {
        RefreshParams params = new RefreshParams("m", 100, false, 5000, 7);
        assertThat(Schedule.of(params, RefreshState.NEW, 7).nextRun(), equalTo(5100L));
    }

    public void testLaterRunsAreDueOneIntervalAfterTheEndOfTheLastOneHoweverItEnded() {
        RefreshParams params = new RefreshParams("m", 100, false, 5000, 7);
        for (RefreshRun.Verdict verdict : RefreshRun.Verdict.values()) {
            assertThat(Schedule.of(params, after(verdict), 7).nextRun(), equalTo(1110L));
        }
    }

    /** Runs a schedule over a time in which its nodes were down for seven intervals. */
    public void testAnOutageIsMadeUpForByOneRun() {
        RefreshParams params = new RefreshParams("m", 100, false, 0, 7);
        RefreshState state = RefreshState.NEW;
        List<Long> starts = new ArrayList<>();
        for (long now = 0; now <= 1400; now++) {
            boolean down = now > 250 && now < 950;
            if (!down && Schedule.of(params, state, 0).nextRun() <= now) {
                starts.add(now);
                state = state.withEnded(RefreshRun.begin(now, DECISION).end(now, RefreshRun.Verdict.SUCCESS, 1, null));
            }
        }
        assertThat(starts, equalTo(List.of(100L, 200L, 950L, 1050L, 1150L, 1250L, 1350L)));
    }

    public void testNothingIsDueWhilePaused() {
        RefreshParams params = new RefreshParams("m", 100, true, 0, 7);
        Schedule paused = Schedule.of(params, RefreshState.NEW.withPaused(true), 7);
        assertThat(paused.nextRun(), equalTo(Schedule.NEVER));
        assertThat(paused.nextCheck(0), equalTo(Schedule.NEVER));
        Schedule resumed = Schedule.of(params, RefreshState.NEW.withPaused(true).withPaused(false), 7);
        assertThat(resumed.nextRun(), equalTo(100L));
    }

    public void testWithoutAnIntervalOnlyDriftMakesARunDue() {
        Schedule schedule = Schedule.of(new RefreshParams("m", 0, true, 50, 7), RefreshState.NEW, 7);
        assertThat(schedule.nextRun(), equalTo(Schedule.NEVER));
        assertThat(schedule.next(0), equalTo(new Schedule.Due(57, Schedule.Cause.DRIFT)));
        assertThat(schedule.next(57), equalTo(new Schedule.Due(64, Schedule.Cause.DRIFT)));
    }

    public void testTheIntervalCountsWhenDriftIsCheckedAtTheSameTime() {
        Schedule both = new Schedule(10, 5, false, 0, 0);
        assertThat(both.next(0), equalTo(new Schedule.Due(5, Schedule.Cause.DRIFT)));
        assertThat(both.next(5), equalTo(new Schedule.Due(10, Schedule.Cause.INTERVAL)));
        assertThat(both.next(7), equalTo(new Schedule.Due(10, Schedule.Cause.INTERVAL)));
    }

    /** A drift that a training cannot mend must not start trainings all day. */
    public void testChecksForDriftAreRarerAfterFailures() {
        RefreshParams params = new RefreshParams("m", 0, true, 0, 7);
        RefreshRun.Verdict failed = RefreshRun.Verdict.FAILED;
        assertThat(Schedule.of(params, after(failed), 100).nextCheck(0), equalTo(1010 + 200L));
        assertThat(
                Schedule.of(params, after(failed, RefreshRun.Verdict.REFUSED, RefreshRun.Verdict.SKIPPED), 100)
                        .nextCheck(0),
                equalTo(3010 + 400L));
        assertThat(
                Schedule.of(params, after(failed, failed, RefreshRun.Verdict.SUCCESS), 100)
                        .nextCheck(0),
                equalTo(3010 + 100L));
        assertThat(new Schedule(0, 600_000, false, 0, 1000).nextCheck(0), equalTo(DAY));
    }

    public void testTheEndOfTimeIsNeverReached() {
        assertThat(new Schedule(Long.MAX_VALUE, 0, false, 5000, 0).nextRun(), equalTo(Schedule.NEVER));
        assertThat(new Schedule(0, Long.MAX_VALUE, false, 5000, 9).nextCheck(1), equalTo(Schedule.NEVER));
    }
}
