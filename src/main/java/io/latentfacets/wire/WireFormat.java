/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.wire;

/**
 * The format of the messages that this build of the plugin sends to other nodes.
 *
 * <p>The rule is to append. A change that adds a value to a message raises the number, writes the value at the end of
 * its frame, and reads the value only from a frame of that number or above. A node with an older build skips what
 * follows the values that it knows. So nodes can be upgraded one by one, and messages work in both directions.
 */
public final class WireFormat {

    private static final int CURRENT = 1;

    private WireFormat() {}

    /**
     * The number that this build writes. It is a method because the compiler would copy a constant into every class
     * that uses it.
     */
    public static int current() {
        return CURRENT;
    }
}
