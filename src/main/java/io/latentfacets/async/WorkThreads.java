/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import org.opensearch.cluster.service.ClusterApplierService;
import org.opensearch.transport.Transports;

/**
 * Tells which threads may do work that takes longer than a moment. A node has few network threads, one thread that
 * applies cluster states and one that computes them; while one of them works, the whole node waits. Stateless.
 */
public final class WorkThreads {
    /** In the name of the thread that computes cluster states; core's constant is not public. */
    private static final String COMPUTES_STATES = "clusterManagerService#updateTask";

    private WorkThreads() {}

    /** Whether the current thread may load, compute, or close native memory. Meant for assertions. */
    public static boolean mayWork() {
        return mayWork(Thread.currentThread());
    }

    static boolean mayWork(Thread thread) {
        String name = thread.getName();
        return !Transports.isTransportThread(thread)
                && !name.contains(ClusterApplierService.CLUSTER_UPDATE_THREAD_NAME)
                && !name.contains(COMPUTES_STATES);
    }

    /** The message of an assertion: what must not run on the current thread. */
    public static String busy(String work) {
        return work + " must not run on the thread [" + Thread.currentThread().getName() + "]";
    }
}
