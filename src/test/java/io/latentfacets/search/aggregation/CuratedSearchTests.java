/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.Curation;
import io.latentfacets.cluster.CurationFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.search.LatentSearchTestPlugin;
import java.util.Set;
import java.util.TreeSet;

/** The same searches after people have merged and split clusters: counts, filters, parents, floors, labels. */
public class CuratedSearchTests extends ClusterTreeSearchTests {

    @Override
    Curation curation(Generation learned) {
        return CurationFixtures.random(learned.clusters(), learned.encoder().toString(), random());
    }

    @Override
    public void testWithoutFloorsEveryDocumentIsSimilarEnough() {
        // splits make parents, which this test expects not to be there
        assertFalse(generation.curation().isNone());
    }

    public void testAChangeIsSeenByTheNextSearch() {
        Set<String> before = new TreeSet<>(counts(topics(ALL, "")).keySet());
        Generation learned = LatentSearchTestPlugin.generations.loaded("news", 1);
        LatentSearchTestPlugin.generations.edit("news", ClusterEdits.NONE);
        generation = learned;
        assertEquals(expected(null, false, 0), counts(topics(ALL, "")));
        assertNotEquals(before, counts(topics(ALL, "")).keySet());
        Curation merged = Curation.NONE.merged(learned.clusters().keys().subList(0, 2), "Both");
        LatentSearchTestPlugin.generations.edit("news", ClusterEdits.NONE.with(merged));
        generation = learned.curated(merged);
        assertEquals(expected(null, false, 0), counts(topics(ALL, "")));
        // the key of a part finds what counts for it
        String part = learned.clusters().keys().get(1);
        assertEquals(hits(learned.clusters().keys().get(0), ""), hits(part, ""));
        assertEquals(
                "Both",
                topics(ALL, "").getBuckets().stream()
                        .filter(bucket ->
                                bucket.getKey().equals(learned.clusters().keys().get(0)))
                        .findFirst()
                        .orElseThrow()
                        .label());
    }
}
