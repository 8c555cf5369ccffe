/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ColumnFixtures;
import io.latentfacets.field.column.ColumnWarmer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.threadpool.ThreadPool;

/** The columns serve all users, so the warmer works with the identity of none. */
public class WarmerIdentityTests extends LatentNodeTestCase {
    private static final String HEADER = "x-caller";

    @Override
    protected Settings nodeSettings() {
        // only searches wake the warmer
        return Settings.builder().put(ColumnWarmer.INTERVAL.getKey(), "-1").build();
    }

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.how = ColumnFixtures.Columns.LARGE_AND_WARMED;
        super.setUp();
    }

    @Override
    public void tearDown() throws Exception {
        LatentSearchTestPlugin.asked = () -> {};
        super.tearDown();
    }

    public void testTheSearchThatWakesTheWarmerDoesNotLendItsIdentity() throws Exception {
        generations().put(LatentFixtures.generation("news", 1, 8, 5, random())).activate("news", 1);
        indexNews(1, 40, 20, 8);
        ThreadContext context = getInstanceFromNode(ThreadPool.class).getThreadContext();
        List<String> searching = new CopyOnWriteArrayList<>();
        List<Set<String>> warming = new CopyOnWriteArrayList<>();
        LatentSearchTestPlugin.asked = () -> {
            if (Thread.currentThread().getName().contains("[" + ThreadPool.Names.WARMER + "]")) {
                warming.add(context.getHeaders().keySet());
            } else {
                searching.add(String.valueOf(context.getHeader(HEADER)));
            }
        };
        String request = "{\"size\":0,\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\"},"
                + "\"aggs\":{\"last\":{\"max\":{\"field\":\"number\"}}}}}}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                request)) {
            client().filterWithHeader(Map.of(HEADER, "ann"))
                    .search(new SearchRequest("news").source(SearchSourceBuilder.fromXContent(parser)))
                    .actionGet();
        }
        assertBusy(() -> assertThat(warming, not(empty())));
        assertTrue("the search has an identity to lend", searching.contains("ann"));
        assertThat(Set.copyOf(warming), equalTo(Set.of(Set.of())));
    }
}
