/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.util.Bits;

/**
 * How many documents of a whole shard each bucket has, whatever the query: what {@code lift} compares with. Exact up to
 * a number of documents ({@link ShardBuckets#lookedAt}), beyond that told from a sample of each segment, unless a
 * segment's counts are at hand. Documents that this reader does not show – deleted ones, and those that a wrapper hides
 * from the caller – are not counted. Stateless.
 */
final class BackgroundCounts {
    /** The same documents each time. */
    private static final long SEED = 0x6c61_7465_6e74L;

    private BackgroundCounts() {}

    /** Documents by the key of their bucket; those without a cluster are in none. */
    static Map<String, Double> of(ShardBuckets buckets, IndexReader reader) throws IOException {
        double[] counts = new double[buckets.count()];
        if (counts.length > 1) {
            for (LeafReaderContext leaf : reader.leaves()) {
                add(buckets, leaf, reader.maxDoc(), counts);
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

    private static void add(ShardBuckets buckets, LeafReaderContext leaf, int documentsOfShard, double[] counts)
            throws IOException {
        Bits live = leaf.reader().getLiveDocs();
        long[] known = live == null ? buckets.counts(leaf, false) : null;
        if (known != null) {
            for (int number = 0; number < counts.length; number++) {
                counts[number] += known[number];
            }
            return;
        }
        ShardBuckets.Leaf documents = buckets.leaf(leaf);
        if (documents == ShardBuckets.Leaf.NONE) {
            return;
        }
        // one document by chance of each stretch of so many: every so-manieth would be of one kind where kinds
        // alternate
        int step = 1 + documentsOfShard / buckets.lookedAt(leaf);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int from = 0; from < leaf.reader().maxDoc(); from += step) {
            int doc = from + random.nextInt(step);
            if (doc < leaf.reader().maxDoc() && (live == null || live.get(doc))) {
                counts[documents.bucket(doc)] += step;
            }
        }
    }
}
