/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import java.util.Locale;

/** Which clusters are counted. */
public enum Scope {
    /** The model's own. */
    CORPUS,
    /** Those of the documents that match, found at query time. */
    RESULTS;

    /** Its name in requests and responses. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
