/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThan;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.column.WrappedReaders;
import io.latentfacets.model.EncoderId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.util.BytesRef;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.search.query.QueryPhase;
import org.opensearch.test.OpenSearchTestCase;

/** Both ways of finding neighbours. Each test compares with an exhaustive search. */
public class LatentNeighborsQueryTests extends OpenSearchTestCase {
    private static final String FIELD = "latent";
    private static final int OWN = 3;

    /** A document as it was written; the latent is null for none. */
    private record Doc(String id, byte[] latent, int generation, String tag) {}

    private record Found(String id, float score) {}

    private final TreeMap<String, Doc> docs = new TreeMap<>();

    private NeighborSearch search(byte[] latent, int k, Query filter, Query itself) {
        return new NeighborSearch(FIELD, "news", OWN, new EncoderId(OWN), latent, k, filter, itself);
    }

    /**
     * Random documents, most with a latent of the generation, in several segments, some deleted, some written again.
     */
    private IndexReader index(Directory directory, int count, int dims, boolean hnsw, boolean merge)
            throws IOException {
        IndexWriterConfig config = newIndexWriterConfig();
        if (!merge) {
            config.setMergePolicy(NoMergePolicy.INSTANCE);
        }
        try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory, config)) {
            writer.setDoRandomForceMerge(merge);
            for (int i = 0; i < count; i++) {
                Doc doc = doc(String.format(java.util.Locale.ROOT, "%05d", i), dims);
                writer.addDocument(document(doc, hnsw));
                docs.put(doc.id, doc);
                if (between(0, 50) == 0) {
                    writer.flush();
                }
            }
            for (Doc doc : List.copyOf(docs.values())) {
                if (between(0, 9) == 0) {
                    writer.deleteDocuments(new Term("id", doc.id));
                    docs.remove(doc.id);
                } else if (between(0, 19) == 0) {
                    Doc again = doc(doc.id, dims);
                    writer.updateDocument(new Term("id", doc.id), document(again, hnsw));
                    docs.put(doc.id, again);
                }
            }
            return writer.getReader();
        }
    }

    private Doc doc(String id, int dims) {
        String tag = randomFrom("red", "green", "blue");
        return switch (between(0, 9)) {
            case 0 -> new Doc(id, null, 0, tag);
            case 1 -> new Doc(id, LatentFixtures.latent(dims, random()), OWN - 1, tag);
            case 2 -> new Doc(id, LatentFixtures.latent(dims + 1, random()), OWN + 1, tag);
            default -> new Doc(id, LatentFixtures.latent(dims, random()), OWN, tag);
        };
    }

    private static Document document(Doc doc, boolean hnsw) {
        Document document = new Document();
        document.add(new StringField("id", doc.id, Field.Store.YES));
        document.add(new StringField("tag", doc.tag, Field.Store.NO));
        if (doc.latent != null) {
            LatentVectorFieldMapper.fields(FIELD, doc.generation, new EncoderId(doc.generation), doc.latent, hnsw)
                    .forEach(document::add);
        }
        return document;
    }

    /** All possible neighbours, nearest first; equally near ones in any order. */
    private List<Found> expected(byte[] latent, String tag, String itself) {
        return docs.values().stream()
                .filter(doc -> doc.latent != null && doc.generation == OWN)
                .filter(doc -> (tag == null || doc.tag.equals(tag)) && !doc.id.equals(itself))
                .map(doc -> new Found(doc.id, VectorSimilarityFunction.COSINE.compare(latent, doc.latent)))
                .sorted(Comparator.comparingDouble((Found found) -> -found.score))
                .toList();
    }

    private static List<Found> found(IndexSearcher searcher, Query query, int size) throws IOException {
        TopDocs top = searcher.search(query, size);
        StoredFields stored = searcher.storedFields();
        List<Found> found = new ArrayList<>();
        for (ScoreDoc each : top.scoreDocs) {
            found.add(new Found(stored.document(each.doc).get("id"), each.score));
        }
        return found;
    }

    private static List<Float> scores(List<Found> found) {
        return found.stream().map(Found::score).toList();
    }

    private static Query filter(String tag) {
        return tag == null ? null : new TermQuery(new Term("tag", tag));
    }

    public void testExactEqualsBruteForce() throws IOException {
        int dims = between(2, 70);
        try (Directory directory = newDirectory();
                IndexReader reader = index(directory, between(1, 800), dims, randomBoolean(), randomBoolean())) {
            IndexSearcher searcher = newSearcher(reader, randomBoolean(), randomBoolean());
            for (int i = 0; i < 20; i++) {
                byte[] latent = LatentFixtures.latent(dims, random());
                String tag = randomFrom("red", "green", null);
                Doc itself = rarely() ? randomFrom(docs.values()) : null;
                int k = randomFrom(1, between(1, 20), 10_000);
                Query query = new LatentNeighborsQuery(
                        search(
                                latent,
                                k,
                                filter(tag),
                                itself == null ? null : new TermQuery(new Term("id", itself.id))),
                        false);
                List<Found> expected = expected(latent, tag, itself == null ? null : itself.id);
                expected = expected.subList(0, Math.min(k, expected.size()));
                List<Found> got = found(searcher, query, 20_000);
                assertEquals(scores(expected), scores(got));
                assertEquals(expected.size(), searcher.count(query));
                if (expected.isEmpty() || expected.size() < k) {
                    assertEquals(new HashSet<>(expected), new HashSet<>(got));
                }
            }
        }
    }

    /** The graph may miss neighbours, but each one that it finds is right. */
    public void testGraphFindsOnlyWhatIsThere() throws IOException {
        int dims = between(2, 40);
        try (Directory directory = newDirectory();
                IndexReader reader = index(directory, between(1, 800), dims, true, randomBoolean())) {
            IndexSearcher searcher = newSearcher(reader, randomBoolean(), randomBoolean());
            for (int i = 0; i < 20; i++) {
                byte[] latent = LatentFixtures.latent(dims, random());
                String tag = randomFrom("red", "green", null);
                Doc itself = rarely() ? randomFrom(docs.values()) : null;
                int k = randomFrom(1, between(1, 20), 10_000);
                Query query = new LatentNeighborsQuery(
                        search(
                                latent,
                                k,
                                filter(tag),
                                itself == null ? null : new TermQuery(new Term("id", itself.id))),
                        true);
                Set<Found> expected = new HashSet<>(expected(latent, tag, itself == null ? null : itself.id));
                List<Found> got = found(searcher, query, 20_000);
                assertTrue(expected.containsAll(got));
                assertEquals(Math.min(k, expected.size()), got.size());
            }
        }
    }

    /** Uses a fixed seed, so that it cannot fail by chance: the graph finds nine of ten true neighbours. */
    public void testRecallOfTheGraph() throws IOException {
        Random random = new Random(42);
        int dims = 32;
        try (Directory directory = newDirectory()) {
            try (RandomIndexWriter writer = new RandomIndexWriter(random, directory)) {
                for (int i = 0; i < 1500; i++) {
                    Doc doc = new Doc(Integer.toString(i), LatentFixtures.latent(dims, random), OWN, "red");
                    docs.put(doc.id, doc);
                    writer.addDocument(document(doc, true));
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                int hits = 0;
                for (int i = 0; i < 100; i++) {
                    byte[] latent = LatentFixtures.latent(dims, random);
                    Set<Found> expected =
                            new HashSet<>(expected(latent, null, null).subList(0, 10));
                    expected.retainAll(
                            found(searcher, new LatentNeighborsQuery(search(latent, 10, null, null), true), 10));
                    hits += expected.size();
                }
                assertThat(hits, greaterThanOrEqualTo(800));
            }
        }
    }

    public void testTheLowerDocumentIsFirstOfEquals() throws IOException {
        byte[] same = LatentFixtures.latent(5, random());
        boolean hnsw = randomBoolean();
        try (Directory directory = newDirectory()) {
            try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
                for (int i = 0; i < 40; i++) {
                    writer.addDocument(document(new Doc("" + i, same, OWN, "red"), hnsw));
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = newSearcher(reader);
                Query query = new LatentNeighborsQuery(search(same, 7, null, null), hnsw);
                int[] got = Arrays.stream(searcher.search(query, 100).scoreDocs)
                        .mapToInt(each -> each.doc)
                        .toArray();
                assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6}, got);
            }
        }
    }

    /**
     * Uses one segment, because Lucene's checks search each segment alone, whose nearest documents differ from the
     * index's.
     */
    public void testScorersKeepLucenesRules() throws IOException {
        int dims = between(2, 10);
        boolean hnsw = randomBoolean();
        try (Directory directory = newDirectory()) {
            try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
                for (int i = 0; i < 200; i++) {
                    writer.addDocument(document(doc("" + i, dims), hnsw));
                }
                writer.forceMerge(1);
            }
            checkScorers(directory, dims, hnsw);
        }
    }

    private void checkScorers(Directory directory, int dims, boolean hnsw) throws IOException {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = newSearcher(reader);
            LatentNeighborsQuery query = new LatentNeighborsQuery(
                    search(
                            LatentFixtures.latent(dims, random()),
                            between(1, 30),
                            filter(randomFrom("red", null)),
                            null),
                    hnsw);
            QueryUtils.check(random(), query, searcher);
            found(
                    searcher,
                    new BooleanQuery.Builder()
                            .add(query, BooleanClause.Occur.SHOULD)
                            .add(new TermQuery(new Term("tag", "blue")), BooleanClause.Occur.MUST)
                            .build(),
                    100);
        }
    }

    public void testEquality() {
        byte[] latent = LatentFixtures.latent(4, random());
        LatentNeighborsQuery query = new LatentNeighborsQuery(search(latent, 3, null, null), true);
        QueryUtils.checkEqual(query, new LatentNeighborsQuery(search(latent.clone(), 3, null, null), true));
        QueryUtils.checkUnequal(query, new LatentNeighborsQuery(search(latent, 4, null, null), true));
        QueryUtils.checkUnequal(query, new LatentNeighborsQuery(search(latent, 3, null, null), false));
        QueryUtils.checkUnequal(
                query, new LatentNeighborsQuery(search(latent, 3, MatchAllDocsQuery.INSTANCE, null), true));
    }

    public void testItSaysWhatItDid() throws IOException {
        int dims = 6;
        boolean hnsw = randomBoolean();
        try (Directory directory = newDirectory();
                IndexReader reader = index(directory, 300, dims, hnsw, true)) {
            IndexSearcher searcher = newSearcher(reader);
            byte[] latent = LatentFixtures.latent(dims, random());
            LatentNeighborsQuery query = new LatentNeighborsQuery(search(latent, 5, null, null), hnsw);
            assertEquals("latent_neighbors(latent, k 5, " + (hnsw ? "hnsw" : "exact") + ", news/3)", query.toString());
            List<Found> got = found(searcher, query, 5);
            long foreign = docs.values().stream()
                    .filter(doc -> doc.latent != null && doc.generation != OWN)
                    .count();
            assertThat(query.toString(), containsString(", left out " + foreign + " of other encoders)"));
            if (!hnsw) {
                assertThat(
                        query.toString(),
                        containsString(
                                "compared " + expected(latent, null, null).size() + ","));
            }
            for (int rank = 1; rank <= got.size(); rank++) {
                Explanation explanation = explain(searcher, query, got.get(rank - 1).id);
                assertTrue(explanation.isMatch());
                assertEquals(got.get(rank - 1).score, explanation.getValue().floatValue(), 0);
                assertThat(explanation.toString(), containsString("neighbor [" + rank + "] of the [5] nearest"));
                assertThat(explanation.toString(), containsString("generation of model [news], news/3"));
            }
            for (Doc doc : docs.values()) {
                Explanation explanation = explain(searcher, query, doc.id);
                if (doc.latent == null) {
                    assertThat(explanation.toString(), containsString("it has no latent in [latent]"));
                } else if (doc.generation != OWN) {
                    assertThat(
                            explanation.toString(),
                            containsString("its latent is of encoder [" + new EncoderId(doc.generation) + "]"));
                } else if (!explanation.isMatch()) {
                    assertThat(explanation.toString(), containsString("not among the [5] nearest of this shard"));
                }
            }
        }
    }

    private static Explanation explain(IndexSearcher searcher, Query query, String id) throws IOException {
        int doc = searcher.search(new TermQuery(new Term("id", id)), 1).scoreDocs[0].doc;
        return searcher.explain(query, doc);
    }

    /**
     * The filter leaves more documents than the bound for an exact search, so the query walks the graph with the
     * filter.
     */
    public void testGraphWithAFilterThatLeavesMany() throws IOException {
        int count = (int) NeighborFinder.EXACT_UP_TO + 2000;
        try (Directory directory = new ByteBuffersDirectory()) {
            try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
                for (int i = 0; i < count; i++) {
                    Doc doc = new Doc("" + i, LatentFixtures.latent(3, random()), OWN, i % 50 == 0 ? "blue" : "red");
                    docs.put(doc.id, doc);
                    writer.addDocument(document(doc, true));
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                byte[] latent = LatentFixtures.latent(3, random());
                LatentNeighborsQuery query = new LatentNeighborsQuery(search(latent, 10, filter("red"), null), true);
                List<Found> got = found(searcher, query, 10);
                assertThat(query.toString(), containsString("k 10, hnsw, "));
                List<Float> expected = scores(expected(latent, "red", null).subList(0, 10));
                assertEquals(10, got.size());
                assertTrue(got.stream().allMatch(each -> docs.get(each.id).tag.equals("red")));
                long right = got.stream()
                        .filter(each -> each.score >= expected.get(9))
                        .count();
                assertThat(right, greaterThanOrEqualTo(8L));
                LatentNeighborsQuery few = new LatentNeighborsQuery(search(latent, 10, filter("blue"), null), true);
                assertEquals(scores(expected(latent, "blue", null).subList(0, 10)), scores(found(searcher, few, 10)));
                assertThat(few.toString(), containsString("k 10, exact, news/3, compared " + count / 50 + ","));
            }
        }
    }

    /**
     * With a filter that leaves few documents the query skips the graph; otherwise it compares only a part of the
     * latents.
     */
    public void testFilterAndGraphSaveComparisons() throws IOException {
        try (Directory directory = newDirectory()) {
            try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
                for (int i = 0; i < 2000; i++) {
                    writer.addDocument(document(
                            new Doc("" + i, LatentFixtures.latent(16, random()), OWN, i % 500 == 0 ? "rare" : "red"),
                            true));
                }
                writer.forceMerge(1);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                byte[] latent = LatentFixtures.latent(16, random());
                assertEquals(4, compared(searcher, search(latent, 10, filter("rare"), null), false));
                assertEquals(4, compared(searcher, search(latent, 10, filter("rare"), null), true));
                assertEquals(2000, compared(searcher, search(latent, 10, null, null), false));
                assertThat(compared(searcher, search(latent, 10, null, null), true), lessThan(2000L));
                assertEquals(0, compared(searcher, search(latent, 10, MatchNoDocsQuery.INSTANCE, null), true));
            }
        }
    }

    private static long compared(IndexSearcher searcher, NeighborSearch search, boolean hnsw) throws IOException {
        return new NeighborFinder(search, searcher, null).find(hnsw).compared();
    }

    /** A reader that checks, like a search context's, whether its search was stopped, and finds that it was. */
    private static DirectoryReader stopped(IndexReader reader, RuntimeException reason) throws IOException {
        return WrappedReaders.checking((DirectoryReader) reader, () -> {
            throw reason;
        });
    }

    public void testCancelledAndLateSearches() throws IOException {
        boolean hnsw = randomBoolean();
        try (Directory directory = newDirectory();
                IndexReader reader = index(directory, 50, 4, hnsw, true)) {
            LatentNeighborsQuery query =
                    new LatentNeighborsQuery(search(LatentFixtures.latent(4, random()), 5, null, null), hnsw);
            IndexSearcher cancelled = new IndexSearcher(stopped(reader, new TaskCancelledException("enough")));
            expectThrows(TaskCancelledException.class, () -> cancelled.search(query, 5));
            // core handles the end of a search's time only while it scores a segment
            IndexSearcher late = new IndexSearcher(stopped(reader, new QueryPhase.TimeExceededException()));
            Weight weight = query.createWeight(late, ScoreMode.COMPLETE, 1);
            expectThrows(
                    QueryPhase.TimeExceededException.class,
                    () -> weight.scorerSupplier(late.getLeafContexts().get(0)));
            assertThat(
                    weight.explain(late.getLeafContexts().get(0), 0).toString(),
                    containsString("the time of the search was over"));
            assertEquals(5, found(new IndexSearcher(reader), query, 5).size());
        }
    }

    /** The security plugin's readers hide and mask doc values, but no graphs. */
    public void testHiddenAndMaskedLatentsHaveNoNeighbors() throws IOException {
        boolean hnsw = randomBoolean();
        try (Directory directory = newDirectory();
                DirectoryReader reader = (DirectoryReader) index(directory, 60, 4, hnsw, true)) {
            byte[] latent = LatentFixtures.latent(4, random());
            LatentNeighborsQuery query = new LatentNeighborsQuery(search(latent, 10, null, null), hnsw);
            assertEquals(10, new IndexSearcher(reader).count(query));
            for (UnaryOperator<BytesRef> mask :
                    Arrays.<UnaryOperator<BytesRef>>asList(null, value -> new BytesRef("8d3a0f97c2b1e645"))) {
                assertEquals(0, new IndexSearcher(WrappedReaders.masking(reader, mask)).count(query));
            }
            assertEquals(10, new IndexSearcher(WrappedReaders.masking(reader, value -> value)).count(query));
        }
    }
}
