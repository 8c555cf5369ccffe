/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.model.Bound;
import java.util.List;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.AliasMetadata;
import org.opensearch.cluster.metadata.ComponentTemplate;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.test.OpenSearchTestCase;

/** What ingest knows of indices from the cluster state. */
public class WriteIndicesTests extends OpenSearchTestCase {

    private static final String ENCODES =
            "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\",\"encode\":true},"
                    + "\"numbers\":{\"type\":\"knn_vector\",\"dimension\":16}}}";
    private static final String PLAIN = "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"}}}";

    private final WriteIndices indices = new WriteIndices();

    private static IndexMetadata index(String name, String mapping) throws Exception {
        return IndexMetadata.builder(name)
                .settings(settings(Version.CURRENT)
                        .put("index.number_of_shards", 1)
                        .put("index.number_of_replicas", 0))
                .putMapping(mapping)
                .putAlias(AliasMetadata.builder(name + "-alias"))
                .build();
    }

    private void apply(Metadata.Builder metadata) {
        ClusterState state =
                ClusterState.builder(ClusterName.DEFAULT).metadata(metadata).build();
        indices.applyClusterState(new ClusterChangedEvent("test", state, ClusterState.EMPTY_STATE));
    }

    public void testKnowsTheIndicesWhoseMappingsEncode() throws Exception {
        assertFalse(indices.anyEncoded());
        apply(Metadata.builder().put(index("plain", PLAIN), false));
        assertFalse(indices.anyEncoded());
        IndexMetadata mapped = index("mapped", ENCODES);
        apply(Metadata.builder().put(index("plain", PLAIN), false).put(mapped, false));
        assertTrue(indices.anyEncoded());
        assertTrue(indices.encodes("mapped", "news", "latent"));
        assertTrue(indices.encodes("mapped-alias", "news", "latent"));
        assertFalse(indices.encodes("mapped", "other", "latent"));
        assertFalse(indices.encodes("mapped", "news", "other"));
        assertFalse(indices.encodes("plain", "news", "latent"));
        assertFalse(indices.encodes("missing", "news", "latent"));
        apply(Metadata.builder().put(mapped, false));
        assertTrue("the mapping is as before", indices.encodes("mapped", "news", "latent"));
        apply(Metadata.builder().put(IndexMetadata.builder(mapped).putMapping(PLAIN)));
        assertFalse(indices.anyEncoded());
    }

    public void testATemplateMayMakeAnIndexThatEncodes() throws Exception {
        Template template = new Template(null, new CompressedXContent(ENCODES), null);
        apply(Metadata.builder().put("part", new ComponentTemplate(template, null, null)));
        assertTrue(indices.anyEncoded());
        apply(Metadata.builder());
        assertFalse(indices.anyEncoded());
    }

    public void testABindingIsToTheIndexBehindAName() throws Exception {
        apply(Metadata.builder().put(index("mapped", ENCODES), false));
        assertTrue(indices.bound("mapped-alias", new Bound(List.of("mapped"))));
        assertTrue(indices.bound("mapped", new Bound(List.of("mapped-alias"))));
        assertFalse("a wildcard stands for no alias", indices.bound("mapped", new Bound(List.of("*-alias"))));
        assertTrue("an index to come", indices.bound("next-1", new Bound(List.of("next-*"))));
        assertFalse(indices.bound("next-1", new Bound(List.of("next-*", "-next-1"))));
        assertFalse(indices.bound("mapped", Bound.NONE));
    }

    public void testReadsTheDimensionOfAField() throws Exception {
        apply(Metadata.builder().put(index("mapped", ENCODES), false));
        assertThat(indices.dimension("mapped-alias", "numbers"), equalTo(16));
        assertThat(indices.dimension("mapped", "latent"), equalTo(0));
        assertThat(indices.dimension("mapped", "none"), equalTo(0));
        assertThat(indices.dimension("missing", "numbers"), equalTo(0));
    }
}
