/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.InMemoryGenerations;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/**
 * Starts a node per test, with the plugin's fields and searches and models in memory. Concurrent slices are on or off
 * at random.
 */
public abstract class LatentNodeTestCase extends OpenSearchSingleNodeTestCase {

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return List.of(LatentSearchTestPlugin.class);
    }

    @Override
    protected boolean resetNodeAfterTest() {
        return true;
    }

    @Override
    protected Settings nodeSettings() {
        return Settings.builder()
                .put("search.concurrent_segment_search.mode", randomFrom("all", "none"))
                .build();
    }

    @Override
    public void setUp() throws Exception {
        // before the node starts, because its plugin reads this field
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        super.setUp();
    }

    /** The models of the node. */
    protected static InMemoryGenerations generations() {
        return LatentSearchTestPlugin.generations;
    }

    /**
     * Creates the index {@code news} with random latents of generation 1 of the model {@code news}. Each document also
     * has its {@code number} and a {@code tag}: red, blue, red, …
     *
     * @param shards the number of shards
     * @param documents the number of documents
     * @param segment the number of documents between two refreshes, which end a segment
     * @param dims the dimensions of the latents
     */
    protected final void indexNews(int shards, int documents, int segment, int dims) {
        client().admin()
                .indices()
                .prepareCreate("news")
                .setSettings(Settings.builder().put("number_of_shards", shards).put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"tag\":{\"type\":\"keyword\"},\"number\":{\"type\":\"integer\"}}}")
                .get();
        for (int i = 0; i < documents; i++) {
            String vector = LatentFixtures.base64(LatentFixtures.latent(dims, random()));
            Map<String, Object> latent = Map.of(
                    "generation", 1, "encoder", generations().encoder("news", 1).toString(), "vector", vector);
            client().prepareIndex("news")
                    .setSource("latent", latent, "number", i, "tag", i % 2 == 0 ? "red" : "blue")
                    .get();
            if (i % segment == segment - 1) {
                client().admin().indices().prepareRefresh("news").get();
            }
        }
    }
}
