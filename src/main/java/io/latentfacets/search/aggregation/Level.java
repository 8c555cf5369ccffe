/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import java.util.Locale;

/** What gets a bucket. */
enum Level {
    /** Each cluster. */
    CLUSTERS,
    /** Each parent of clusters, and each cluster that has none. */
    PARENTS;

    /** Its name in requests. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
