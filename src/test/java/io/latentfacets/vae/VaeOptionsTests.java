/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

public final class VaeOptionsTests {

    @Test
    public void messageNamesKeyBoundAndValue() {
        assertRefused(
                "[vae.objective] must be one of [vae, autoencoder, adversarial, mixture]: gan",
                () -> options("gan", 64, List.of(128), 0, 0.3, 10));
        assertRefused("[vae.latent_dims] must be in [2, 1024]: 1", () -> options("vae", 1, List.of(128), 0, 0.3, 10));
        assertRefused(
                "[vae.hidden_dims] must be in [1, 4] entries: 0", () -> options("vae", 64, List.of(), 0, 0.3, 10));
        assertRefused("[vae.hidden_dims] must be in [1, 8192]: 0", () -> options("vae", 64, List.of(9, 0), 0, 0.3, 10));
        assertRefused("[vae.epochs] must be in [0, 10000]: -1", () -> options("vae", 64, List.of(128), -1, 0.3, 10));
        assertRefused(
                "[vae.temperature] must be in [0.01, 10.0]: NaN",
                () -> options("vae", 64, List.of(128), 0, Double.NaN, 10));
        assertRefused("[vae.neighbors] must be in [0, 100]: 101", () -> options("vae", 64, List.of(128), 0, 0.3, 101));
    }

    private static void assertRefused(String message, Runnable runnable) {
        assertThat(assertThrows(IllegalArgumentException.class, runnable::run).getMessage(), equalTo(message));
    }

    private static VaeOptions options(
            String objective, int dims, List<Integer> hidden, int epochs, double temperature, int neighbors) {
        return VaeOptions.builder()
                .objective(objective)
                .latentDims(dims)
                .hiddenDims(hidden)
                .epochs(epochs)
                .temperature(temperature)
                .neighbors(neighbors)
                .build();
    }
}
