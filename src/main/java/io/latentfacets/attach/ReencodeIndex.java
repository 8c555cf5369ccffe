/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.async.Listeners;
import io.latentfacets.attach.ReencodeService.Work;
import io.latentfacets.corpus.ResultWindow;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.rest.ChildCalls;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BackoffPolicy;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.bulk.Retry;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.AbstractRunnable;
import org.opensearch.common.util.concurrent.CountDown;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.reindex.BulkByScrollTask;
import org.opensearch.index.reindex.ClientScrollableHitSource;
import org.opensearch.index.reindex.ScrollableHitSource;
import org.opensearch.index.reindex.WorkerBulkByScrollTaskState;
import org.opensearch.ingest.IngestService;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.slice.SliceBuilder;
import org.opensearch.search.sort.FieldSortBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.ParentTaskAssigningClient;

/**
 * One pass over the stale documents of one index: several scrolls read pages, the pipelines encode them, and a bulk
 * request updates the latents. For a single use. Never blocks; answers once.
 */
final class ReencodeIndex {

    private static final Logger logger = LogManager.getLogger(ReencodeIndex.class);

    /** The number of documents in a page, and so in a bulk request. */
    private static final int PAGE = 64;
    /** The largest number of scrolls at the same time; an index has at most one for each shard. */
    private static final int MAX_SLICES = 5;

    private static final TimeValue KEEP_ALIVE = TimeValue.timeValueMinutes(5);
    private static final int REASON_LENGTH = 500;

    /**
     * What the passes of one run share.
     *
     * @param client acts as the user, with the task as parent
     * @param children keeps the answers in the thread context of the call
     * @param task counts, throttles and is cancelled
     * @param total the number of stale documents that the passes have found so far
     */
    record Node(
            ParentTaskAssigningClient client,
            ClusterService clusterService,
            IngestService ingest,
            ChildCalls children,
            BulkByScrollTask task,
            AtomicLong total) {
        ThreadPool threadPool() {
            return client.threadPool();
        }

        WorkerBulkByScrollTaskState worker() {
            return task.getWorkerState();
        }
    }

    /**
     * The end of a pass.
     *
     * @param left what was left, null for nothing
     */
    record Outcome(long conflicts, long failures, LeftDocuments left) {}

    private final Node node;
    private final Work work;
    private final EncoderId encoder;
    private final Consumer<Outcome> ended;
    private final LatentUpdates updates;
    private int slices;
    private CountDown running;

    // guarded by this
    private int unread;
    private long found;
    private long done;
    private long conflicts;
    private long failures;
    private boolean givenUp;
    private String reason;

    ReencodeIndex(Node node, Work work, EncoderId encoder, Consumer<Outcome> ended) {
        this.node = node;
        this.work = work;
        this.encoder = encoder;
        this.ended = ended;
        this.updates = new LatentUpdates(node.ingest(), work.targets());
    }

    void start() {
        IndexMetadata index = node.clusterService().state().metadata().index(work.index());
        String unfit = index == null ? "no such index [" + work.index() + "]" : lossy(index);
        if (node.task().isCancelled() || unfit != null) {
            ended.accept(new Outcome(
                    0, 0, unfit == null ? null : new LeftDocuments(work.index(), LeftDocuments.UNKNOWN, unfit)));
            return;
        }
        slices = Math.min(index.getNumberOfShards(), MAX_SLICES);
        unread = slices;
        running = new CountDown(slices);
        // a search sees only refreshed documents: without this it would miss the latest ones, and nothing would encode
        // them later
        refresh(failure -> {
            if (failure != null) {
                note("[" + work.index() + "] could not be refreshed, so its latest documents were not read: "
                        + message(failure));
            }
            for (int i = 0; i < slices; i++) {
                new Slice(i).start();
            }
        });
    }

    /**
     * Why a partial update of this index would lose something; null if it would not. An update writes a document anew
     * from its source, so what the source lacks is gone afterwards.
     */
    static String lossy(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        if (mapping == null || !(mapping.sourceAsMap().get("_source") instanceof Map<?, ?> source)) {
            return null;
        }
        if ("false".equals(String.valueOf(source.get("enabled")))) {
            return "[_source] is disabled, so its documents cannot be read or updated";
        }
        for (String key : new String[] {"includes", "excludes"}) {
            if (source.get(key) != null && !String.valueOf(source.get(key)).equals("[]")) {
                return "[_source." + key + "] is " + source.get(key)
                        + ": an update would remove the fields that the source lacks; index the documents again instead";
            }
        }
        return null;
    }

