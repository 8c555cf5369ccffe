/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import ai.djl.Device;
import io.latentfacets.text.Corpus;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.TopicCorpus;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Each option has its effect: the tests fail if a training ignores the option. */
public final class VaeOptionEffectTests {
    private static Device device;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void startEngine() {
        device = Engines.started().djlDevice();
    }

    /** Options of a small network; every option that a test does not set is off. */
    private static final class Choice {
        private double beta;
        private double annealing;
        private double dropout;
        private double decay;
        private double temperature = 0.3;
        private int epochs = 8;
        private int neighbors;
        private int patience;

        VaeOptions options() {
            return VaeOptions.builder()
                    .latentDims(8)
                    .hiddenDims(List.of(16))
                    .epochs(epochs)
                    .beta(beta)
                    .temperature(temperature)
                    .learningRate(0.01)
                    .neighbors(neighbors)
                    .wordDropout(dropout)
                    .weightDecay(decay)
                    .klAnnealing(annealing)
                    .patience(patience)
                    .build();
        }
    }

    /** The result of a training. */
    private record Trained(VaeWeights weights, List<EpochReport> reports, double heldOutLoss) {
        List<EpochReport> stage(String name) {
            return reports.stream()
                    .filter(report -> report.stage().equals(name))
                    .toList();
        }

        /** Returns the mean of a part of the loss in the last epoch of the first stage. */
        double part(String name) {
            List<EpochReport> views = stage("views");
            return views.get(views.size() - 1).parts().get(name);
        }
    }

    private Trained train(Choice choice, int documents) throws IOException {
        List<EpochReport> reports = new ArrayList<>();
        double[] kept = new double[1];
        try (Corpus corpus =
                TopicCorpus.build(documents, 4, 1, folder.newFolder().toPath())) {
            VaeWeights weights = new VaeTrainer(choice.options(), device, 1)
                    .train(corpus, corpus.vocabulary(), new TrainingListener() {
                        @Override
                        public void epoch(EpochReport report) {
                            reports.add(report);
                        }

                        @Override
                        public void checkCancelled() {
                            // nobody cancels
                        }

                        @Override
                        public void kept(double heldOutLoss) {
                            kept[0] = heldOutLoss;
                        }
                    });
            return new Trained(weights, reports, kept[0]);
        }
    }

    @Test
    public void betaDrawsPosteriorsToThePrior() throws IOException {
        Choice free = new Choice();
        Choice bound = new Choice();
        bound.beta = 1;
        assertThat(train(bound, 300).part("kl"), lessThan(0.5 * train(free, 300).part("kl")));
    }

    /** With one step per epoch the report shows the weight of the divergence: a line up to β, then β. */
    @Test
    public void annealingRaisesBetaOverItsShareOfTheFirstStage() throws IOException {
        Choice choice = new Choice();
        choice.beta = 0.5;
        choice.annealing = 0.5;
        choice.neighbors = 5;
        Trained trained = train(choice, 100);
        double[] expected = {0, 0.125, 0.25, 0.375, 0.5, 0.5, 0.5, 0.5};
        for (int epoch = 0; epoch < expected.length; epoch++) {
            assertThat(weightOfDivergence(trained.stage("views").get(epoch)), closeTo(expected[epoch], 1e-3));
        }
        for (EpochReport report : trained.stage("neighbors")) {
            assertThat(weightOfDivergence(report), closeTo(0.5, 1e-3));
        }
    }

    private static double weightOfDivergence(EpochReport report) {
        double rest =
                report.loss() - report.parts().get("contrast") - report.parts().get("likelihood");
        return rest / report.parts().get("kl");
    }

    @Test
    public void droppedWordsMakeTheTaskHarder() throws IOException {
        Choice dropping = new Choice();
        dropping.dropout = 0.9;
        assertThat(
                train(dropping, 300).part("contrast"),
                greaterThan(train(new Choice(), 300).part("contrast") + 0.1));
    }

    @Test
    public void decayShrinksEveryLayer() throws IOException {
        Choice decaying = new Choice();
        decaying.decay = 1;
        VaeWeights free = train(new Choice(), 300).weights();
        VaeWeights shrunk = train(decaying, 300).weights();
        assertThat(
                norm(shrunk.layers().get(0)), lessThan(0.95 * norm(free.layers().get(0))));
        assertThat(norm(shrunk.mean()), lessThan(0.95 * norm(free.mean())));
        // the decoder's biases start at the background, far from 0, and the decay draws them towards 0
        assertThat(sum(shrunk.decoder().bias()), greaterThan(sum(free.decoder().bias())));
    }

    private static double norm(Dense layer) {
        double squares = 0;
        for (float weight : layer.weights()) {
            squares += weight * weight;
        }
        return Math.sqrt(squares);
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    @Test
    public void temperatureScalesTheContrast() throws IOException {
        Choice hot = new Choice();
        hot.temperature = 10;
        // cosines over τ lie within ±0.1, so the loss of a batch of 64 differs from ln 64 by 0.2 at most
        double indistinct = Math.log(64);
        assertThat(train(hot, 100).part("contrast"), closeTo(indistinct, 0.2));
        Choice usual = new Choice();
        usual.epochs = 16;
        assertThat(train(usual, 100).part("contrast"), lessThan(indistinct - 0.4));
    }

    @Test
    public void neighborsOfZeroLeaveTheSecondStageOut() throws IOException {
        Choice with = new Choice();
        with.neighbors = 3;
        assertThat(stages(train(with, 100)), equalTo(Set.of("views", "neighbors", "labels")));
        assertThat(stages(train(new Choice(), 100)), equalTo(Set.of("views", "labels")));
    }

    private static Set<String> stages(Trained trained) {
        return trained.reports().stream().map(EpochReport::stage).collect(Collectors.toSet());
    }

    /** Thirty epochs are too many for an easy corpus: the held-out loss does not improve in each of them. */
    @Test
    public void patienceEndsAStageAndTheBestOfItIsKept() throws IOException {
        Choice patient = new Choice();
        patient.epochs = 30;
        patient.patience = 1;
        Trained trained = train(patient, 1100);
        List<EpochReport> views = trained.stage("views");
        assertThat(views.size(), lessThan(30));
        double best = views.stream().mapToDouble(EpochReport::heldOutLoss).min().orElseThrow();
        assertThat(views.get(views.size() - 1).heldOutLoss(), greaterThan(best));
        assertThat(trained.heldOutLoss(), closeTo(best, 1e-6));
        EpochReport last = trained.reports().get(trained.reports().size() - 1);
        assertThat(last.percent(), closeTo(100, 1e-6));
    }

    @Test
    public void patienceOfZeroHoldsNothingOutAndRunsToTheEnd() throws IOException {
        Choice choice = new Choice();
        choice.epochs = 12;
        Trained trained = train(choice, 1100);
        assertThat(trained.stage("views").size(), equalTo(12));
        assertThat(trained.heldOutLoss(), equalTo(Double.NaN));
    }
}
