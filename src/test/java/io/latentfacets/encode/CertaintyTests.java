/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.Test;

/** A network of which each word sets the mean directly, so that the share of draws is known. */
public final class CertaintyTests {

    private static final float[][] AXES = {{1, 0}, {0, 1}};

    /** Word 0 lies on the first axis, word 1 on the second; all documents have the same deviation. */
    private static Certainty certainty(double deviation) throws IOException {
        float log = (float) (2 * Math.log(deviation));
        Dense identity = new Dense(2, 2, new float[] {1, 0, 0, 1}, new float[2]);
        VaeWeights weights = new VaeWeights(
                new float[] {1, 1},
                List.of(identity),
                identity,
                new Dense(2, 2, new float[4], new float[] {log, log}),
                new Dense(2, 2, new float[4], new float[2]));
        Generation model = IngestFixtures.generation("news", 1, Files.createTempDirectory("certainty"));
        return new Certainty(new Generation(
                model.info(),
                model.text(),
                model.fields(),
                model.vocabulary(),
                weights,
                new Clusters(
                        new Partition(AXES, AXES, new float[2], CountCurve.NONE), List.of(info("c0"), info("c1")), 2)));
    }

    private static ClusterInfo info(String key) {
        return IngestFixtures.info(key, key);
    }

    private static Input document(float first, float second) {
        return Input.of(new Bow(new int[] {0, 1}, new float[] {first, second}));
    }

    @Test
    public void onTheBorderItIsOneHalf() throws IOException {
        assertThat((double) certainty(1).of(document(1, 1), 0), closeTo(0.5, 0.2));
    }

    @Test
    public void farFromTheBorderItIsOneUnlessTheEncoderIsUnsure() throws IOException {
        Input clear = document(1, 0.01f);
        assertThat(certainty(0.05).of(clear, 0), equalTo(1f));
        assertThat(certainty(0.05).of(clear, 1), equalTo(0f));
        // half of a deviation of 2 in both dimensions: the mean lies one deviation from the border, P = Φ(1/√2) = .76
        assertThat((double) certainty(2).of(clear, 0), closeTo(0.76, 0.12));
    }

    @Test
    public void aMixtureIsLessCertainThanItsMainSubject() throws IOException {
        assertThat(
                certainty(0.5).of(document(1, 0.1f), 0),
                greaterThan(certainty(0.5).of(document(1, 0.7f), 0)));
        assertThat(
                certainty(0.5).of(document(1, 0.7f), 0), equalTo(certainty(0.5).of(document(1, 0.7f), 0)));
    }
}
