/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.util.Locale;

/** What a model is in, as the API shows it. Every state but {@link #TRAINING} stays until somebody acts. */
public enum ModelState {
    CREATED,
    TRAINING,
    READY,
    FAILED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
