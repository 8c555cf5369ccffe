/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.async.Listeners;
import io.latentfacets.attach.ReencodeService.Work;
import io.latentfacets.corpus.ResultWindow;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.rest.ChildCalls;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.CountDown;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.reindex.BulkByScrollTask;
import org.opensearch.index.reindex.WorkerBulkByScrollTaskState;
import org.opensearch.ingest.IngestService;
import org.opensearch.search.SearchHit;
import org.opensearch.search.SearchHits;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.slice.SliceBuilder;
import org.opensearch.search.sort.FieldSortBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.ParentTaskAssigningClient;

/**
 * One pass over the stale documents of one index, in several slices at the same time. For a single use. Never blocks;
 * answers once.
 */
final class ReencodeIndex {

    /** The bounds of the number of documents in a page, and so in a bulk request. */
    static final int SMALL_PAGE = 64;

    static final int LARGE_PAGE = 1_000;

    /**
     * The bytes of the sources in a page of more than {@link #SMALL_PAGE} documents, if all are like the first ones.
     */
    static final int PAGE_BYTES = 1 << 20;

    /** The number of documents that are read to learn the size of a source. */
    private static final int SAMPLE = 20;

    /** The largest number of scrolls at the same time; an index has at most one for each shard. */
    private static final int MAX_SLICES = 5;

    private static final TimeValue KEEP_ALIVE = TimeValue.timeValueMinutes(5);

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

    private final Node node;
    private final Work work;
    private final StaleDocuments stale;
    private final Consumer<ReencodeTally.Outcome> ended;

    ReencodeIndex(Node node, Work work, StaleDocuments stale, Consumer<ReencodeTally.Outcome> ended) {
        this.node = node;
        this.work = work;
        this.stale = stale;
        this.ended = ended;
    }

    void start() {
        IndexMetadata index = node.clusterService().state().metadata().index(work.index());
        String unfit = index == null ? "no such index [" + work.index() + "]" : lossy(index);
        if (node.task().isCancelled() || unfit != null) {
            ended.accept(new ReencodeTally.Outcome(
                    0, 0, unfit == null ? null : new LeftDocuments(work.index(), LeftDocuments.UNKNOWN, unfit)));
            return;
        }
        int slices = Math.min(index.getNumberOfShards(), MAX_SLICES);
        ReencodeTally tally = new ReencodeTally(work.index(), slices, node.worker());
        // a search sees only refreshed documents: without this it would miss the latest ones, and nothing would encode
        // them later
        refresh(failure -> {
            if (failure != null) {
                tally.note("[" + work.index() + "] could not be refreshed, so its latest documents were not read: "
                        + ReencodeTally.message(failure));
            }
            sample(page -> slices(slices, page, tally));
        });
    }

    /**
     * Learns how many documents make a page. Large pages take much less time, and documents of unknown size would take
     * too much memory. Where the sample cannot be read, the slices will say why.
     */
    private void sample(IntConsumer then) {
        SearchRequest request = new SearchRequest(work.index())
                .source(new SearchSourceBuilder()
                        .query(stale.query(work.targets()))
                        .sort(FieldSortBuilder.DOC_FIELD_NAME)
                        .size(Math.min(SAMPLE, window())));
        node.client()
                .search(
                        request,
                        node.children()
                                .listener(Listeners.either(
                                        response -> then.accept(page(response.getHits())),
                                        e -> then.accept(SMALL_PAGE))));
    }

    private static int page(SearchHits hits) {
        long bytes = 0;
        for (SearchHit hit : hits) {
            bytes += hit.hasSource() ? hit.getSourceRef().length() : 0;
        }
        return page(bytes, hits.getHits().length);
    }

    /** The number of documents in a page if some documents' sources have so many bytes. */
    static int page(long bytes, int documents) {
        if (bytes == 0 || documents == 0) {
            return SMALL_PAGE;
        }
        return Math.clamp(PAGE_BYTES * (long) documents / bytes, SMALL_PAGE, LARGE_PAGE);
    }

    private int window() {
        return ResultWindow.of(node.clusterService().state(), work.index());
    }

    private void slices(int slices, int page, ReencodeTally tally) {
        LatentUpdates updates = new LatentUpdates(node.ingest(), work.targets());
        CountDown running = new CountDown(slices);
        for (int i = 0; i < slices; i++) {
            new ReencodeSlice(node, search(i, slices, page), slices, updates, tally, () -> {
                        if (running.countDown()) {
                            end(tally);
                        }
                    })
                    .start();
        }
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

    /** A sort by position in the index needs no memory, and its pages read the stored documents in their order. */
    private SearchRequest search(int slice, int slices, int page) {
        SearchSourceBuilder search = new SearchSourceBuilder()
                .query(stale.query(work.targets()))
                .sort(FieldSortBuilder.DOC_FIELD_NAME)
                .seqNoAndPrimaryTerm(true)
                .trackTotalHits(true)
                .size(Math.min(page, window()));
        if (slices > 1) {
            search.slice(new SliceBuilder(IdFieldMapper.NAME, slice, slices));
        }
        return new SearchRequest(work.index())
                .scroll(KEEP_ALIVE)
                .allowPartialSearchResults(false)
                .source(search);
    }

    private void end(ReencodeTally tally) {
        if (node.task().isCancelled()) {
            ended.accept(tally.outcome());
        } else {
            // a failure only delays when searches see the latents
            refresh(failure -> ended.accept(tally.outcome()));
        }
    }
}
