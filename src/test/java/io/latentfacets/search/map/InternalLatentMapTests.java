/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import static org.hamcrest.Matchers.containsString;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentHelper;
import org.opensearch.search.DocValueFormat;
import org.opensearch.search.SearchModule;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.metrics.InternalSum;
import org.opensearch.search.aggregations.pipeline.PipelineAggregator.PipelineTree;
import org.opensearch.test.OpenSearchTestCase;

public class InternalLatentMapTests extends OpenSearchTestCase {
    private static final MapWindow WINDOW = MapWindow.of(Bounds.ALL, 4, 0);
    private static final List<String> KEYS = List.of("c1", "c2", "c10");

    private final NamedWriteableRegistry registry = new NamedWriteableRegistry(
            new SearchModule(Settings.EMPTY, List.of(new io.latentfacets.search.LatentSearchTestPlugin()))
                    .getNamedWriteables());

    /**
     * A document.
     *
     * @param cell −1 for outside, −2 for no place
     * @param cluster null for none
     */
    private record Doc(int cell, String cluster) {}

    private static InternalLatentMap shard(int size, List<Doc> docs) {
        if (docs.isEmpty() && randomBoolean()) {
            return new InternalLatentMap(
                    "map",
                    new InternalLatentMap.Of("", 0, WINDOW, size),
                    List.of(),
                    InternalLatentMap.Uncounted.NONE,
                    null);
        }
        Map<Integer, Map<String, Long>> clusters = new TreeMap<>();
        Map<Integer, Long> counts = new TreeMap<>();
        for (Doc doc : docs) {
            counts.merge(doc.cell, 1L, Long::sum);
            Map<String, Long> of = clusters.computeIfAbsent(doc.cell, cell -> new HashMap<>());
            if (doc.cluster != null) {
                of.merge(doc.cluster, 1L, Long::sum);
            }
        }
        List<MapCell> cells = new ArrayList<>();
        counts.forEach((cell, count) -> {
            if (cell >= 0) {
                InternalAggregations below =
                        InternalAggregations.from(List.of(new InternalSum("sum", count, DocValueFormat.RAW, null)));
                cells.add(new MapCell(WINDOW, cell, count, ClusterTally.of(clusters.get(cell)), below));
            }
        });
        return new InternalLatentMap(
                "map",
                new InternalLatentMap.Of("news", 4, WINDOW, size),
                cells,
                new InternalLatentMap.Uncounted(counts.getOrDefault(-2, 0L), counts.getOrDefault(-1, 0L), 0),
                null);
    }

    private InternalLatentMap copy(InternalAggregation map) {
        try {
            return copyWriteable((InternalLatentMap) map, registry, InternalLatentMap::new);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static InternalLatentMap reduce(List<InternalAggregation> parts, boolean last) {
        return (InternalLatentMap) parts.get(0)
                .reduce(
                        parts,
                        last
                                ? InternalAggregation.ReduceContext.forFinalReduction(
                                        null, null, count -> {}, PipelineTree.EMPTY)
                                : InternalAggregation.ReduceContext.forPartialReduction(
                                        null, null, () -> PipelineTree.EMPTY));
    }

    private static List<Doc> docs() {
        List<Doc> docs = new ArrayList<>();
        int count = between(0, 150);
        for (int i = 0; i < count; i++) {
            docs.add(new Doc(between(-2, 15), rarely() ? null : randomFrom(KEYS)));
        }
        return docs;
    }

    public void testAnyReductionGivesTheSameAsOneShard() {
        for (int round = 0; round < 50; round++) {
            int size = between(1, 20);
            List<Doc> docs = docs();
            List<InternalAggregation> parts = new ArrayList<>();
            int from = 0;
            while (from < docs.size() || parts.isEmpty()) {
                int to = Math.min(docs.size(), from + between(0, 60));
                parts.add(shard(size, docs.subList(from, to)));
                from = to;
            }
            List<InternalAggregation> merged = new ArrayList<>(parts);
            if (parts.size() > 2 && randomBoolean()) {
                merged = new ArrayList<>(parts.subList(2, parts.size()));
                merged.add(copy(reduce(List.of(parts.get(0), parts.get(1)), false)));
            }
            InternalLatentMap one = reduce(List.of(shard(size, docs)), true);
            InternalLatentMap many = reduce(
                    merged.stream()
                            .map(this::copy)
                            .map(each -> (InternalAggregation) each)
                            .toList(),
                    true);
            assertEquals(one.getBuckets(), many.getBuckets());
            assertEquals(one.unplaced(), many.unplaced());
            assertEquals(one.outside(), many.outside());
            assertEquals(one.other(), many.other());
            assertEquals(many, copy(many));
            assertEquals(many.hashCode(), copy(many).hashCode());
            long shown =
                    many.getBuckets().stream().mapToLong(MapCell::getDocCount).sum();
            assertEquals(docs.size(), shown + many.unplaced() + many.outside() + many.other());
        }
    }

    public void testTheClusterOfACellIsThatOfMostDocuments() {
        List<Doc> docs = List.of(
                new Doc(5, "c10"),
                new Doc(5, "c2"),
                new Doc(5, "c2"),
                new Doc(5, null),
                new Doc(6, "c10"),
                new Doc(6, "c2"),
                new Doc(7, null));
        InternalLatentMap map = reduce(List.of(shard(10, docs.subList(0, 3)), shard(10, docs.subList(3, 7))), true);
        assertEquals(
                Arrays.asList("c2", "c2", null),
                map.getBuckets().stream().map(MapCell::cluster).toList());
        assertEquals(.5, map.getBuckets().get(0).share(), 0);
        assertEquals(.5, map.getBuckets().get(1).share(), 0);
        assertEquals(0, map.getBuckets().get(2).share(), 0);
    }

    public void testResponse() throws IOException {
        InternalLatentMap map = reduce(
                List.of(shard(1, List.of(new Doc(5, "c2"), new Doc(5, "c2"), new Doc(-1, "c1"), new Doc(0, "c1")))),
                true);
        String json = XContentHelper.toXContent(map, MediaTypeRegistry.JSON, ToXContent.EMPTY_PARAMS, false)
                .utf8ToString();
        assertEquals(
                "{\"map\":{\"model\":\"news\",\"generation\":4,\"bounds\":{\"x\":[-1.0,1.0],\"y\":[-1.0,1.0]},"
                        + "\"cell\":{\"x\":0.5,\"y\":0.5},\"unplaced_doc_count\":0,\"outside_doc_count\":1,"
                        + "\"sum_other_doc_count\":1,\"cells\":[{\"x\":-0.25,\"y\":-0.25,\"doc_count\":2,"
                        + "\"cluster\":\"c2\",\"share\":1.0,\"sum\":{\"value\":2.0}}]}}",
                json);
    }

    public void testMapsOfTwoModels() {
        InternalLatentMap mail = new InternalLatentMap(
                "map",
                new InternalLatentMap.Of("mail", 4, WINDOW, 10),
                List.of(),
                InternalLatentMap.Uncounted.NONE,
                null);
        IllegalArgumentException e = expectThrows(
                IllegalArgumentException.class,
                () -> reduce(List.of(shard(10, List.of(new Doc(1, "c1"))), mail), true));
        assertThat(e.getMessage(), containsString("belongs to different models [news, mail]"));
    }
}
