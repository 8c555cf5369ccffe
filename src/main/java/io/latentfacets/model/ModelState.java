/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.wire.WireEnum;
import java.util.Locale;

/**
 * The state of a model, as the API shows it. Only {@link #TRAINING} ends by itself; the other states last until
 * somebody acts.
 */
public enum ModelState implements WireEnum {
    CREATED(0),
    TRAINING(1),
    READY(2),
    FAILED(3);

    private final int id;

    ModelState(int id) {
        this.id = id;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
