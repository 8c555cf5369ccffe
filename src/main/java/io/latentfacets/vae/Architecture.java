/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

/** Constants of the network that encoder and training share. */
public final class Architecture {
    /** Initial bias of the log variance. The posterior is then narrow enough for the decoder to learn from it. */
    static final float INITIAL_LOG_VARIANCE = -2;

    public static final float MIN_LOG_VARIANCE = -8;
    public static final float MAX_LOG_VARIANCE = 4;

    private Architecture() {}

    /**
     * Returns the damped count of a word, 1 + ln tf. Counts below 1, which result from field weights, stay as they are.
     */
    public static float damp(float count) {
        return count > 1 ? 1 + (float) Math.log(count) : count; // most words occur once
    }
}
