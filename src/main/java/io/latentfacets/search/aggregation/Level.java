/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import java.util.Locale;

/** What a bucket stands for. */
enum Level {
    /** Each cluster. */
    CLUSTERS,
    /** Each parent that has no parent itself, and each cluster that has none. */
    PARENTS;

    /** The level's name in requests. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
