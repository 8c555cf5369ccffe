/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.wire.WireEnum;
import java.util.Locale;

/** The clusters that a search counts. */
public enum Scope implements WireEnum {
    /** The model's own clusters. */
    CORPUS(0),
    /** Clusters of the matching documents, found at query time. */
    RESULTS(1);

    private final int id;

    Scope(int id) {
        this.id = id;
    }

    @Override
    public int id() {
        return id;
    }

    /** The scope's name in requests and responses. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
