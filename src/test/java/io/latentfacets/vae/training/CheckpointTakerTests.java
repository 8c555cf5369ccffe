/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

public final class CheckpointTakerTests {
    private static final long INTERVAL = 10;

    private final List<Long> storedAt = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private long now = 1000;
    private long storingTakes;
    private boolean full;
    private int made;

    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void epoch(EpochReport report) {
            throw new AssertionError("nothing is trained");
        }

        @Override
        public void checkCancelled() {
            throw new AssertionError("nothing is trained");
        }

        @Override
        public void checkpointFailed(Exception cause) {
            failures.add(cause.getMessage());
        }
    };

    private final CheckpointTaker taker = new CheckpointTaker(
            new Checkpoints() {
                @Override
                public Optional<Checkpoint> last() {
                    return Optional.empty();
                }

                @Override
                public boolean isDue(long nanosSince) {
                    return nanosSince >= INTERVAL;
                }

                @Override
                public void store(Checkpoint checkpoint) throws IOException {
                    storedAt.add(now);
                    now += storingTakes;
                    if (full) {
                        throw new IOException("full at " + now);
                    }
                }
            },
            listener,
            () -> now);

    private void offerFor(long nanos) {
        for (long end = now + nanos; now < end; now++) {
            taker.offer(() -> {
                made++;
                return null;
            });
        }
    }

    @Test
    public void aCheckpointIsMadeOnlyWhenOneIsDue() {
        offerFor(35);
        assertThat(storedAt, equalTo(List.of(1010L, 1020L, 1030L)));
        assertThat(made, equalTo(3));
    }

    /** If storing takes longer than the interval, the training still gets its time in between. */
    @Test
    public void theIntervalCountsFromTheEndOfTheLastStore() {
        storingTakes = 100;
        offerFor(250);
        assertThat(storedAt, equalTo(List.of(1010L, 1120L, 1230L)));
    }

    @Test
    public void failuresAreRetriedAfterTheIntervalAndReportedOnceUntilASuccess() {
        full = true;
        offerFor(25);
        assertThat(storedAt, equalTo(List.of(1010L, 1020L)));
        full = false;
        offerFor(10);
        full = true;
        offerFor(30);
        assertThat(failures, equalTo(List.of("full at 1010", "full at 1040")));
    }
}
