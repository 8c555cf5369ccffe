/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.field.LatentDocValue;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.projection.Projection;
import io.latentfacets.vae.projection.Projections;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.opensearch.core.common.breaker.CircuitBreakingException;

public class MapColumnsTests extends LuceneTestCase {
    private static final String FIELD = "latent";
    private static final int DIMS = 5;

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private final LatentStats stats = new LatentStats();
    private final CountingBreaker breaker = new CountingBreaker();
    private final ColumnDemand demand = new ColumnDemand();
    private final ClusterColumns columns = new ClusterColumns(generations, () -> breaker, stats, demand);

    /** A document's latent; null for a document without one. */
    private record Doc(int generation, byte[] latent) {}

    private Directory directory;
    private IndexReader reader;
    private final List<Doc> docs = new ArrayList<>();

    private static Generation withMap(int number) {
        Generation generation = LatentFixtures.generation("news", number, DIMS, 3, random());
        return generation.with(Projections.firstTwo(DIMS));
    }

    private void index(int count, int... numbers) throws IOException {
        directory = newDirectory();
        try (RandomIndexWriter writer = new RandomIndexWriter(
                random(), directory, newIndexWriterConfig().setMergePolicy(newLogMergePolicy()))) {
            for (int i = 0; i < count; i++) {
                Doc doc = random().nextInt(10) == 0
                        ? null
                        : new Doc(numbers[random().nextInt(numbers.length)], LatentFixtures.latent(DIMS, random()));
                docs.add(doc);
                Document document = new Document();
                if (doc != null) {
                    document.add(new BinaryDocValuesField(
                            FIELD, LatentDocValue.encode(generations.encoder("news", doc.generation), doc.latent)));
                }
                writer.addDocument(document);
            }
            reader = writer.getReader();
        }
    }

    @Override
    public void tearDown() throws Exception {
        if (reader != null) {
            reader.close();
            directory.close();
            assertEquals("closed segments leave nothing", 0, breaker.used());
        }
        super.tearDown();
    }

    private static int expected(Projection map, byte[] latent) {
        float[] place = map.place(Latents.dequantize(latent));
        return Places.of(place[0], place[1]);
    }

    public void testEveryDocumentHasThePlaceOfItsLatent() throws IOException {
        Generation now = withMap(2);
        generations.put(now);
        index(300, 2);
        for (LeafReaderContext leaf : reader.leaves()) {
            boolean all = random().nextBoolean();
            PlaceColumn places = all
                    ? columns.map().whole(leaf.reader(), FIELD, now)
                    : columns.map().get(leaf.reader(), FIELD, now);
            for (int i = 0; i < leaf.reader().maxDoc(); i++) {
                Doc doc = docs.get(leaf.docBase + i);
                int place = places == null ? Places.NONE : places.place(i);
                assertEquals(doc == null ? Places.NONE : expected(now.projection(), doc.latent), place);
            }
        }
        long bytes = 0;
        long covered = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            if (columns.map().get(leaf.reader(), FIELD, now) != null) {
                bytes += BuiltPlaces.ramBytes(leaf.reader().maxDoc());
                covered += leaf.reader().maxDoc();
            }
        }
        assertEquals(bytes, stats.get(StatName.MAP_COLUMNS_BYTES));
        assertEquals(covered, stats.get(StatName.MAP_COLUMNS_DOCUMENTS));
        assertEquals(bytes, breaker.used());
        assertEquals("no cluster column was asked for", 0, stats.get(StatName.CLUSTER_COLUMNS));
    }

    /** Documents that are not encoded anew yet lie where the map of their own generation has them. */
    public void testAnotherEncodersLatentsHaveThePlacesOfItsMap() throws IOException {
        Generation before = withMap(1);
        Generation now = withMap(2);
        Generation without = LatentFixtures.generation("news", 3, DIMS, 3, random());
        generations.put(before).put(now).put(without);
        index(200, 1, 2, 3);
        for (LeafReaderContext leaf : reader.leaves()) {
            PlaceColumn places = columns.map().get(leaf.reader(), FIELD, now);
            for (int i = 0; i < leaf.reader().maxDoc(); i++) {
                Doc doc = docs.get(leaf.docBase + i);
                Projection map = doc == null
                        ? null
                        : List.of(before, now, without).get(doc.generation - 1).projection();
                int place = places == null ? Places.NONE : places.place(i);
                assertEquals(map == null ? Places.NONE : expected(map, doc.latent), place);
            }
        }
    }

    public void testLookUpsAreAsTheColumn() throws IOException {
        Generation now = withMap(2);
        generations.put(now);
        index(1500, 2);
        for (LeafReaderContext leaf : reader.leaves()) {
            PlaceColumn built = columns.map().whole(leaf.reader(), FIELD, now);
            if (built == null) {
                continue;
            }
            EncoderGenerations encoders = new EncoderGenerations(now, generations.known("news"), number -> null);
            LookupPlaces lookedUp =
                    new LookupPlaces(leaf.reader(), FIELD, new LatentPlacer(encoders), () -> null, () -> {});
            for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                assertEquals(built.place(doc), lookedUp.place(doc));
            }
            assertEquals(built.place(0), lookedUp.place(0));
        }
    }

    public void testGoneGenerationsLeaveNothing() throws IOException {
        Generation now = withMap(2);
        generations.put(now);
        index(100, 2);
        for (LeafReaderContext leaf : reader.leaves()) {
            columns.map().get(leaf.reader(), FIELD, now);
            columns.get(leaf.reader(), FIELD, now, false);
        }
        columns.evict("news", number -> number == 2);
        assertEquals(0, breaker.used());
        assertEquals(0, stats.get(StatName.MAP_COLUMNS));
        assertEquals(0, stats.get(StatName.MAP_COLUMNS_BYTES));
    }

    public void testAFullBreakerKeepsNoCharge() throws IOException {
        Generation now = withMap(2);
        generations.put(now);
        index(50, 2);
        breaker.startBreaking();
        for (LeafReaderContext leaf : reader.leaves()) {
            if (leaf.reader().getFieldInfos().fieldInfo(FIELD) != null) {
                expectThrows(CircuitBreakingException.class, () -> columns.map().get(leaf.reader(), FIELD, now));
            }
        }
        assertEquals(0, breaker.used());
        breaker.stopBreaking();
    }

    public void testTheWarmerBuildsThem() throws IOException {
        Generation now = withMap(2);
        generations.put(now);
        index(50, 2);
        ColumnDemand.Wanted wanted = new ColumnDemand.Wanted(FIELD, "news", ColumnKind.PLACES);
        int segments = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            columns.warm(leaf.reader(), wanted, now, () -> false);
            segments += leaf.reader().getFieldInfos().fieldInfo(FIELD) == null ? 0 : 1;
            columns.map().get(leaf.reader(), FIELD, now);
        }
        assertEquals(segments, stats.get(StatName.MAP_COLUMNS_BUILT_BY_WARMER));
        assertEquals(0, stats.get(StatName.MAP_COLUMNS_BUILT_BY_SEARCHES));
    }
}
