/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.Curation;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.model.store.SystemClient;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.AlreadyClosedException;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.AbstractAsyncTask;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IllegalIndexShardStateException;
import org.opensearch.threadpool.ThreadPool;

/**
 * Builds columns before searches need them, for fields that searches on this node's shards use. It builds the columns
 * of new segments after a refresh or a merge, and of all segments when a model has a new active generation. It checks
 * the shards every {@link #INTERVAL}. When a search misses the column of a large segment, it starts at once, even if
 * the interval is off. Runs on core's warmer pool, one shard at a time, with the identity of no user. Thread-safe.
 */
public final class ColumnWarmer implements Closeable {

    /** The interval at which the warmer checks for new segments; −1 disables these checks. */
    public static final Setting<TimeValue> INTERVAL = Setting.timeSetting(
            "plugins.latent.warmer.interval",
            TimeValue.timeValueSeconds(1),
            TimeValue.MINUS_ONE,
            new AtLeast(TimeValue.timeValueMillis(100)),
            Setting.Property.Dynamic,
            Setting.Property.NodeScope);

    private static final Logger logger = LogManager.getLogger(ColumnWarmer.class);

    private final ClusterColumns columns;
    private final ColumnDemand demand;
    private final Generations generations;
    private final ThreadPool threadPool;
    private final AbstractAsyncTask timer;
    private final AtomicInteger wakes = new AtomicInteger();
    private volatile boolean on;
    private volatile boolean closed;

    /**
     * Starts the warmer.
     *
     * @param settings the node's settings
     * @param dynamic the source of updates to {@link #INTERVAL}
     */
    public ColumnWarmer(
            ClusterColumns columns,
            ColumnDemand demand,
            Generations generations,
            ThreadPool threadPool,
            Settings settings,
            ClusterSettings dynamic) {
        this.columns = columns;
        this.demand = demand;
        this.generations = generations;
        this.threadPool = threadPool;
        this.timer = new Timer(INTERVAL.get(settings));
        this.on = timer.getInterval().millis() > 0;
        timer.rescheduleIfNecessary();
        dynamic.addSettingsUpdateConsumer(INTERVAL, this::setInterval);
        demand.onRequest(this::wake);
    }

    /** Notes that a generation has become active and is in this node's memory. Callable on any thread. */
    public void activated(Generation generation) {
        if (on) {
            wake();
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.close();
    }

    private void setInterval(TimeValue interval) {
        on = interval.millis() > 0;
        timer.setInterval(interval);
        // A timer that was off does not restart by itself.
        timer.rescheduleIfNecessary();
    }

    /** Starts a check of the shards; returns at once. If a check is running, another one follows it. */
    private void wake() {
        if (closed || wakes.getAndIncrement() > 0) {
            return;
        }
        try {
            // in a context of its own: the columns serve all users, and the search that has missed one ends long before
            SystemClient.runAs(threadPool.getThreadContext(), null, () -> threadPool
                    .executor(ThreadPool.Names.WARMER)
                    .execute(this::lookUntilQuiet));
        } catch (OpenSearchRejectedExecutionException e) {
            wakes.set(0);
            logger.debug("the node is closing", e);
        }
    }

    private void lookUntilQuiet() {
        int answered;
        do {
            answered = wakes.get();
            for (WarmShard shard : demand.shards()) {
                if (stopped(shard)) {
                    continue;
                }
                try {
                    look(shard);
                } catch (IOException | RuntimeException e) {
                    failed(shard, e);
                }
            }
        } while (!wakes.compareAndSet(answered, 0));
    }

    private boolean stopped(WarmShard shard) {
        return closed || shard.closed();
    }

    private void look(WarmShard shard) throws IOException {
        if (shard.backsOff() || (!on && !shard.requested())) {
            return;
        }
        List<WarmShard.Target> targets = targets(shard);
        if (targets.isEmpty()) {
            return;
        }
        long refreshes = shard.refreshes();
        boolean due = shard.due(targets, refreshes);
        if (shard.takeRequest() || due) {
            warm(shard, targets);
            shard.succeeded(targets, refreshes);
        }
    }

    /**
     * Returns the shard's needed columns with the active generations. Starts the load of a generation that is not in
     * memory; the warmer wakes again after the load.
     */
    private List<WarmShard.Target> targets(WarmShard shard) {
        List<WarmShard.Target> targets = new ArrayList<>();
        for (ColumnDemand.Wanted wanted : shard.wants()) {
            int active = generations.active(wanted.model());
            if (active == 0) {
                continue;
            }
            Generation generation = generations.loaded(wanted.model(), active);
            if (generation == null) {
                generations.load(wanted.model(), active, Listeners.either(loaded -> wake(), failure -> {}));
            } else {
                Curation curation = generations.edits(wanted.model()).curation();
                targets.add(new WarmShard.Target(wanted, generation.curated(curation)));
            }
        }
        return targets;
    }

    private void warm(WarmShard shard, List<WarmShard.Target> targets) throws IOException {
        try (Engine.Searcher searcher = shard.shard().acquireSearcher("latent_warmer")) {
            for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
                // Unwrap readers that hide documents or fields from some users: the column serves all users.
                LeafReader segment = FilterLeafReader.unwrap(leaf.reader());
                for (WarmShard.Target target : targets) {
                    columns.warm(segment, target.wanted(), target.generation(), () -> stopped(shard));
                }
            }
        }
    }

    private void failed(WarmShard shard, Exception e) {
        boolean first = shard.failed();
        if (e instanceof AlreadyClosedException
                || e instanceof IllegalIndexShardStateException
                || e instanceof CircuitBreakingException) {
            logger.debug("no columns of [{}]", shard.shard().shardId(), e);
        } else if (first) {
            logger.warn("cannot build columns of [{}]", shard.shard().shardId(), e);
        }
    }

    /** The clock. Its work is small, so it runs on the scheduler's own thread. */
    private final class Timer extends AbstractAsyncTask {
        Timer(TimeValue interval) {
            super(logger, ColumnWarmer.this.threadPool, interval, true);
        }

        @Override
        protected boolean mustReschedule() {
            return !closed;
        }

        @Override
        protected void runInternal() {
            if (demand.any()) {
                wake();
            }
        }
    }

    /** Accepts −1 and values not below a bound. */
    private record AtLeast(TimeValue least) implements Setting.Validator<TimeValue> {
        @Override
        public void validate(TimeValue value) {
            if (value.millis() != -1 && value.millis() < least.millis()) {
                throw new IllegalArgumentException(
                        "[" + INTERVAL.getKey() + "] must be -1 (off) or at least [" + least + "]: [" + value + "]");
            }
        }
    }
}
