/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.vae.VaeOptions;
import org.junit.Test;

/** The stages of a training: 6,400 documents in batches of 64 are 100 steps an epoch. */
public class PlanTests {

    private static Plan plan(int neighbors, boolean refines, double annealing) {
        VaeOptions options = VaeOptions.builder()
                .epochs(4)
                .neighbors(neighbors)
                .klAnnealing(annealing)
                .build();
        return Plan.of(options, refines, 6400, 64, 6400, false);
    }

    @Test
    public void testBetaRisesOverAShareOfTheFirstStage() {
        Stage views = plan(10, true, 0.5).views();
        assertThat(views.steps(), equalTo(400));
        assertThat(views.shareOfBeta(0), equalTo(0.0));
        assertThat(views.shareOfBeta(50), closeTo(0.25, 1e-12));
        assertThat(views.shareOfBeta(199), closeTo(0.995, 1e-12));
        assertThat(views.shareOfBeta(200), equalTo(1.0));
        assertThat(views.shareOfBeta(399), equalTo(1.0));
    }

    /** With and without the second stage. */
    @Test
    public void testLaterStagesHaveAllOfBeta() {
        for (int neighbors : new int[] {0, 10}) {
            Plan plan = plan(neighbors, true, 1);
            assertThat(plan.neighbors().shareOfBeta(0), equalTo(1.0));
            assertThat(plan.refinement().shareOfBeta(0), equalTo(1.0));
        }
    }

    @Test
    public void testWithoutAnnealingBetaCountsFromTheFirstStep() {
        assertThat(plan(10, false, 0).views().shareOfBeta(0), equalTo(1.0));
    }

    @Test
    public void testStagesThatOptionsLeaveOutHaveNoEpochs() {
        assertThat(plan(0, true, 0).neighbors().epochs(), equalTo(0));
        assertThat(plan(10, false, 0).refinement().epochs(), equalTo(0));
        assertThat(plan(10, true, 0).refinement().epochs(), equalTo(2));
    }

    /** Half of the epochs of the first two stages, rounded up, without annealing. */
    @Test
    public void testAWarmRunIsShorter() {
        VaeOptions options = VaeOptions.builder().epochs(5).klAnnealing(0.5).build();
        Plan cold = Plan.of(options, true, 6400, 64, 6400, false);
        Plan warm = Plan.of(options, true, 6400, 64, 6400, true);
        assertThat(warm.views().epochs(), equalTo(3));
        assertThat(warm.neighbors().epochs(), equalTo(2));
        assertThat(warm.views().rate(), equalTo(cold.views().rate()));
        assertThat(warm.views().shareOfBeta(0), equalTo(1.0));
        assertThat(warm.refinement(), equalTo(cold.refinement()));
        assertThat(warm.labels(), equalTo(cold.labels()));
    }
}
