/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BulkShardRequest;
import org.opensearch.action.support.replication.TransportReplicationAction.ConcreteShardRequest;
import org.opensearch.test.InternalTestCluster;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.ConnectTransportException;
import org.opensearch.transport.Transport;
import org.opensearch.transport.TransportRequest;
import org.opensearch.transport.TransportRequestOptions;
import org.opensearch.transport.TransportService;

/**
 * Holds back what a node sends to others, like a network that delivers late. It applies while a disruption of the same
 * node ends or begins. Thread-safe.
 */
final class HeldRequests {

    private record Held(
            Transport.Connection connection,
            long id,
            String action,
            TransportRequest request,
            TransportRequestOptions options) {}

    private final BiPredicate<String, TransportRequest> which;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final List<Held> held = new ArrayList<>();
    private boolean released;

    private HeldRequests(BiPredicate<String, TransportRequest> which) {
        this.which = which;
    }

    /** Holds all requests of a node that match an action and a request. */
    static HeldRequests of(InternalTestCluster cluster, String node, BiPredicate<String, TransportRequest> which) {
        HeldRequests requests = new HeldRequests(which);
        MockTransportService transport = (MockTransportService) cluster.getInstance(TransportService.class, node);
        transport.addSendBehavior((connection, id, action, request, options) ->
                requests.send(new Held(connection, id, action, request, options)));
        return requests;
    }

    /** Holds the write of a document whose id begins with a prefix. */
    static HeldRequests writesOf(InternalTestCluster cluster, String node, String prefix) {
        return of(cluster, node, (action, request) -> writes(request, prefix));
    }

    private static boolean writes(TransportRequest request, String prefix) {
        TransportRequest inner = request instanceof ConcreteShardRequest<?> shard ? shard.getRequest() : request;
        if (!(inner instanceof BulkShardRequest bulk)) {
            return false;
        }
        for (var item : bulk.items()) {
            DocWriteRequest<?> write = item.request();
            if (write.opType() != DocWriteRequest.OpType.DELETE
                    && write.id() != null
                    && write.id().startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private void send(Held request) throws IOException {
        synchronized (this) {
            if (!released && which.test(request.action(), request.request())) {
                held.add(request);
                reached.countDown();
                return;
            }
        }
        deliver(request);
    }

    private static void deliver(Held request) throws IOException {
        request.connection().sendRequest(request.id(), request.action(), request.request(), request.options());
    }

    /** Waits until the node has sent such a request. */
    void await() throws InterruptedException {
        assertTrue("a request was sent", reached.await(120, TimeUnit.SECONDS));
    }

    /** Delivers what was held, and lets pass what follows. */
    void release() throws IOException {
        List<Held> now;
        synchronized (this) {
            released = true;
            now = List.copyOf(held);
            held.clear();
        }
        for (Held request : now) {
            try {
                deliver(request);
            } catch (ConnectTransportException e) {
                // the sender knows that the connection is gone, and has dealt with it
                assertTrue(request.connection().isClosed());
            }
        }
    }
}