    private void refresh(Consumer<Exception> then) {
        node.client()
                .admin()
                .indices()
                .prepareRefresh(work.index())
                .execute(node.children().listener(Listeners.either(refreshed -> then.accept(null), then)));
    }

    private synchronized void note(String why) {
        if (reason == null) {
            reason = why.length() > REASON_LENGTH ? why.substring(0, REASON_LENGTH) + "…" : why;
        }
    }

    private synchronized void fail(String why, int documents) {
        failures += documents;
        note(why);
    }

    private synchronized void giveUp(String why) {
        givenUp = true;
        note(why);
    }

    private synchronized boolean stopped() {
        return givenUp || node.task().isCancelled();
    }

    private void sliceEnded() {
        if (!running.countDown()) {
            return;
        }
        if (node.task().isCancelled()) {
            ended.accept(outcome());
        } else {
            // a failure only delays when searches see the latents
            refresh(failure -> ended.accept(outcome()));
        }
    }

    private synchronized Outcome outcome() {
        if (reason == null) {
            return new Outcome(conflicts, failures, null);
        }
        long documents = failures;
        if (givenUp) {
            documents = unread > 0 ? LeftDocuments.UNKNOWN : Math.max(failures, found - done - conflicts);
        }
        return new Outcome(
                conflicts,
                documents == LeftDocuments.UNKNOWN ? failures : documents,
                new LeftDocuments(work.index(), documents, reason));
    }

