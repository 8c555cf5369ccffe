/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.memory;

import java.util.function.LongUnaryOperator;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.RatioValue;
import org.opensearch.core.common.unit.ByteSizeValue;

/**
 * The memory in which PyTorch computes that trainings of a node may take together: that of the GPU, or what the machine
 * has outside the heap. A circuit breaker limits a share of the heap; it knows nothing of either. Thread-safe.
 */
public final class NativeMemory {

    /** Bytes, or a share of the GPU's memory, or of the machine's (or the container's) memory that is not the heap. */
    public static final Setting<LongUnaryOperator> LIMIT = new Setting<>(
            "plugins.latent.training.native_memory",
            "75%",
            NativeMemory::parse,
            Setting.Property.NodeScope,
            Setting.Property.Dynamic);

    private final long all;
    private final String where;
    private long reserved;
    private volatile LongUnaryOperator limit;

    /**
     * @param all the bytes of the GPU, or of the machine's or the container's memory that are not the heap
     * @param where what memory that is, for messages, such as “outside the heap”
     * @param settings the settings of the node
     * @param updates tells of changes of the limit
     */
    public NativeMemory(long all, String where, Settings settings, ClusterSettings updates) {
        this.all = all;
        this.where = where;
        this.limit = LIMIT.get(settings);
        updates.addSettingsUpdateConsumer(LIMIT, value -> limit = value);
    }

    private static LongUnaryOperator parse(String value) {
        if (value.endsWith("%")) {
            double share = RatioValue.parseRatioValue(value).getAsRatio();
            return all -> (long) (share * all);
        }
        long bytes = ByteSizeValue.parseBytesSizeValue(value, "plugins.latent.training.native_memory")
                .getBytes();
        return all -> bytes;
    }

    /** The most bytes that all trainings of the node may take together. */
    public long limit() {
        return limit.applyAsLong(all);
    }

    /** What memory this is, such as “outside the heap”. */
    String where() {
        return where;
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
    public synchronized long reserved() {
        return reserved;
    }
}
