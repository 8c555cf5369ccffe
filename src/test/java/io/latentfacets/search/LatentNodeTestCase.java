/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.model.InMemoryGenerations;
import java.util.Collection;
import java.util.List;
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
}
