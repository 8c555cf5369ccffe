/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.training.TrainingExecutor;
import java.util.function.LongSupplier;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.threadpool.ThreadPool;

/**
 * What schedules need of their node. Thread-safe.
 *
 * @param byInterval decides about a run that is due by the interval
 * @param byDrift decides whether a model has drifted; anything but {@code none} starts a run
 * @param driftCheck the time between two checks for drift, in milliseconds
 * @param follower moves clusters after the stream
 * @param onlineInterval the least time between two such moves of a model, in milliseconds
 * @param clock the time, epoch milliseconds
 */
record RefreshContext(
        ModelStore store,
        SystemClient system,
        ClusterService clusterService,
        ThreadPool threadPool,
        RefreshPolicy byInterval,
        RefreshPolicy byDrift,
        LongSupplier driftCheck,
        StreamFollower follower,
        LongSupplier onlineInterval,
        LongSupplier clock) {

    long now() {
        return clock.getAsLong();
    }

    long driftCheckMillis() {
        return driftCheck.getAsLong();
    }

    long onlineIntervalMillis() {
        return onlineInterval.getAsLong();
    }

    ClusterState state() {
        return clusterService.state();
    }

    /** Whether this node is stopping. What fails on it then says nothing about a run: another node goes on with it. */
    boolean stopping() {
        return TrainingExecutor.stopping(clusterService);
    }

    String localNodeId() {
        return clusterService.localNode().getId();
    }

    /** Changes the task of a schedule, as the plugin. */
    void update(UpdateRefreshAction.Request request, ActionListener<AcknowledgedResponse> listener) {
        system.execute(UpdateRefreshAction.INSTANCE, request, listener);
    }
}
