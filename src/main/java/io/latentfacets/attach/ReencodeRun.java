/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.attach.ReencodeService.Work;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.rest.ChildCalls;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.TransportAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.reindex.BulkByScrollTask;
import org.opensearch.index.reindex.UpdateByQueryAction;
import org.opensearch.ingest.IngestService;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskManager;
import org.opensearch.transport.client.ParentTaskAssigningClient;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Works through indices, some at a time, in one task. Users see the task as an update-by-query: core lists, throttles
 * and cancels it under that name. No action filter applies to the run itself: filters authorised the action that starts
 * it, and they authorise every search and every write within. Thread-safe.
 */
final class ReencodeRun extends TransportAction<ReencodeRun.Request, ReencodeAction.Response> {

    private static final Logger logger = LogManager.getLogger(ReencodeRun.class);

    /** The number of indices in work at the same time, which bounds open scrolls and pages in memory. */
    static final int INDICES_AT_ONCE = 4;

    private final NodeClient client;
    private final ClusterService clusterService;
    private final IngestService ingest;

    ReencodeRun(NodeClient client, ClusterService clusterService, IngestService ingest, TaskManager tasks) {
        super(UpdateByQueryAction.NAME, new ActionFilters(Set.of()), tasks);
        this.client = client;
        this.clusterService = clusterService;
        this.ingest = ingest;
    }

    /** What to do; never leaves the node. */
    static final class Request extends ActionRequest {
        private final String model;
        private final List<Work> work;
        private final EncoderId encoder;
        private final List<String> keys;
        private final float requestsPerSecond;
        private final boolean storeResult;

        /** @param keys the keys of the model's clusters; empty if no field names clusters, or nobody knows them */
        Request(
                String model,
                List<Work> work,
                EncoderId encoder,
                List<String> keys,
                float requestsPerSecond,
                boolean storeResult) {
            this.model = model;
            this.work = List.copyOf(work);
            this.encoder = encoder;
            this.keys = List.copyOf(keys);
            this.requestsPerSecond = requestsPerSecond;
            this.storeResult = storeResult;
        }

        @Override
        public boolean getShouldStoreResult() {
            return storeResult;
        }

        @Override
        public String getDescription() {
            return "re-encode " + work.stream().map(Work::index).toList() + " with model [" + model + "]";
        }

        @Override
        public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
            return new BulkByScrollTask(id, type, action, getDescription(), parent, headers);
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }

    @Override
    protected void doExecute(Task task, Request request, ActionListener<ReencodeAction.Response> listener) {
        BulkByScrollTask own = (BulkByScrollTask) task;
        own.setWorker(request.requestsPerSecond, null);
        new Run(request, own, listener).start();
    }

    /** One run. Thread-safe. */
    private final class Run {
        private final Request request;
        private final BulkByScrollTask task;
        private final ActionListener<ReencodeAction.Response> listener;
        private final ReencodeIndex.Node node;
        private final StaleDocuments stale;
        private final Queue<Work> waiting;
        private final Queue<LeftDocuments> left = new ConcurrentLinkedQueue<>();
        private final AtomicLong conflicts = new AtomicLong();
        private final AtomicLong failures = new AtomicLong();
        private final long startNanos = System.nanoTime();
        private int unfinished;

        private Run(Request request, BulkByScrollTask task, ActionListener<ReencodeAction.Response> listener) {
            this.request = request;
            this.task = task;
            // every page that a search returns adds a response header
            ChildCalls children = new ChildCalls(client.threadPool().getThreadContext());
            this.listener = children.listener(listener);
            this.node = new ReencodeIndex.Node(
                    new ParentTaskAssigningClient(client, clusterService.localNode(), task),
                    clusterService,
                    ingest,
                    children,
                    task,
                    new AtomicLong());
            this.stale = new StaleDocuments(request.encoder, request.keys);
            this.waiting = new ArrayDeque<>(request.work);
            this.unfinished = request.work.size();
        }

        private void start() {
            for (int i = 0; i < INDICES_AT_ONCE; i++) {
                next();
            }
        }

        /** Starts the next index on another thread, so that indices that fail at once do not pile up on the stack. */
        private void next() {
            Work work;
            synchronized (this) {
                work = waiting.poll();
            }
            if (work != null) {
                client.threadPool().generic().execute(() -> new ReencodeIndex(node, work, stale, this::ended).start());
            }
        }

        private void ended(ReencodeTally.Outcome outcome) {
            conflicts.addAndGet(outcome.conflicts());
            failures.addAndGet(outcome.failures());
            if (outcome.left() != null) {
                left.add(outcome.left());
            }
            boolean last;
            synchronized (this) {
                last = --unfinished == 0;
            }
            if (last) {
                answer();
            } else {
                next();
            }
        }

        private void answer() {
            if (task.isCancelled()) {
                listener.onFailure(
                        new TaskCancelledException("re-encoding was cancelled: " + task.getReasonCancelled()));
                return;
            }
            List<LeftDocuments> sorted = left.stream()
                    .sorted(Comparator.comparing(LeftDocuments::index))
                    .toList();
            if (!sorted.isEmpty()) {
                logger.warn(
                        "re-encoding for model [{}] left documents: {}",
                        request.model,
                        sorted.stream()
                                .map(one -> "[" + one.index() + "] " + one.reason())
                                .collect(Collectors.joining("; ")));
            }
            listener.onResponse(new ReencodeAction.Response(
                    request.model,
                    new Reencoded(
                            List.of(client.getLocalNodeId() + ":" + task.getId()),
                            true,
                            task.getWorkerState().getUpdated(),
                            conflicts.get(),
                            failures.get(),
                            sorted,
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos))));
        }
    }
}
