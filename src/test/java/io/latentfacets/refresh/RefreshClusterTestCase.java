/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.training.TrainingTestPlugin;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.test.transport.MockTransportService;

/** A cluster whose nodes the tests start, with schedules and real trainings, and what its tests ask the most. */
abstract class RefreshClusterTestCase extends OpenSearchIntegTestCase {

    static final String MODEL = "m";

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return List.of(
                TrainingTestPlugin.class,
                RefreshTestPlugin.class,
                ReindexModulePlugin.class,
                MockTransportService.TestPlugin.class);
    }

    static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(120_000);
    }

    static RefreshService schedules() {
        return internalCluster()
                .getInstance(RefreshService.class, internalCluster().getClusterManagerName());
    }

    static ModelStore store() {
        return schedules().context().store();
    }

    static StoredModel model() {
        return await(l -> store().get(MODEL, l));
    }

    static RefreshStatus status() {
        return client().execute(GetRefreshAction.INSTANCE, new ModelNameRequest(MODEL))
                .actionGet(60_000)
                .status();
    }
}
