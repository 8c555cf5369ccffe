/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.IndexService;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/**
 * When the warmer may acquire a shard's searcher: core counts that as a search, which keeps the shard from going idle.
 */
public class WarmShardTests extends OpenSearchSingleNodeTestCase {
    private static final ColumnDemand.Wanted WANTED = new ColumnDemand.Wanted("latent", "news", ColumnKind.CLUSTERS);

    private final Generation first = LatentFixtures.generation("news", 1, 4, 3, random());
    private final List<WarmShard.Target> old = List.of(new WarmShard.Target(WANTED, first));
    private final List<WarmShard.Target> next =
            List.of(new WarmShard.Target(WANTED, LatentFixtures.recluster(first, 2, List.of("c1"), random())));

    private IndexShard shard(String key, String value) {
        IndexService index =
                createIndex("news", Settings.builder().put(key, value).build());
        index("1");
        client().admin().indices().prepareRefresh("news").get();
        return index.getShard(0);
    }

    private void index(String id) {
        client().prepareIndex("news")
                .setId(id)
                .setSource("{}", XContentType.JSON)
                .get();
    }

    private static boolean due(WarmShard shard, List<WarmShard.Target> targets) {
        return shard.due(targets, shard.refreshes());
    }

    public void testRefreshAndGeneration() {
        IndexShard shard = shard("index.search.idle.after", "1h");
        WarmShard warm = new WarmShard(shard);
        shard.acquireSearcher("test").close();
        assertTrue(due(warm, old));
        warm.succeeded(old, warm.refreshes());
        assertFalse(due(warm, old));
        assertTrue("another generation", due(warm, next));
        index("2");
        client().admin().indices().prepareRefresh("news").get();
        assertTrue("a refresh", due(warm, old));
        warm.succeeded(old, warm.refreshes());
        assertFalse(due(warm, old));
    }

    public void testIdleShardIsNotWokenByRefreshes() {
        IndexShard shard = shard("index.search.idle.after", "0s");
        assertTrue(shard.isSearchIdle());
        WarmShard warm = new WarmShard(shard);
        warm.succeeded(old, warm.refreshes());
        client().admin().indices().prepareRefresh("news").get();
        assertFalse("a refresh", due(warm, old));
        assertTrue("another generation, and no document waits", due(warm, next));
        index("2");
        assertFalse(shard.scheduledRefresh());
        assertTrue(shard.hasRefreshPending());
        assertFalse("a document waits for a search", due(warm, next));
    }

    public void testShardThatIsRefreshedInAnyCase() {
        IndexShard shard = shard("index.refresh_interval", "5s");
        WarmShard warm = new WarmShard(shard);
        warm.succeeded(old, warm.refreshes());
        assertFalse(due(warm, old));
        client().admin().indices().prepareRefresh("news").get();
        assertTrue(due(warm, old));
    }

    public void testBackOff() {
        WarmShard warm = new WarmShard(shard("index.refresh_interval", "5s"));
        assertFalse(warm.backsOff());
        assertTrue(warm.request(WANTED));
        assertEquals(Set.of(WANTED), warm.wants());
        assertTrue("the first", warm.failed());
        assertFalse("only the first", warm.failed());
        assertTrue(warm.backsOff());
        assertFalse("nobody is called", warm.request(WANTED));
        assertTrue("but it is remembered", warm.takeRequest());
        assertFalse(warm.takeRequest());
        warm.succeeded(old, warm.refreshes());
        assertTrue("anew", warm.failed());
    }

    /** A search asks while the warmer looks: the warmer sees the request now or when it looks next. */
    public void testNoRequestIsLostWhileTheWarmerLooks() throws InterruptedException {
        WarmShard warm = new WarmShard(shard("index.refresh_interval", "5s"));
        int requests = 100_000;
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AtomicBoolean lost = new AtomicBoolean();
        Thread warmer = new Thread(() -> {
            while (taken.get() < requests && !lost.get()) {
                boolean waiting = asked.get() > taken.get();
                if (warm.takeRequest()) {
                    taken.incrementAndGet();
                } else {
                    lost.set(lost.get() || waiting);
                }
            }
        });
        warmer.start();
        while (asked.get() < requests && !lost.get()) {
            if (asked.get() == taken.get()) {
                warm.request(WANTED);
                asked.incrementAndGet();
            } else {
                Thread.onSpinWait();
            }
        }
        warmer.join();
        assertFalse("after " + taken, lost.get());
    }
}
