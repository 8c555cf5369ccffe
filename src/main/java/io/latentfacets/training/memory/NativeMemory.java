/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.memory;

import java.util.function.LongUnaryOperator;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.RatioValue;
import org.opensearch.core.common.unit.ByteSizeValue;

/**
 * The memory outside the heap that trainings of a node may take together. A circuit breaker limits a share of the heap;
 * it knows nothing of the memory that the operating system leaves for PyTorch. Thread-safe.
 */
public final class NativeMemory {

    /** Bytes, or a share of the machine's (or the container's) memory that is not the heap. */
    public static final Setting<LongUnaryOperator> LIMIT = new Setting<>(
            "plugins.latent.training.native_memory",
            "75%",
            NativeMemory::parse,
            Setting.Property.NodeScope,
            Setting.Property.Dynamic);

    private final long outsideHeap;
    private long reserved;
    private volatile LongUnaryOperator limit;

    /**
     * @param outsideHeap the bytes of the machine's or the container's memory that are not the heap
     * @param settings the settings of the node
     * @param updates tells of changes of the limit
     */
    public NativeMemory(long outsideHeap, Settings settings, ClusterSettings updates) {
        this.outsideHeap = outsideHeap;
        this.limit = LIMIT.get(settings);
        updates.addSettingsUpdateConsumer(LIMIT, value -> limit = value);
    }

    private static LongUnaryOperator parse(String value) {
        if (value.endsWith("%")) {
            double share = RatioValue.parseRatioValue(value).getAsRatio();
            return outsideHeap -> (long) (share * outsideHeap);
        }
        long bytes = ByteSizeValue.parseBytesSizeValue(value, "plugins.latent.training.native_memory")
                .getBytes();
        return outsideHeap -> bytes;
    }

    /** The most bytes that all trainings of the node may take together. */
    long limit() {
        return limit.applyAsLong(outsideHeap);
    }

    /** Reserves bytes, which the caller must {@link #release}; returns false, without a change, if they do not fit. */
    synchronized boolean reserve(long bytes) {
        if (bytes > limit() - reserved) {
            return false;
        }
        reserved += bytes;
        return true;
    }

    synchronized void release(long bytes) {
        reserved -= bytes;
    }

    /** The bytes that running trainings have reserved. */
    synchronized long reserved() {
        return reserved;
    }
}
