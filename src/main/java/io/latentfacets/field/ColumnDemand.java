/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.shard.IndexEventListener;
import org.opensearch.index.shard.IndexShard;

/**
 * Which columns the searches of this node's shards use, so that they can be made before the next search: of fields, not
 * of segments or generations, which come and go. Knows the shards that are started and lets go of those that are
 * closed. Thread-safe, never blocks.
 */
public final class ColumnDemand implements IndexEventListener {

    /** What a search asks of any segment of a shard; of which generation, the model says. */
    record Wanted(String field, String model, boolean similarity) {}

    private final Map<ShardId, WarmShard> shards = new ConcurrentHashMap<>();
    private volatile Runnable onRequest;

    /** Calls back, on search threads, when a search misses a column: have it built elsewhere. */
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
     * @param shard null: of no shard
     */
    void used(ShardId shard, Wanted wanted) {
        WarmShard known = shard == null ? null : shards.get(shard);
        if (known != null) {
            known.want(wanted);
        }
    }

    /**
     * Asks for a column that a search misses.
     *
     * @param shard null: of no shard
     * @return whether somebody sees to it
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

    /** Whether anything is wanted at all. */
    boolean any() {
        return shards.values().stream().anyMatch(shard -> !shard.wants().isEmpty());
    }

    Collection<WarmShard> shards() {
        return shards.values();
    }
}
