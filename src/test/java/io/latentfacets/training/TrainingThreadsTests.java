/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import org.opensearch.common.settings.Settings;
import org.opensearch.test.OpenSearchTestCase;

public final class TrainingThreadsTests extends OpenSearchTestCase {

    private static int threads(String key, String value) {
        return TrainingService.THREADS.get(Settings.builder().put(key, value).build());
    }

    public void testTwoThreadsUnlessTheNodeHasOneProcessor() {
        assertThat(threads("node.processors", "1"), equalTo(1));
        int processors = Runtime.getRuntime().availableProcessors();
        assertThat(threads("node.processors", Integer.toString(processors)), equalTo(Math.min(2, processors)));
        assertThat(threads("plugins.latent.training.threads", "5"), equalTo(5));
    }

    public void testBounds() {
        for (String value : new String[] {"0", "65"}) {
            Exception e = expectThrows(
                    IllegalArgumentException.class, () -> threads("plugins.latent.training.threads", value));
            assertThat(
                    e.getMessage(),
                    allOf(containsString("[" + value + "]"), containsString("[plugins.latent.training.threads]")));
        }
    }
}
