/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.column.WrappedReaders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.neuralsearch.query.HybridQuery;
import org.opensearch.search.aggregations.LeafBucketCollector;
import org.opensearch.test.OpenSearchTestCase;

/** HybridMatches collects every live document with a score in any sub-query once, with the sum of the scores. */
public class HybridMatchesTests extends OpenSearchTestCase {
    private static final int DOCS = 5000;

    public void testTheUnionIsCollectedWithTheSumOfTheScores() throws IOException {
        Query even = scored("even", 1);
        Query third = scored("third", 2);
        Query unscored = scored("all", 0);
        Query nothing = new MatchNoDocsQuery("none");
        withIndex(searcher -> {
            assertEquals(expected(1, 0), collect(searcher, even, nothing));
            assertEquals(expected(1, 2), collect(searcher, even, third));
            assertEquals(expected(1, 2), collect(searcher, third, even, unscored));
            assertEquals(expected(2, 0), collect(searcher, even, even));
            assertEquals(Map.of(), collect(searcher, nothing, unscored));
        });
    }

    public void testOtherQueriesAreNoneOfIt() throws IOException {
        withIndex(searcher -> {
            Query hybrid = new HybridQuery(List.of(scored("even", 1)));
            assertNull(HybridMatches.union(null));
            assertNull(HybridMatches.union(scored("even", 1)));
            Query part = new BooleanQuery.Builder()
                    .add(hybrid, BooleanClause.Occur.SHOULD)
                    .add(scored("third", 1), BooleanClause.Occur.SHOULD)
                    .build();
            assertNull(HybridMatches.union(part));
        });
    }

    /** The search's query may be the hybrid query itself, or core may wrap it in an alias's filter. */
    public void testTheQueryAloneWithFiltersAroundIt() throws IOException {
        Query even = scored("even", 1);
        Query third = scored("third", 2);
        withIndex(searcher -> {
            Query hybrid = new HybridQuery(List.of(even, third));
            assertEquals(expected(1, 2), collect(searcher, of(searcher, hybrid, null)));
            Query filtered = new BooleanQuery.Builder()
                    .add(hybrid, BooleanClause.Occur.MUST)
                    .add(scored("even", 1), BooleanClause.Occur.FILTER)
                    .build();
            Map<Integer, Float> both = expected(1, 2);
            both.keySet().retainAll(expected(1, 0).keySet());
            assertEquals(both, collect(searcher, of(searcher, filtered, null)));
        });
    }

    public void testMinScoreIsOfTheSum() throws IOException {
        Query hybrid = new HybridQuery(List.of(scored("even", 1), scored("third", 2)));
        withIndex(searcher -> {
            for (float least : new float[] {0, 1, 1.5f, 2, 3, 3.5f}) {
                Map<Integer, Float> atLeast = expected(1, 2);
                atLeast.values().removeIf(score -> score < least);
                assertEquals(atLeast, collect(searcher, of(searcher, hybrid, least)));
            }
        });
    }

    /** HybridMatches bypasses core's collectors and their checks, so it checks itself, more than once per segment. */
    public void testItStopsWhenTheSearchDoes() throws IOException {
        Query hybrid = new HybridQuery(List.of(scored("all", 1)));
        withIndex(searcher -> {
            AtomicInteger checks = new AtomicInteger();
            DirectoryReader reader = WrappedReaders.checking((DirectoryReader) searcher.getIndexReader(), () -> {
                if (checks.incrementAndGet() == 3) {
                    throw new TaskCancelledException("cancelled");
                }
            });
            IndexSearcher checked = new IndexSearcher(reader);
            expectThrows(TaskCancelledException.class, () -> collect(checked, of(checked, hybrid, null)));
        });
    }

    private interface Use {
        void with(IndexSearcher searcher) throws IOException;
    }

    /** Documents with their numbers, a seventh of them deleted. */
    private static void withIndex(Use use) throws IOException {
        try (Directory directory = newDirectory();
                IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
            for (int i = 0; i < DOCS; i++) {
                Document document = new Document();
                document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
                document.add(new StringField("seventh", Boolean.toString(i % 7 == 0), Field.Store.NO));
                document.add(new StringField("in", "all", Field.Store.NO));
                if (i % 2 == 0) {
                    document.add(new StringField("in", "even", Field.Store.NO));
                }
                if (i % 3 == 0) {
                    document.add(new StringField("in", "third", Field.Store.NO));
                }
                writer.addDocument(document);
            }
            writer.forceMerge(1);
            writer.deleteDocuments(new Term("seventh", "true"));
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
                use.with(new IndexSearcher(reader));
            }
        }
    }

    private static Query scored(String in, float score) {
        return new BoostQuery(new ConstantScoreQuery(new TermQuery(new Term("in", in))), score);
    }

    private static Map<Integer, Float> expected(float even, float third) {
        Map<Integer, Float> scores = new TreeMap<>();
        for (int i = 0; i < DOCS; i++) {
            float score = (i % 2 == 0 ? even : 0) + (i % 3 == 0 ? third : 0);
            if (i % 7 != 0 && score > 0) {
                scores.put(i, score);
            }
        }
        return scores;
    }

    private static Map<Integer, Float> collect(IndexSearcher searcher, Query... queries) throws IOException {
        return collect(searcher, of(searcher, new HybridQuery(List.of(queries)), null));
    }

    private static HybridMatches of(IndexSearcher searcher, Query query, Float minScore) throws IOException {
        return HybridMatches.of(HybridMatches.union(query), searcher, minScore);
    }

    private static Map<Integer, Float> collect(IndexSearcher searcher, HybridMatches matches) throws IOException {
        Map<Integer, Float> scores = new TreeMap<>();
        List<Integer> order = new ArrayList<>();
        StoredFields stored = searcher.storedFields();
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            matches.collect(leaf, new LeafBucketCollector() {
                private Scorable scorer;

                @Override
                public void setScorer(Scorable scorer) {
                    this.scorer = scorer;
                }

                @Override
                public void collect(int doc, long bucket) throws IOException {
                    assertEquals(0, bucket);
                    order.add(leaf.docBase + doc);
                    int id =
                            Integer.parseInt(stored.document(leaf.docBase + doc).get("id"));
                    assertNull(scores.put(id, scorer.score()));
                }
            });
        }
        assertEquals(order.stream().sorted().toList(), order);
        return scores;
    }
}
