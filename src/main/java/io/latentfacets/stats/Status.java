/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.util.List;
import java.util.Locale;

/** How a node or the cluster is, as {@link StatName#STATUS} says it. */
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
     * Green if all nodes are, red if all are, else yellow: then something is still encoded somewhere. Green without
     * nodes.
     */
    static Status ofAll(List<Status> nodes) {
        if (nodes.stream().allMatch(status -> status == GREEN)) {
            return GREEN;
        }
        return nodes.stream().allMatch(status -> status == RED) ? RED : YELLOW;
    }
}
