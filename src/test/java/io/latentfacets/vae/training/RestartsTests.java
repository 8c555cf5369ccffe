/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.vae.objective.LatentClusters;
import java.util.List;
import org.junit.Test;

public final class RestartsTests {
    private static final LatentClusters.Summary HALVES = clusters(0.1, 0, 0, 0, 0, 1, 1, 1, 1);
    private static final LatentClusters.Summary NEARLY = clusters(0.3, 0, 0, 0, 1, 1, 1, 1, 1);
    private static final LatentClusters.Summary ODD_AND_EVEN = clusters(0.9, 0, 1, 0, 1, 0, 1, 0, 1);

    private static LatentClusters.Summary clusters(double silhouette, int... labels) {
        return new LatentClusters.Summary(labels, silhouette);
    }

    @Test
    public void theClustersThatOthersFindTooAreKept() {
        // cluster numbers do not matter, so the renamed halves equal the halves
        LatentClusters.Summary renamed = clusters(0.1, 1, 1, 1, 1, 0, 0, 0, 0);
        assertThat(Restarts.mostAgreed(List.of(ODD_AND_EVEN, NEARLY, HALVES, renamed)), equalTo(2));
        assertThat(Restarts.mostAgreed(List.of(HALVES, ODD_AND_EVEN, NEARLY)), equalTo(2));
    }

    @Test
    public void ofTwoTheClearerOneIsKept() {
        assertThat(Restarts.mostAgreed(List.of(HALVES, NEARLY)), equalTo(1));
        assertThat(Restarts.mostAgreed(List.of(NEARLY, HALVES)), equalTo(0));
    }

    @Test
    public void ofEqualsTheFirstIsKept() {
        assertThat(Restarts.mostAgreed(List.of(HALVES, HALVES, HALVES)), equalTo(0));
    }
}
