/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.async.Listeners;
import io.latentfacets.attach.LatentUpdates.Encoded;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BackoffPolicy;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.Retry;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.AbstractRunnable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.reindex.ClientScrollableHitSource;
import org.opensearch.index.reindex.ScrollableHitSource;

/**
 * One scroll over stale documents: it reads a page, the pipelines encode it, and a bulk request updates the latents.
 * While a page is written it reads and encodes the next one. For a single use. Never blocks; answers once.
 */
final class ReencodeSlice {

    private static final Logger logger = LogManager.getLogger(ReencodeSlice.class);

    private final ReencodeIndex.Node node;
    private final int slices;
    private final LatentUpdates updates;
    private final ReencodeTally tally;
    private final Runnable ended;
    private final ScrollableHitSource source;
    private final AtomicBoolean over = new AtomicBoolean();

    // pages come one after the other
    private boolean first = true;
    private volatile long lastStart;
    private volatile int lastSize;

    // guarded by this: whether a bulk request is under way, and what follows it
    private boolean writing;
    private Runnable held;

    /**
     * @param search finds the slice's documents
     * @param slices the number of slices of the index, which share the rate of the task
     * @param ended runs once, when nothing of the slice is under way any more
     */
    ReencodeSlice(
            ReencodeIndex.Node node,
            SearchRequest search,
            int slices,
            LatentUpdates updates,
            ReencodeTally tally,
            Runnable ended) {
        this.node = node;
        this.slices = slices;
        this.updates = updates;
        this.tally = tally;
        this.ended = ended;
        ActionListener<ScrollableHitSource.AsyncResponse> pages = node.children()
                .listener(new ActionListener<>() {
                    @Override
                    public void onResponse(ScrollableHitSource.AsyncResponse page) {
                        page(page);
                    }

                    @Override
                    public void onFailure(Exception e) {
                        end(ReencodeTally.message(e));
                    }
                });
        this.source = new ClientScrollableHitSource(
                logger,
                backoff(),
                node.threadPool(),
                node.worker()::countSearchRetry,
                pages::onResponse,
                pages::onFailure,
                node.client(),
                search);
    }

    void start() {
        source.start();
    }

    private BackoffPolicy backoff() {
        return BackoffPolicy.wrap(
                BackoffPolicy.exponentialBackoff(TimeValue.timeValueMillis(500), 11), node.worker()::countBulkRetry);
    }

    private boolean stopped() {
        return tally.givenUp() || node.task().isCancelled();
    }

    private void page(ScrollableHitSource.AsyncResponse page) {
        ScrollableHitSource.Response response = page.response();
        if (response.isTimedOut() || !response.getFailures().isEmpty()) {
            end(
                    response.isTimedOut()
                            ? "the search timed out"
                            : ReencodeTally.message(
                                    response.getFailures().get(0).getReason()));
            return;
        }
        if (first) {
            first = false;
            tally.found(response.getTotalHits());
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
                updates.of(response.getHits(), encoded -> afterTheWrite(() -> write(page, encoded)));
            }

            @Override
            public void onFailure(Exception e) {
                end(ReencodeTally.message(e));
            }
        };
        // all slices together keep the rate of the task
        node.worker().delayPrepareBulkRequest(node.threadPool(), lastStart, lastSize * slices, (AbstractRunnable)
                node.threadPool().getThreadContext().preserveContext(encode));
    }

    private void write(ScrollableHitSource.AsyncResponse page, Encoded encoded) {
        encoded.failures().forEach(tally::fail);
        tally.unchanged(encoded.unchanged());
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
                                            response -> {
                                                requireAny(tally.written(response) || any);
                                                written();
                                            },
                                            e -> {
                                                tally.giveUp(ReencodeTally.message(e));
                                                written();
                                            })));
        }
        page.done(node.worker().throttleWaitTime(lastStart, System.nanoTime(), lastSize));
    }

    /**
     * Ends the pass if nothing of a page went well. Single documents that fail do not end it; a whole page of them
     * means that the index is read-only or forbidden, or that its disk is full.
     */
    private void requireAny(boolean any) {
        if (!any) {
            tally.giveUp("none of a page of documents could be written");
        }
    }

    /** Runs something now, or when the bulk request under way has ended. Only one thing waits at a time. */
    private void afterTheWrite(Runnable then) {
        synchronized (this) {
            if (writing) {
                held = then;
                return;
            }
        }
        then.run();
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

    /** @param why the failure of the whole slice; null for none */
    private void end(String why) {
        if (why != null) {
            tally.giveUp(why);
        }
        if (over.compareAndSet(false, true)) {
            afterTheWrite(() -> source.close(ended));
        }
    }
}
