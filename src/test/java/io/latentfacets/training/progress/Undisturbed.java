/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import java.util.Optional;

/** A node that neither pauses trainings nor stops. */
public record Undisturbed() implements WorkerTask.Conditions {

    @Override
    public Optional<String> pause() {
        return Optional.empty();
    }

    @Override
    public boolean stopping() {
        return false;
    }
}
