/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import static org.hamcrest.Matchers.equalTo;

import java.util.List;
import org.opensearch.Version;
import org.opensearch.cluster.DataStreamTestHelper;
import org.opensearch.cluster.metadata.AliasMetadata;
import org.opensearch.cluster.metadata.DataStream;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.test.OpenSearchTestCase;

/** Which indices a model is bound to, by names, wildcards, aliases and data streams. */
public class BoundTests extends OpenSearchTestCase {

    private static IndexMetadata index(String name, String... aliases) {
        IndexMetadata.Builder index = IndexMetadata.builder(name)
                .settings(settings(Version.CURRENT))
                .numberOfShards(1)
                .numberOfReplicas(0);
        for (String alias : aliases) {
            index.putAlias(AliasMetadata.builder(alias));
        }
        return index.build();
    }

    private static boolean covers(IndexMetadata index, String... patterns) {
        Metadata metadata = Metadata.builder().put(index, false).build();
        return new Bound(List.of(patterns)).covers(index, metadata);
    }

    public void testNames() {
        assertTrue(covers(index("news"), "news"));
        assertTrue(covers(index("news-2"), "mail", "news-*"));
        assertTrue(covers(index("news"), "_all"));
        assertFalse(covers(index("alice"), "news-*", "news"));
        assertFalse("nothing is bound unless somebody has bound it", covers(index("news")));
    }

    public void testAMinusTakesOutWhatStandsBeforeIt() {
        assertFalse(covers(index("news-old"), "news-*", "-news-old"));
        assertTrue(covers(index("news-new"), "news-*", "-news-old"));
        assertTrue("somebody bound it later", covers(index("news-old"), "news-*", "-news-old", "news-old"));
    }

    public void testAnAliasBindsByItsFullNameOnly() {
        assertTrue(covers(index("a", "news"), "news"));
        // whoever may change an index could give it any alias
        assertFalse(covers(index("a", "news-alice"), "news-*"));
        assertTrue("a name that is taken out by its alias", covers(index("news-1", "old"), "news-*"));
        assertFalse(covers(index("news-1", "old"), "news-*", "-old"));
    }

    public void testADataStreamBindsItsBackingIndices() {
        IndexMetadata backing =
                DataStreamTestHelper.createFirstBackingIndex("news-stream").build();
        DataStream stream = new DataStream(
                "news-stream", DataStreamTestHelper.createTimestampField("@timestamp"), List.of(backing.getIndex()));
        Metadata metadata = Metadata.builder().put(backing, false).put(stream).build();
        assertTrue(new Bound(List.of("news-stream")).covers(backing, metadata));
        assertTrue(new Bound(List.of("news-*")).covers(backing, metadata));
        assertFalse(new Bound(List.of("mail-*")).covers(backing, metadata));
    }

    public void testJson() {
        Bound bound = new Bound(List.of("news-*", "<mail-{now/d}>", "-a,b\"c"));
        assertThat(Bound.fromJson(bound.toJson()), equalTo(bound));
        assertThat(
                bound.with(List.of("x", "news-*")).patterns(),
                equalTo(List.of("news-*", "<mail-{now/d}>", "-a,b\"c", "x")));
    }
}
