/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.vae.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

public final class EarlyStoppingTests {
    private final List<Network.Snapshot> taken = new ArrayList<>();

    private Network.Snapshot snapshot() {
        Network.Snapshot snapshot = new Network.Snapshot(new float[0], List.of(), List.of());
        taken.add(snapshot);
        return snapshot;
    }

    @Test
    public void stopsAfterThatManyEpochsWithoutGainAndKeepsTheBest() {
        EarlyStopping stopping = new EarlyStopping(2);
        assertThat(stopping.after(3, this::snapshot), equalTo(false));
        assertThat(stopping.after(2, this::snapshot), equalTo(false));
        assertThat(stopping.after(2.5, this::snapshot), equalTo(false));
        assertThat(stopping.after(2, this::snapshot), equalTo(true));
        assertThat(taken.size(), equalTo(2));
        assertThat(stopping.best().orElseThrow(), sameInstance(taken.get(1)));
    }

    @Test
    public void gainStartsTheCountAnew() {
        EarlyStopping stopping = new EarlyStopping(2);
        for (double loss : new double[] {3, 4, 2, 4, 1}) {
            assertThat(stopping.after(loss, this::snapshot), equalTo(false));
        }
        assertThat(stopping.best(), equalTo(Optional.empty()));
    }

    @Test
    public void patienceOfZeroNeverStops() {
        EarlyStopping stopping = new EarlyStopping(0);
        for (int epoch = 0; epoch < 50; epoch++) {
            assertThat(stopping.after(epoch, this::snapshot), equalTo(false));
        }
    }
}
