/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.util.List;
import java.util.Locale;

/** The health of a node or of the cluster: the value of {@link StatName#STATUS}. */
enum Status {
    GREEN,
    YELLOW,
    RED;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Status of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }

    /**
     * The health of the cluster: green if all nodes are green, or without nodes; red if all nodes are red; else yellow,
     * because some node can still encode.
     */
    static Status ofAll(List<Status> nodes) {
        if (nodes.stream().allMatch(status -> status == GREEN)) {
            return GREEN;
        }
        return nodes.stream().allMatch(status -> status == RED) ? RED : YELLOW;
    }
}