    static String message(Throwable failure) {
        Throwable cause = ExceptionsHelper.unwrapCause(failure);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** One scroll. Its pages come one after the other. */
    private final class Slice {
        private final int slice;
        private ScrollableHitSource source;
        private final AtomicBoolean over = new AtomicBoolean();
        private boolean first = true;
        private volatile long lastStart;
        private volatile int lastSize;

        // guarded by this slice: whether a bulk request is under way, and what follows it
        private boolean writing;
        private Runnable held;

        private Slice(int slice) {
            this.slice = slice;
        }

        private void start() {
            SearchSourceBuilder search = new SearchSourceBuilder()
                    .query(work.stale(encoder))
                    .sort(FieldSortBuilder.DOC_FIELD_NAME)
                    .seqNoAndPrimaryTerm(true)
                    .trackTotalHits(true)
                    .size(Math.min(PAGE, ResultWindow.of(node.clusterService().state(), work.index())));
            if (slices > 1) {
                search.slice(new SliceBuilder(IdFieldMapper.NAME, slice, slices));
            }
            SearchRequest request = new SearchRequest(work.index())
                    .scroll(KEEP_ALIVE)
                    .allowPartialSearchResults(false)
                    .source(search);
            ActionListener<ScrollableHitSource.AsyncResponse> pages = node.children()
                    .listener(new ActionListener<>() {
                        @Override
                        public void onResponse(ScrollableHitSource.AsyncResponse page) {
                            page(page);
                        }

                        @Override
                        public void onFailure(Exception e) {
                            end(message(e));
                        }
                    });
            source = new ClientScrollableHitSource(
                    logger,
                    backoff(),
                    node.threadPool(),
                    node.worker()::countSearchRetry,
                    pages::onResponse,
                    pages::onFailure,
                    node.client(),
                    request);
            source.start();
        }

        private BackoffPolicy backoff() {
            return BackoffPolicy.wrap(
                    BackoffPolicy.exponentialBackoff(TimeValue.timeValueMillis(500), 11),
                    node.worker()::countBulkRetry);
        }

        private void page(ScrollableHitSource.AsyncResponse page) {
            ScrollableHitSource.Response response = page.response();
            if (response.isTimedOut() || !response.getFailures().isEmpty()) {
                end(
                        response.isTimedOut()
                                ? "the search timed out"
                                : message(response.getFailures().get(0).getReason()));
                return;
            }
            if (first) {
                first = false;
                synchronized (ReencodeIndex.this) {
                    unread--;
                    found += response.getTotalHits();
                }
                node.worker().setTotal(node.total().addAndGet(response.getTotalHits()));
            }
            if (response.getHits().isEmpty() || stopped()) {
                end(null);
                return;
            }
            node.worker().countBatch();
            AbstractRunnable encode = new AbstractRunnable() {
                @Override
                protected void doRun() {
                    lastStart = System.nanoTime();
                    lastSize = response.getHits().size();
                    updates.of(response.getHits(), encoded -> write(page, encoded));
                }

                @Override
                public void onFailure(Exception e) {
                    end(message(e));
                }
            };
            // all slices together keep the rate of the task
            node.worker().delayPrepareBulkRequest(node.threadPool(), lastStart, lastSize * slices, (AbstractRunnable)
                    node.threadPool().getThreadContext().preserveContext(encode));
        }

        /** Writes a page, or keeps it until the page before is written: the slice encodes one page ahead. */
        private void write(ScrollableHitSource.AsyncResponse page, LatentUpdates.Encoded encoded) {
            whenWritten(() -> send(page, encoded));
        }

        private void whenWritten(Runnable then) {
            synchronized (this) {
                if (writing) {
                    held = then;
                    return;
                }
            }
            then.run();
        }

        private void send(ScrollableHitSource.AsyncResponse page, LatentUpdates.Encoded encoded) {
            encoded.failures().forEach(why -> fail(why, 1));
            synchronized (ReencodeIndex.this) {
                done += encoded.unchanged();
            }
            for (int i = 0; i < encoded.unchanged(); i++) {
                node.worker().countNoop();
            }
            boolean any = encoded.unchanged() > 0;
            if (encoded.updates().isEmpty()) {
                requireAny(any);
            }
            if (stopped()) {
                end(null);
                return;
            }
            if (!encoded.updates().isEmpty()) {
                synchronized (this) {
                    writing = true;
                }
                new Retry(backoff(), node.threadPool())
                        .withBackoff(
                                node.client()::bulk,
                                new BulkRequest().add(encoded.updates().toArray(new DocWriteRequest<?>[0])),
                                node.children()
                                        .listener(Listeners.either(
                                                written -> {
                                                    requireAny(count(written) || any);
                                                    written();
                                                },
                                                e -> {
                                                    giveUp(message(e));
                                                    written();
                                                })));
            }
            page.done(node.worker().throttleWaitTime(lastStart, System.nanoTime(), lastSize));
        }

        private void written() {
            Runnable next;
            synchronized (this) {
                writing = false;
                next = held;
                held = null;
            }
            if (next != null) {
                next.run();
            }
        }

        /**
         * Ends the pass if nothing of a page went well. Single documents that fail do not end it; a whole page of them
         * means that the index is read-only or forbidden, or that its disk is full.
         */
        private void requireAny(boolean any) {
            if (!any) {
                giveUp("none of a page of documents could be written");
            }
        }

        /** Counts what became of a page's updates; whether any went well. */
        private boolean count(BulkResponse written) {
            boolean any = false;
            for (BulkItemResponse item : written) {
                if (!item.isFailed()) {
                    node.worker().countUpdated();
                    synchronized (ReencodeIndex.this) {
                        done++;
                    }
                    any = true;
                } else if (changedMeanwhile(item.status())) {
                    node.worker().countVersionConflict();
                    synchronized (ReencodeIndex.this) {
                        conflicts++;
                    }
                    any = true;
                } else {
                    fail(message(item.getFailure().getCause()), 1);
                }
            }
            return any;
        }

        /** Another writer has changed the document (409) or deleted it (404). */
        private static boolean changedMeanwhile(RestStatus status) {
            return status == RestStatus.CONFLICT || status == RestStatus.NOT_FOUND;
        }

        /** @param why the failure of the whole slice; null for none */
        private void end(String why) {
            if (why != null) {
                giveUp(why);
            }
            if (over.compareAndSet(false, true)) {
                whenWritten(() -> source.close(ReencodeIndex.this::sliceEnded));
            }
        }
    }
}
