/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.wire;

/**
 * The format of what this build of the plugin sends to other nodes.
 *
 * <p>The rule is to append. A change that adds a value to a message raises the number, writes the value at the end of
 * its frame, and reads it only from a frame of that number or above. A node with an older build passes over what stands
 * behind the values that it knows. So both directions work while nodes are upgraded one by one.
 */
public final class WireFormat {

    private static final int CURRENT = 1;

    private WireFormat() {}

    /** The number that this build writes. A method, since a constant would be copied into every class that asks. */
    public static int current() {
        return CURRENT;
    }
}
