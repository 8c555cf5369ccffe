/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

/**
 * When the next run of a model is due. All times are epoch milliseconds, all durations milliseconds. Immutable.
 *
 * <p>A run is due one interval after {@code base}, however long ago that was. So a schedule that was paused, or whose
 * nodes were all down, makes up for it with one run, because the end of that run is the next base.
 *
 * @param interval the time from {@code base} to the next run; 0 for none
 * @param driftCheck the time between two checks for drift; 0 for none
 * @param paused whether nothing is due
 * @param base the end of the last run or, before the first one, when the definition was put
 * @param failures how many of the last runs failed one after the other
 */
record Schedule(long interval, long driftCheck, boolean paused, long base, int failures) {

    /** Later than any time. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int MOST_DOUBLINGS = 20;
    private static final long LONGEST_CHECK = 24L * 60 * 60 * 1000;

    /** What makes a run due. */
    enum Cause {
        INTERVAL,
        DRIFT,
        /** Nothing of the schedule: the clusters follow the stream. */
        ONLINE
    }

    /**
     * What is due next.
     *
     * @param at the time; in the past for what is overdue
     */
    record Due(long at, Cause cause) {}

    /** The schedule of a task. */
    static Schedule of(RefreshParams params, RefreshState state, long driftCheck) {
        RefreshRun last = state.last();
        return new Schedule(
                params.intervalMillis(),
                params.onDrift() ? driftCheck : 0,
                state.paused(),
                last == null ? params.definedMillis() : last.endMillis(),
                state.failures());
    }

    /** The same schedule counted from another time. */
    Schedule from(long otherBase) {
        return new Schedule(interval, driftCheck, paused, otherBase, failures);
    }

    /** The time of the next run by the interval; {@link #NEVER} for none. */
    long nextRun() {
        return paused || interval <= 0 ? NEVER : sum(base, interval);
    }

    /**
     * The time of the next check for drift; {@link #NEVER} for none. After runs that failed the pause is doubled each
     * time, up to a day: what drift asks for has just not worked, and a training is expensive.
     *
     * @param lastCheck the time of the last check; 0 for none
     */
    long nextCheck(long lastCheck) {
        if (paused || driftCheck <= 0) {
            return NEVER;
        }
        long pause = driftCheck;
        for (int i = Math.min(failures, MOST_DOUBLINGS); i > 0 && pause < LONGEST_CHECK; i--) {
            pause = Math.min(LONGEST_CHECK, 2 * pause);
        }
        return sum(Math.max(base, lastCheck), pause);
    }

    /** What is due next; of two at the same time the run by the interval. */
    Due next(long lastCheck) {
        long run = nextRun();
        long check = nextCheck(lastCheck);
        return run <= check ? new Due(run, Cause.INTERVAL) : new Due(check, Cause.DRIFT);
    }

    private static long sum(long time, long duration) {
        return time > NEVER - duration ? NEVER : time + duration;
    }
}
