/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.Pin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentHelper;
import org.opensearch.search.DocValueFormat;
import org.opensearch.search.SearchModule;
import org.opensearch.search.aggregations.BucketOrder;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.metrics.InternalSum;
import org.opensearch.search.aggregations.pipeline.PipelineAggregator.PipelineTree;
import org.opensearch.test.OpenSearchTestCase;

public class InternalLatentClustersTests extends OpenSearchTestCase {
    private final NamedWriteableRegistry registry = new NamedWriteableRegistry(
            new SearchModule(Settings.EMPTY, List.of(new LatentSearchTestPlugin())).getNamedWriteables());
    private final Generation generation = LatentFixtures.generation("news", 4, 3, 12, random());
    private final Pin pin = new Pin("news", 4, Coverage.ALL, ClusterEdits.NONE);

    private static FacetOptions options(int size, long minDocCount, BucketOrder order) {
        return options(size, 3, minDocCount, List.of(), order);
    }

    private static FacetOptions options(
            int size, int terms, long minDocCount, List<String> excluded, BucketOrder order) {
        return new FacetOptions(
                Scope.CORPUS,
                size,
                terms,
                minDocCount,
                MinSimilarity.NONE,
                excluded,
                order,
                Level.CLUSTERS,
                0,
                1000,
                null);
    }

    /**
     * The result of one shard. The sub-aggregation of a bucket sums one number per document.
     *
     * @param docs the cluster ordinal of each document, −1 for none
     */
    private InternalLatentClusters shard(FacetOptions options, int[] docs) {
        if (docs.length == 0 && randomBoolean()) {
            return shard(Pin.NONE, options, List.of(), 0);
        }
        long[] counts = new long[12];
        double[] sums = new double[12];
        long unassigned = 0;
        for (int i = 0; i < docs.length; i++) {
            if (docs[i] < 0) {
                unassigned++;
            } else {
                counts[docs[i]]++;
                sums[docs[i]] += docs[i] * 2;
            }
        }
        ClusterNames names = new ClusterNames(options, ClusterEdits.NONE);
        List<ClusterBucket> buckets = new ArrayList<>();
        for (int c = 0; c < 12; c++) {
            if (counts[c] > 0) {
                ClusterInfo info = generation.clusters().infos().get(c);
                buckets.add(new ClusterBucket(
                        info,
                        c % 3 == 0 ? null : "p" + c % 3,
                        names.of(info),
                        counts[c],
                        InternalAggregations.from(List.of(new InternalSum("sum", sums[c], DocValueFormat.RAW, null)))));
            }
        }
        return shard(pin, options, buckets, unassigned);
    }

    private static InternalLatentClusters shard(
            Pin pin, FacetOptions options, List<ClusterBucket> buckets, long unassigned) {
        return InternalLatentClusters.ofShard(
                "topics",
                InternalLatentClusters.Asked.of(pin, options),
                buckets,
                new InternalLatentClusters.Uncounted(unassigned, 0, 0, Map.of()),
                null,
                null);
    }

