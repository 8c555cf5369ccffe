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
import org.opensearch.threadpool.ThreadPool;

/**
 * Repairs the store on the elected cluster manager: after its election, which includes a restart of the cluster, and
 * after a node has left. It waits until the system index is readable. Thread-safe.
 */
public final class ModelRecovery implements ClusterStateListener {

    private static final Logger logger = LogManager.getLogger(ModelRecovery.class);

    private static final TimeValue RETRY = TimeValue.timeValueSeconds(15);

    private final ModelStore store;
    private final ThreadPool threadPool;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile ClusterState applied;

    public ModelRecovery(ModelStore store, ThreadPool threadPool) {
        this.store = store;
        this.threadPool = threadPool;
    }

    @Override
    public void clusterChanged(ClusterChangedEvent event) {
        applied = event.state();
        boolean elected = event.localNodeClusterManager()
                && !event.previousState().nodes().isLocalNodeElectedClusterManager();
        if (elected || event.nodesRemoved()) {
            due.set(true);
        }
        runIfDue();
    }

    private void runIfDue() {
        ClusterState state = applied;
        if (!due.get() || !state.nodes().isLocalNodeElectedClusterManager() || !readable(state)) {
            return;
        }
        if (!running.compareAndSet(false, true)) {
            return;
        }
        due.set(false);
        store.repair(Listeners.either(done -> finished(), failure -> {
            logger.warn("cannot repair the models' records yet: {}", failure.getMessage());
            due.set(true);
            running.set(false);
            threadPool.scheduleUnlessShuttingDown(RETRY, ThreadPool.Names.GENERIC, this::runIfDue);
        }));
    }

    private void finished() {
        running.set(false);
        runIfDue();
    }

    private static boolean readable(ClusterState state) {
        IndexRoutingTable routing = state.routingTable().index(SystemIndex.NAME);
        return routing != null && routing.allPrimaryShardsActive();
    }
}
