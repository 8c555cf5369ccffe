/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import org.opensearch.cluster.ClusterState;
import org.opensearch.core.action.ActionListener;
import org.opensearch.threadpool.ThreadPool;

/** Repairs the store on the elected cluster manager, as soon as the system index is readable. Thread-safe. */
public final class ModelRecovery extends ElectedRepair {

    private final ModelStore store;

    public ModelRecovery(ModelStore store, ThreadPool threadPool) {
        super("repair the models' records", threadPool);
        this.store = store;
    }

    @Override
    protected void repair(ClusterState state, ActionListener<Void> listener) {
        store.repair(listener);
    }
}
