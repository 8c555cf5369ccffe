/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.field.column.StopCheck;
import io.latentfacets.search.DocumentBlocks;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/**
 * The number of documents of a whole shard in each bucket, whatever the query: the baseline of {@code lift}. A segment
 * supplies its own counts if it has them, less those of its deleted documents. Otherwise counts are exact for a shard
 * of fewer than {@link ShardBuckets.Background#lookedAt} documents, and estimates from a sample of each segment for a
 * larger one. Does not count documents that the caller may not see, nor deleted ones. Stateless.
 */
final class BackgroundCounts {
    /** A fixed seed: every call samples the same documents. */
    private static final long SEED = 0x6c61_7465_6e74L;

    /** The number of documents whose deletion is looked up at a time, and between two checks. */
    private static final int WINDOW = 1 << 12;

    private BackgroundCounts() {}

    /**
     * Returns the number of documents by bucket key; skips documents without a cluster. Runs {@link StopCheck} every
     * few thousand documents, whose exception ends it if the search is cancelled or out of time.
     *
     * @param searcher a searcher of the whole shard
     * @param visible a query for the documents that the caller may see; null for all that the reader shows
     */
    static Map<String, Double> of(ShardBuckets buckets, IndexSearcher searcher, Query visible) throws IOException {
        double[] counts = new double[buckets.count()];
        if (counts.length > 1) {
            Weight shown = visible == null
                    ? null
                    : searcher.createWeight(searcher.rewrite(visible), ScoreMode.COMPLETE_NO_SCORES, 1);
            IndexReader reader = searcher.getIndexReader();
            for (LeafReaderContext leaf : reader.leaves()) {
                add(buckets, leaf, shown, reader.maxDoc(), counts);
            }
        }
        Map<String, Double> usual = new TreeMap<>();
        for (int number = 1; number < counts.length; number++) {
            if (counts[number] > 0) {
                usual.merge(buckets.key(number), counts[number], Double::sum);
            }
        }
        return usual;
    }

    private static void add(
            ShardBuckets buckets, LeafReaderContext leaf, Weight visible, int documentsOfShard, double[] counts)
            throws IOException {
        Bits live = leaf.reader().getLiveDocs();
        ShardBuckets.Background background = buckets.background(leaf);
        ShardBuckets.Leaf documents = background.documents();
        Runnable check = StopCheck.of(leaf.reader());
        if (visible == null && background.counts() != null) {
            for (int number = 0; number < counts.length; number++) {
                counts[number] += background.counts()[number];
            }
            if (live != null && documents != ShardBuckets.Leaf.NONE) {
                subtractDeleted(documents, live, leaf.reader().maxDoc(), counts, check);
            }
            return;
        }
        DocIdSetIterator shown = shown(visible, leaf);
        if (documents == ShardBuckets.Leaf.NONE || shown == null) {
            return;
        }
        // Take one random document from each stretch of `step` documents. Every `step`-th document would be biased if
        // the index alternates between kinds of documents.
        int step = 1 + documentsOfShard / background.lookedAt();
        int looked = 0;
        SplittableRandom random = new SplittableRandom(SEED);
        long[] found = new long[counts.length];
        int[] block = new int[DocumentBlocks.SIZE];
        int size = 0;
        for (int from = 0; from < leaf.reader().maxDoc(); from += step) {
            if (++looked % WINDOW == 0) {
                check.run();
            }
            int doc = from + random.nextInt(step);
            if (doc < leaf.reader().maxDoc() && (live == null || live.get(doc)) && has(shown, doc)) {
                block[size++] = doc;
                if (size == block.length) {
                    documents.count(block, size, found);
                    size = 0;
                }
            }
        }
        documents.count(block, size, found);
        for (int number = 0; number < counts.length; number++) {
            counts[number] += (double) found[number] * step;
        }
    }

    /**
     * Takes the deleted documents of a segment off the counts of all. They are few, and those that are left are not.
     */
    private static void subtractDeleted(
            ShardBuckets.Leaf documents, Bits live, int maxDoc, double[] counts, Runnable check) throws IOException {
        FixedBitSet window = new FixedBitSet(WINDOW);
        for (int from = 0; from < maxDoc; from += WINDOW) {
            check.run();
            int size = Math.min(WINDOW, maxDoc - from);
            window.clear();
            window.set(0, size);
            live.applyMask(window, from);
            window.flip(0, size);
            for (int bit = 0; bit < size; bit++) {
                bit = window.nextSetBit(bit);
                if (bit == DocIdSetIterator.NO_MORE_DOCS) {
                    break;
                }
                counts[documents.bucket(from + bit)]--;
            }
        }
    }

    /** Returns the visible documents of a segment; null for none. */
    private static DocIdSetIterator shown(Weight visible, LeafReaderContext leaf) throws IOException {
        if (visible == null) {
            return DocIdSetIterator.all(leaf.reader().maxDoc());
        }
        Scorer scorer = visible.scorer(leaf);
        return scorer == null ? null : scorer.iterator();
    }

    private static boolean has(DocIdSetIterator documents, int doc) throws IOException {
        return doc == (documents.docID() < doc ? documents.advance(doc) : documents.docID());
    }
}
