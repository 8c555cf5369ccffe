/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.encode.EncodeAction;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.generations.CountLatentsAction;
import io.latentfacets.generations.DeleteGenerationAction;
import io.latentfacets.generations.GetGenerationAction;
import io.latentfacets.generations.RestGenerationsAction;
import io.latentfacets.generations.Retention;
import io.latentfacets.generations.TransportCountLatentsAction;
import io.latentfacets.generations.TransportDeleteGenerationAction;
import io.latentfacets.generations.TransportGetGenerationAction;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.model.store.TaskAliveAction;
import io.latentfacets.model.store.TransportTaskAliveAction;
import io.latentfacets.model.store.TransportUpdatePointerAction;
import io.latentfacets.model.store.UpdatePointerAction;
import io.latentfacets.refresh.RefreshService;
import io.latentfacets.refresh.RestRefreshAction;
import io.latentfacets.stats.LatentStatsAction;
import io.latentfacets.stats.NodeStatsReader;
import io.latentfacets.stats.RestLatentStatsAction;
import io.latentfacets.stats.TransportLatentStatsAction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.opensearch.action.ActionRequest;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.plugins.ActionPlugin.ActionHandler;
import org.opensearch.rest.RestHandler;

/** The components and actions of models and statistics, for a test's plugin. */
final class ModelActionsParts {

    private ModelActionsParts() {}

    static DefinitionChecks checks(Presets presets) {
        return new DefinitionChecks(presets, name -> {
            if (name.equals("english")) {
                return new StandardAnalyzer();
            }
            throw new IllegalArgumentException("failed to find analyzer [" + name + "]");
        });
    }

    static Collection<Object> components(
            ModelTestPlugin.Parts parts,
            DefinitionChecks checks,
            SourceAccess access,
            RefreshService schedules,
            ThreadContext threadContext,
            Path cache) {
        InferenceEngine engine = new InferenceEngine(cache, 1);
        return List.of(
                parts,
                parts.store,
                new Retention(parts.store, parts.client, parts.clusterService),
                parts.registry,
                access,
                schedules,
                new Definitions(parts.store, parts.registry, checks, access, schedules, threadContext),
                engine,
                new EncoderService(parts.encoder, name -> new StandardAnalyzer(), parts.registry, parts.breaker),
                new SentenceRanker(
                        new EncoderService(
                                EngineEncoder.on(engine),
                                name -> new StandardAnalyzer(),
                                parts.registry,
                                parts.breaker),
                        OpenSearchExecutors.newDirectExecutorService()),
                new NodeStatsReader(
                        parts.stats,
                        engine,
                        parts.breaker,
                        new NodeStatsReader.Memory(() -> 0, () -> 8L << 30),
                        () -> 0,
                        parts.registry::anyLoadError));
    }

    static List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions() {
        List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions =
                new ArrayList<>(RefreshService.actions());
        actions.addAll(List.of(
                new ActionHandler<>(UpdatePointerAction.INSTANCE, TransportUpdatePointerAction.class),
                new ActionHandler<>(TaskAliveAction.INSTANCE, TransportTaskAliveAction.class),
                new ActionHandler<>(PutModelAction.INSTANCE, TransportPutModelAction.class),
                new ActionHandler<>(GetModelsAction.INSTANCE, TransportGetModelsAction.class),
                new ActionHandler<>(DeleteModelAction.INSTANCE, TransportDeleteModelAction.class),
                new ActionHandler<>(ActivateModelAction.INSTANCE, TransportActivateModelAction.class),
                new ActionHandler<>(GetGenerationAction.INSTANCE, TransportGetGenerationAction.class),
                new ActionHandler<>(DeleteGenerationAction.INSTANCE, TransportDeleteGenerationAction.class),
                new ActionHandler<>(CountLatentsAction.INSTANCE, TransportCountLatentsAction.class),
                new ActionHandler<>(ExportModelAction.INSTANCE, TransportExportModelAction.class),
                new ActionHandler<>(ImportModelAction.INSTANCE, TransportImportModelAction.class),
                new ActionHandler<>(EncodeAction.INSTANCE, TransportEncodeAction.class),
                new ActionHandler<>(GetClustersAction.INSTANCE, TransportGetClustersAction.class),
                new ActionHandler<>(EditClusterAction.INSTANCE, TransportEditClusterAction.class),
                new ActionHandler<>(LatentStatsAction.INSTANCE, TransportLatentStatsAction.class)));
        return actions;
    }

    static List<RestHandler> handlers(DefinitionChecks checks) {
        return List.of(
                new RestModelsAction(checks),
                new RestGenerationsAction(),
                new RestModelArchiveAction(),
                new RestClustersAction(),
                new RestCatModelsAction(),
                new RestRefreshAction(),
                new RestLatentStatsAction());
    }
}
