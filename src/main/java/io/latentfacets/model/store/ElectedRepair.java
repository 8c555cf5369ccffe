/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.async.Listeners;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateListener;
import org.opensearch.cluster.routing.IndexRoutingTable;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.threadpool.ThreadPool;

/**
 * A repair that the elected cluster manager makes: after its election, which includes a restart of the cluster, and
 * after a node has left. It waits until the repair is possible, never runs twice at a time, and tries again after a
 * failure. Thread-safe.
 */
public abstract class ElectedRepair implements ClusterStateListener {

    private static final Logger logger = LogManager.getLogger(ElectedRepair.class);

    private static final TimeValue RETRY = TimeValue.timeValueSeconds(15);

    private final String what;
    private final ThreadPool threadPool;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile ClusterState applied;

    /** @param what the repair, completing the log message "cannot … yet" */
    protected ElectedRepair(String what, ThreadPool threadPool) {
        this.what = what;
        this.threadPool = threadPool;
    }

    /** Whether something else than an election or a lost node makes the repair due. */
    protected boolean isDue(ClusterChangedEvent event) {
        return false;
    }

    /** Whether the repair is possible in a state. */
    protected boolean isPossible(ClusterState state) {
        return readable(state);
    }

    /** Makes the repair. Must not block. */
    protected abstract void repair(ClusterState state, ActionListener<Void> listener);

    @Override
    public final void clusterChanged(ClusterChangedEvent event) {
        applied = event.state();
        boolean elected = event.localNodeClusterManager()
                && !event.previousState().nodes().isLocalNodeElectedClusterManager();
        if (elected || event.nodesRemoved() || isDue(event)) {
            due.set(true);
        }
        runIfDue();
    }

    private void runIfDue() {
        ClusterState state = applied;
        if (!due.get() || !state.nodes().isLocalNodeElectedClusterManager() || !isPossible(state)) {
            return;
        }
        if (!running.compareAndSet(false, true)) {
            return;
        }
        due.set(false);
        repair(state, Listeners.either(done -> finished(), failure -> {
            logger.warn("cannot {} yet: {}", what, failure.getMessage());
            due.set(true);
            running.set(false);
            threadPool.scheduleUnlessShuttingDown(RETRY, ThreadPool.Names.GENERIC, this::runIfDue);
        }));
    }

    private void finished() {
        running.set(false);
        runIfDue();
    }

    /** Whether the system index is there and can be read. */
    protected static boolean readable(ClusterState state) {
        IndexRoutingTable routing = state.routingTable().index(SystemIndex.NAME);
        return routing != null && routing.allPrimaryShardsActive();
    }
}
