/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.wire.WireEnum;
import java.util.Locale;

/** Which clusters are counted. */
public enum Scope implements WireEnum {
    /** The model's own. */
    CORPUS(0),
    /** Those of the documents that match, found at query time. */
    RESULTS(1);

    private final int id;

    Scope(int id) {
        this.id = id;
    }

    @Override
    public int id() {
        return id;
    }

    /** Its name in requests and responses. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
