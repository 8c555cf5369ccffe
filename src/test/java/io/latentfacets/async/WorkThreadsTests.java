/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateUpdateTask;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.threadpool.ThreadPool;

/** The threads of a real node on which others wait. */
public class WorkThreadsTests extends OpenSearchSingleNodeTestCase {

    public void testThreadsOfClusterStatesMayNot() throws Exception {
        ClusterService cluster = getInstanceFromNode(ClusterService.class);
        List<Boolean> may = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(2);
        cluster.addListener(event -> {
            if (done.getCount() > 0) {
                may.add(WorkThreads.mayWork());
                done.countDown();
            }
        });
        cluster.submitStateUpdateTask("test", new ClusterStateUpdateTask() {
            @Override
            public ClusterState execute(ClusterState state) {
                may.add(WorkThreads.mayWork());
                done.countDown();
                return ClusterState.builder(state).build();
            }

            @Override
            public void onFailure(String source, Exception e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(done.await(30, TimeUnit.SECONDS));
        assertEquals(List.of(false, false), may);
    }

    public void testNetworkThreadsMayNot() {
        assertFalse(WorkThreads.mayWork(new Thread("opensearch[node][transport_worker][T#1]")));
        assertFalse(WorkThreads.mayWork(new Thread("opensearch[node][http_server_worker][T#1]")));
    }

    public void testPoolsMay() throws Exception {
        ThreadPool pools = getInstanceFromNode(ThreadPool.class);
        for (String pool : List.of(ThreadPool.Names.GENERIC, ThreadPool.Names.SEARCH, ThreadPool.Names.WRITE)) {
            AtomicBoolean may = new AtomicBoolean();
            pools.executor(pool).submit(() -> may.set(WorkThreads.mayWork())).get();
            assertTrue(pool, may.get());
        }
    }
}
