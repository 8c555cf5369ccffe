/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.util.function.Supplier;
import org.junit.rules.TestWatcher;
import org.junit.runner.Description;

/** A JUnit rule: when a test fails, prints the ends of the nodes' logs beside it. */
public final class ServerLogs extends TestWatcher {
    private static final int LINES = 60;

    private final Supplier<TestCluster> cluster;

    /** @param cluster gives the cluster under test, or null while there is none */
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
