/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.field.column.WrappedReaders;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.test.OpenSearchTestCase;

/** Counts of a whole shard are exact up to a number of documents, and estimated from an unbiased sample above. */
public class BackgroundCountsTests extends OpenSearchTestCase {
    private static final int DOCUMENTS = 20_000;

    /** Buckets that alternate: every {@code period}-th document is in bucket 1, all others in bucket 2. */
    private record Alternating(int period, int lookedAt, boolean counted) implements ShardBuckets {
        Alternating(int period, int lookedAt) {
            this(period, lookedAt, false);
        }

        @Override
        public int count() {
            return 3;
        }

        @Override
        public ClusterBucket bucket(int number, long documents) {
            return new ClusterBucket(null, null, null, documents, InternalAggregations.EMPTY);
        }

        @Override
        public String key(int number) {
            return "c" + number;
        }

        @Override
        public Leaf leaf(LeafReaderContext leaf) {
            throw new AssertionError("of another column than the counts, perhaps");
        }

        @Override
        public long[] counts(LeafReaderContext leaf) {
            throw new AssertionError("makes a column");
        }

        @Override
        public Background background(LeafReaderContext leaf) {
            long first = 1L + (leaf.reader().maxDoc() - 1) / period;
            return new Background(
                    doc -> doc % period == 0 ? 1 : 2,
                    counted ? new long[] {0, first, leaf.reader().maxDoc() - first} : null,
                    lookedAt);
        }
    }

    private static Map<String, Double> count(ShardBuckets buckets) throws IOException {
        return count(buckets, null);
    }

    private static Map<String, Double> count(ShardBuckets buckets, Query visible) throws IOException {
        return count(buckets, visible, new Term[0]);
    }

    private static Map<String, Double> count(ShardBuckets buckets, Query visible, Term... deleted) throws IOException {
        return count(buckets, visible, () -> {}, deleted);
    }

    private static Map<String, Double> count(ShardBuckets buckets, Query visible, Runnable check, Term... deleted)
            throws IOException {
        try (Directory directory = newDirectory();
                IndexWriter writer =
                        new IndexWriter(directory, new IndexWriterConfig().setMergePolicy(new LogDocMergePolicy()))) {
            for (int i = 0; i < DOCUMENTS; i++) {
                Document document = new Document();
                document.add(new StringField("id", Integer.toString(i), Field.Store.NO));
                document.add(new StringField("shown", Boolean.toString(i % 3 == 0), Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
            writer.deleteDocuments(deleted);
            try (DirectoryReader reader = WrappedReaders.checking(DirectoryReader.open(writer), check)) {
                return BackgroundCounts.of(buckets, new IndexSearcher(reader), visible);
            }
        }
    }

    public void testFewDocumentsAreAllCounted() throws IOException {
        assertEquals(Map.of("c1", 2000d, "c2", 18_000d), count(new Alternating(10, DOCUMENTS + 1)));
    }

    public void testHiddenDocumentsAreNotCounted() throws IOException {
        Query visible = new TermQuery(new Term("shown", "true"));
        // of the documents 0, 3, 6, …, every fifth is a multiple of 5
        double shown = 1 + (DOCUMENTS - 1) / 3;
        double both = 1 + (DOCUMENTS - 1) / 15;
        assertEquals(Map.of("c1", both, "c2", shown - both), count(new Alternating(5, DOCUMENTS + 1), visible));
        assertEquals(Map.of(), count(new Alternating(5, DOCUMENTS + 1), new TermQuery(new Term("shown", "perhaps"))));
    }

    /** The counts of a column have deleted documents too, which do not count, however many the shard has. */
    public void testDeletedDocumentsAreTakenOffTheCountsOfAColumn() throws IOException {
        int period = between(2, 30);
        Set<Integer> gone = new TreeSet<>(List.of(0, DOCUMENTS - 1));
        int stretch = between(1, 5000);
        for (int i = between(0, 3000); i >= 0; i--) {
            gone.add(random().nextBoolean() ? between(0, DOCUMENTS - 1) : stretch + i);
        }
        Map<String, Double> expected = new TreeMap<>();
        for (int doc = 0; doc < DOCUMENTS; doc++) {
            if (!gone.contains(doc)) {
                expected.merge(doc % period == 0 ? "c1" : "c2", 1d, Double::sum);
            }
        }
        Term[] deleted =
                gone.stream().map(doc -> new Term("id", Integer.toString(doc))).toArray(Term[]::new);
        assertEquals(expected, count(new Alternating(period, 10, true), null, deleted));
        assertEquals(expected, count(new Alternating(period, DOCUMENTS + 1), null, deleted));
    }

    public void testEndsWithTheSearch() throws IOException {
        Term deleted = new Term("id", "7");
        for (boolean counted : new boolean[] {false, true}) {
            AtomicInteger left = new AtomicInteger(between(1, 4));
            Runnable check = () -> {
                if (left.decrementAndGet() == 0) {
                    throw new TaskCancelledException("cancelled");
                }
            };
            ShardBuckets buckets = new Alternating(10, DOCUMENTS + 1, counted);
            expectThrows(TaskCancelledException.class, () -> count(buckets, null, check, deleted));
        }
    }

    /** An index whose documents repeat with the step of the sample must not bias the sample. */
    public void testAPeriodOfTheIndexDoesNotBiasTheSample() throws IOException {
        int step = between(2, 20);
        // with this limit the sample reads one of every step documents
        Map<String, Double> counts = count(new Alternating(step, DOCUMENTS / (step - 1)));
        double expected = (double) DOCUMENTS / step;
        // a share of 1/step of DOCUMENTS/step documents: six standard deviations
        double sampled = (double) DOCUMENTS / step;
        double deviation = step * Math.sqrt(sampled * (1d / step) * (1 - 1d / step));
        assertEquals(expected, counts.getOrDefault("c1", 0d), 6 * deviation);
        assertEquals(DOCUMENTS, counts.get("c1") + counts.get("c2"), step);
    }
}