    private InternalLatentClusters copy(InternalAggregation aggregation) {
        try (BytesStreamOutput out = new BytesStreamOutput()) {
            out.writeNamedWriteable(aggregation);
            try (StreamInput in = new NamedWriteableAwareStreamInput(out.bytes().streamInput(), registry)) {
                return (InternalLatentClusters) in.readNamedWriteable(InternalAggregation.class);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static InternalAggregation.ReduceContext context(boolean last) {
        return last
                ? InternalAggregation.ReduceContext.forFinalReduction(null, null, count -> {}, PipelineTree.EMPTY)
                : InternalAggregation.ReduceContext.forPartialReduction(null, null, () -> PipelineTree.EMPTY);
    }

    private static InternalLatentClusters reduce(List<InternalAggregation> parts, boolean last) {
        return (InternalLatentClusters) parts.get(0).reduce(parts, context(last));
    }

    public void testAnyReductionGivesTheSameAsOneShard() {
        for (int round = 0; round < 50; round++) {
            BucketOrder order = randomFrom(
                    BucketOrder.compound(BucketOrder.count(false)),
                    BucketOrder.key(false),
                    BucketOrder.compound(BucketOrder.aggregation("sum", false)));
            FacetOptions options = options(between(1, 14), between(0, 5), order);
            int[] docs = new int[between(0, 200)];
            for (int i = 0; i < docs.length; i++) {
                docs[i] = between(-1, 11);
            }
            List<InternalAggregation> parts = new ArrayList<>();
            int from = 0;
            while (from < docs.length || parts.isEmpty()) {
                int to = Math.min(docs.length, from + between(0, 60));
                parts.add(shard(options, Arrays.copyOfRange(docs, from, to)));
                from = to;
            }
            Collections.shuffle(parts, random());
            while (parts.size() > 1) {
                int take = between(2, parts.size());
                List<InternalAggregation> some = new ArrayList<>(parts.subList(0, take));
                parts.subList(0, take).clear();
                parts.add(copy(reduce(some, false)));
            }
            InternalLatentClusters got = reduce(parts, true);
            InternalLatentClusters expected = reduce(List.of(shard(options, docs)), true);
            assertThat(got.getBuckets(), equalTo(expected.getBuckets()));
            assertEquals(expected.unassigned(), got.unassigned());
            assertEquals(expected.other(), got.other());
            long all = got.unassigned() + got.other();
            for (ClusterBucket bucket : got.getBuckets()) {
                all += bucket.getDocCount();
                assertTrue(bucket.getDocCount() >= options.minDocCount());
                assertEquals((double) bucket.getDocCount() / docs.length, bucket.share(), 1e-12);
                double among = (double) bucket.getDocCount() / (docs.length - got.unassigned());
                assertEquals(among * 12, bucket.lift(), 1e-9);
            }
            assertEquals(docs.length, all);
            assertTrue(got.getBuckets().size() <= options.size());
            if (docs.length > 0) {
                assertEquals(4, got.generation());
            }
            assertEquals(got, copy(got));
            assertEquals(got.hashCode(), copy(got).hashCode());
        }
    }

    public void testBrute() {
        FacetOptions options = options(2, 1, BucketOrder.compound(BucketOrder.count(false)));
        InternalLatentClusters got = reduce(
                List.of(shard(options, new int[] {0, 0, 1, -1}), shard(options, new int[] {1, 1, 2, -1, 3})), true);
        Map<String, Long> counts = new TreeMap<>();
        got.getBuckets().forEach(bucket -> counts.put(bucket.getKey(), bucket.getDocCount()));
        assertEquals(Map.of("c1", 2L, "c2", 3L), counts);
        assertEquals("c2", got.getBuckets().get(0).getKey());
        assertEquals(2, got.unassigned());
        assertEquals(2, got.other());
        assertEquals(3.0 / 9, got.getBuckets().get(0).share(), 0);
        InternalSum sum = got.getBuckets().get(0).getAggregations().get("sum");
        assertEquals(6, sum.getValue(), 0);
    }

    public void testModelsAreNotMixed() {
        FacetOptions options = options(10, 1, BucketOrder.key(true));
        InternalLatentClusters news = shard(options, new int[] {0, 1});
        InternalLatentClusters mail = shard(new Pin("mail", 1, Coverage.ALL, ClusterEdits.NONE), options, List.of(), 3);
        InternalLatentClusters unmapped = shard(Pin.NONE, options, List.of(), 0);
        assertEquals(
                "mail",
                reduce(List.of(unmapped, mail, unmapped), randomBoolean()).model());
        IllegalArgumentException e = expectThrows(
                IllegalArgumentException.class, () -> reduce(List.of(unmapped, news, mail), randomBoolean()));
        assertThat(e.getMessage(), containsString("belongs to different models [news, mail]"));
    }

    public void testPipelinesAndPropertiesKeepTheRest() {
        FacetOptions options = options(10, 1, BucketOrder.key(true));
        InternalLatentClusters got = reduce(List.of(shard(options, new int[] {0, 0, 1, 5, -1})), true);
        assertEquals(1L, got.create(got.getBuckets().subList(0, 1)).unassigned());
        assertArrayEquals(new Object[] {"c1", "c2", "c6"}, (Object[]) got.getProperty(List.of("_key")));
        assertArrayEquals(new Object[] {2L, 1L, 1L}, (Object[]) got.getProperty(List.of("_count")));
        assertEquals(10.0, got.getProperty(List.of("'c6'", "sum", "value")));
    }

    public void testJson() throws IOException {
        FacetOptions options = options(1, 1, BucketOrder.compound(BucketOrder.count(false)));
        InternalLatentClusters got = reduce(List.of(shard(options, new int[] {2, 2, 2, 1, -1, -1})), true);
        assertEquals(
                "{\"topics\":{\"model\":\"news\",\"generation\":4,\"scope\":\"corpus\",\"unassigned_doc_count\":2,"
                        + "\"sum_other_doc_count\":1,\"buckets\":[{\"key\":\"c3\",\"label\":\"c3-0, c3-1, c3-2\",\"parent\":\"p2\","
                        + "\"terms\":[{\"term\":\"c3-0\",\"weight\":0.5},{\"term\":\"c3-1\",\"weight\":0.33333334},"
                        + "{\"term\":\"c3-2\",\"weight\":0.25}],\"doc_count\":3,\"share\":0.5,\"lift\":9.0,"
                        + "\"x\":0.5,\"y\":-0.5,\"sum\":{\"value\":12.0}}]}}",
                XContentHelper.toXContent(got, MediaTypeRegistry.JSON, ToXContent.EMPTY_PARAMS, false)
                        .utf8ToString());
    }

    public void testNames() {
        ClusterInfo info = generation.clusters().infos().get(1);
        ClusterNames all = new ClusterNames(options(1, 1, BucketOrder.key(true)), ClusterEdits.NONE);
        assertEquals("c2-0, c2-1, c2-2", all.of(info).label());
        assertEquals(3, all.of(info).terms().size());
        FacetOptions without = options(1, 30, 1, List.of("C2-[02]", "c3-1"), BucketOrder.key(true));
        ClusterNames some = new ClusterNames(without, ClusterEdits.NONE);
        assertEquals("c2-1, c2-3, c2-4", some.of(info).label());
        assertEquals(10, some.of(info).terms().size());
        FacetOptions nothing = options(1, 30, 1, List.of("c2-.*"), BucketOrder.key(true));
        assertEquals("c2", new ClusterNames(nothing, ClusterEdits.NONE).of(info).label());
        ClusterInfo phrase = new ClusterInfo("c2", "oil prices", info.terms(), 9, .5, 0, 0, List.of());
        assertEquals("oil prices", all.of(phrase).label());
        assertEquals("no excluded word is in it", "oil prices", some.of(phrase).label());
        assertEquals("c2-1", some.of(phrase).terms().get(0).term());
        FacetOptions oil = options(1, 30, 1, List.of("oil"), BucketOrder.key(true));
        assertEquals(
                "c2-0, c2-1, c2-2",
                new ClusterNames(oil, ClusterEdits.NONE).of(phrase).label());
        ClusterInfo second = new ClusterInfo("c2", info.label() + " (c2)", info.terms(), 9, .5, 0, 0, List.of());
        assertEquals("c2-1, c2-3, c2-4", some.of(second).label());
        ClusterEdits edits = new ClusterEdits(
                Map.of("c2", new ClusterEdits.Edit("Oil & energy", false), "c3", new ClusterEdits.Edit(null, true)));
        ClusterNames edited = new ClusterNames(without, edits);
        assertEquals("Oil & energy", edited.of(info).label());
        assertFalse(edited.hidden(info));
        assertTrue(edited.hidden(generation.clusters().infos().get(2)));
    }
}
