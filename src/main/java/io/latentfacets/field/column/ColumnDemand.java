/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.shard.IndexEventListener;
import org.opensearch.index.shard.IndexShard;

/**
 * Records which columns the searches of this node's shards use, so that the warmer can build them before the next
 * search. It records fields and models, not segments or generations, because those come and go. Tracks started shards
 * and releases them when they close. Thread-safe, never blocks.
 */
public final class ColumnDemand implements IndexEventListener {

    /** A column that a search needs from every segment of a shard. The model determines the generation. */
    record Wanted(String field, String model, ColumnKind kind) {}

    private final Map<ShardId, WarmShard> shards = new ConcurrentHashMap<>();
    private volatile Runnable onRequest;

    /**
     * Sets the listener that runs, on search threads, when a search misses a column. The listener has the column built
     * elsewhere.
     */
    void onRequest(Runnable listener) {
        onRequest = listener;
    }

    @Override
    public void afterIndexShardStarted(IndexShard shard) {
        shards.put(shard.shardId(), new WarmShard(shard));
    }

    @Override
    public void beforeIndexShardClosed(ShardId id, IndexShard shard, Settings settings) {
        WarmShard gone = shards.remove(id);
        if (gone != null) {
            gone.close();
        }
    }

    /**
     * Notes that a search uses a column.
     *
     * @param shard the reader's shard; null if the reader belongs to none
     */
    void used(ShardId shard, Wanted wanted) {
        WarmShard known = shard == null ? null : shards.get(shard);
        if (known != null) {
            known.want(wanted);
        }
    }

    /**
     * Requests a column that a search misses.
     *
     * @param shard the reader's shard; null if the reader belongs to none
     * @return whether the warmer builds the column
     */
    boolean request(ShardId shard, Wanted wanted) {
        WarmShard known = shard == null ? null : shards.get(shard);
        Runnable listener = onRequest;
        if (known == null || listener == null) {
            return false;
        }
        if (known.request(wanted)) {
            listener.run();
        }
        return true;
    }

    /** Whether any shard needs a column. */
    boolean any() {
        return shards.values().stream().anyMatch(shard -> !shard.wants().isEmpty());
    }

    Collection<WarmShard> shards() {
        return shards.values();
    }
}
