/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.Corpus;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.TopicCorpus;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.objective.LatentClusters;
import io.latentfacets.vae.objective.Objective;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class RestartsTests {
    private static final LatentClusters.Summary HALVES = clusters(0.1, 0, 0, 0, 0, 1, 1, 1, 1);
    private static final LatentClusters.Summary NEARLY = clusters(0.3, 0, 0, 0, 1, 1, 1, 1, 1);
    private static final LatentClusters.Summary ODD_AND_EVEN = clusters(0.9, 0, 1, 0, 1, 0, 1, 0, 1);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

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

    /** A comparison of runs makes sense only if the labels of both are of the same documents in the same order. */
    @Test
    public void runsAreComparedDocumentByDocument() throws IOException {
        Device device = Engines.started().djlDevice();
        try (Corpus corpus = TopicCorpus.build(200, 4, 1, folder.newFolder().toPath())) {
            int[] first = labelsAfterARun(corpus, 1, device);
            int[] second = labelsAfterARun(corpus, 2, device);
            assertThat(Measures.nmi(first, second), greaterThan(0.9));
        }
    }

    private static int[] labelsAfterARun(Corpus corpus, long seed, Device device) {
        VaeOptions options =
                VaeOptions.builder().latentDims(8).hiddenDims(List.of(16)).build();
        Clusterer clusterer = new Clusterer(new ClusterOptions(4, 1));
        VaeWeights initial = VaeWeights.initial(
                corpus.vocabulary().inputWeights(), corpus.vocabulary().logUnigram(), List.of(16), 8, seed);
        boolean gradients = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
                Network network = new Network(initial, manager)) {
            SplittableRandom random = new SplittableRandom(seed);
            Fit fit = new Fit(
                    options,
                    Objective.of(options, clusterer, manager, random),
                    InputSource.of(corpus),
                    IntStream.range(0, corpus.size()).toArray(),
                    network,
                    Centering.none(0),
                    random);
            Plan plan = fit.plan();
            fit.run(new Progress(new VaeTrainerTests.Recorder(), plan.epochs(), plan.steps()));
            return LatentClusters.of(fit.means(), clusterer, () -> {}).labels();
        } finally {
            JniUtils.setGradMode(gradients);
        }
    }
}
