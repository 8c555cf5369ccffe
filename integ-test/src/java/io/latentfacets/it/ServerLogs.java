/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.util.function.Supplier;
import org.junit.rules.TestWatcher;
import org.junit.runner.Description;

/** A JUnit rule that prints the ends of the nodes' logs when a test fails. */
public final class ServerLogs extends TestWatcher {
    private static final int LINES = 60;

    private final Supplier<TestCluster> cluster;

    /**
     * A rule for one cluster.
     *
     * @param cluster supplies the cluster under test, or null while there is none
     */
    public ServerLogs(Supplier<TestCluster> cluster) {
        this.cluster = cluster;
    }

    @Override
    protected void failed(Throwable cause, Description test) {
        TestCluster running = cluster.get();
        if (running != null) {
            System.out.println("=== " + test.getDisplayName() + " failed\n" + running.tail(LINES));
        }
    }
}
