/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.manage.TransportGetClustersAction;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.Generation;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.rest.ChildCalls;
import io.latentfacets.summarize.CallLimits;
import io.latentfacets.summarize.Summaries;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.util.SetOnce;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.Scheduler;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.ParentTaskAssigningClient;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Asks a language model of ml-commons for labels, as the caller, and stores them. What has come when the task is
 * cancelled or its time is over is stored too. The calling thread never blocks.
 */
public final class TransportSuggestAction extends HandledTransportAction<SuggestRequest, SuggestAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final ClusterSentences sentences;
    private final SuggestionChanges changes;
    private final NodeClient client;
    private final TransportService transport;
    private final ThreadPool threadPool;

    @Inject
    public TransportSuggestAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            EncoderService encoders,
            ReadableDocuments documents,
            CircuitBreakerService breakers,
            NodeClient client) {
        super(SuggestAction.NAME, transportService, filters, SuggestRequest::new, ThreadPool.Names.SAME);
        this.store = store;
        this.registry = registry;
        this.threadPool = transportService.getThreadPool();
        this.sentences = new ClusterSentences(new Summaries(registry, encoders, documents, breakers, threadPool));
        this.changes = new SuggestionChanges(store, registry, threadPool);
        this.client = client;
        this.transport = transportService;
    }

    /**
     * The clusters of one call.
     *
     * @param keys those to ask for
     * @param left how many others need a label
     */
    private record Chosen(List<String> keys, int left) {}

    /** What an answer is made of. */
    private record Run(
            SuggestTask task,
            SuggestRequest request,
            Generation generation,
            ClusterEdits edits,
            PromptWriter writer,
            Chosen chosen,
            CallLimits limits) {}

    @Override
    protected void doExecute(Task task, SuggestRequest request, ActionListener<SuggestAction.Response> listener) {
        ChildCalls children = new ChildCalls(threadPool.getThreadContext());
        TransportGetClustersAction.load(
                store,
                registry,
                request.model(),
                null,
                Listeners.andThen(
                        listener,
                        (next, generation) -> suggest((SuggestTask) task, children, request, generation, next)));
    }

    private void suggest(
            SuggestTask task,
            ChildCalls children,
            SuggestRequest request,
            Generation generation,
            ActionListener<SuggestAction.Response> listener) {
        ClusterEdits edits = registry.edits(request.model());
        ClusterSuggestions waiting = registry.suggestions(request.model());
        PromptWriter writer = new PromptWriter(generation.clusters(), edits, request.options());
        Chosen chosen = request.keys().isEmpty()
                ? needing(generation.clusters(), edits, waiting)
                : new Chosen(named(request.keys(), writer, generation), 0);
        if (!MlCommons.isThere(transport)) {
            throw new IllegalArgumentException("[ml_model_id] must name a model of the plugin ml-commons"
                    + " (opensearch-ml), which this node does not have: [" + request.mlModel()
                    + "]; [_prompt] gives the prompts for any other language model");
        }
        TaskId self = new TaskId(transport.getLocalNode().getId(), task.getId());
        CallLimits limits = new CallLimits(task, request.timeout());
        ClusterSentences.Call reads = new ClusterSentences.Call(
                generation, request.options(), new ParentTaskAssigningClient(client, self), children);
        MlCommons model = new MlCommons(client, threadPool, children, self, request.mlModel(), request.answerTimeout());
        SetOnce<Scheduler.Cancellable> clock = new SetOnce<>();
        Run run = new Run(task, request, generation, edits, writer, chosen, limits);
        ActionListener<Map<String, Suggesting.Outcome>> done = ActionListener.runBefore(
                children.listener(Listeners.andThen(listener, (next, outcomes) -> keep(run, outcomes, next))),
                () -> clock.get().cancel());
        Suggesting suggesting = new Suggesting(
                writer,
                request.options().words(),
                (key, found) -> sentences.find(
                        reads, key, limits, ActionListener.map(found, ClusterSentences.Found::sentences)),
                model,
                threadPool.generic(),
                done);
        // set before it runs: whoever is done first cancels it, and what stops it earlier counts as soon as it runs
        clock.set(threadPool.schedule(
                () -> suggesting.stop(new OpenSearchStatusException(
                        "[timeout] [{}] is over",
                        RestStatus.GATEWAY_TIMEOUT,
                        request.timeout().getStringRep())),
                request.timeout(),
                ThreadPool.Names.GENERIC));
        suggesting.run(chosen.keys(), waiting);
        task.onCancel(() -> threadPool.generic().execute(() -> suggesting.stop(cancelled(task))));
    }

    private static TaskCancelledException cancelled(SuggestTask task) {
        return new TaskCancelledException(
                "[" + task.getDescription() + "] was cancelled: " + task.getReasonCancelled());
    }

    /** The clusters named, each once, by the keys that count for them. */
    private static List<String> named(List<String> keys, PromptWriter writer, Generation generation) {
        Set<String> own = new LinkedHashSet<>();
        for (String key : keys) {
            if (!writer.keys().contains(writer.ownKey(key))) {
                throw new ResourceNotFoundException(
                        "generation [{}] of model [{}] has no cluster [{}]",
                        generation.number(),
                        generation.model(),
                        key);
            }
            own.add(writer.ownKey(key));
        }
        return List.copyOf(own);
    }

    private static Chosen needing(Clusters clusters, ClusterEdits edits, ClusterSuggestions waiting) {
        List<String> keys = clusters.infos().stream()
                .sorted(Comparator.comparingLong(ClusterInfo::size).reversed())
                .map(ClusterInfo::key)
                .filter(key -> edits.of(key).label() == null && !edits.hidden(key) && waiting.of(key) == null)
                .toList();
        int now = Math.min(keys.size(), SuggestRequest.MAX_KEYS);
        return new Chosen(keys.subList(0, now), keys.size() - now);
    }

    private void keep(
            Run run, Map<String, Suggesting.Outcome> outcomes, ActionListener<SuggestAction.Response> listener) {
        if (!run.task().isCancelled()) {
            requireSome(outcomes);
        }
        AtomicReference<Map<String, Suggesting.Outcome>> kept = new AtomicReference<>();
        changes.change(
                run.request().model(),
                false,
                (before, edits) -> {
                    kept.set(withoutNamed(outcomes, run.edits(), edits));
                    Map<String, ClusterSuggestions.Suggestion> labels = labels(run, kept.get());
                    return labels.isEmpty()
                            ? before
                            : before.only(run.writer().keys()).with(labels);
                },
                Listeners.andThen(listener, (next, acknowledged) -> {
                    if (run.task().isCancelled()) {
                        throw cancelled(run.task());
                    }
                    next.onResponse(response(run, kept.get(), acknowledged));
                }));
    }

    /**
     * Does nothing unless all clusters fail for what the caller has asked for.
     *
     * @param outcomes of clusters none of which has a label
     * @throws OpenSearchStatusException if the caller may not ask the model or read the documents, or there are none
     */
    static void requireSome(Map<String, Suggesting.Outcome> outcomes) {
        for (RestStatus status : Suggesting.UNREADABLE) {
            if (!outcomes.isEmpty()
                    && outcomes.values().stream().allMatch(outcome -> outcome.status() == status.getStatus())) {
                throw new OpenSearchStatusException(
                        outcomes.values().iterator().next().error(), status);
            }
        }
    }

    /** The outcomes, without the labels of clusters that people have named while the language model was asked. */
    static Map<String, Suggesting.Outcome> withoutNamed(
            Map<String, Suggesting.Outcome> outcomes, ClusterEdits before, ClusterEdits now) {
        Map<String, Suggesting.Outcome> kept = new HashMap<>(outcomes);
        kept.replaceAll((key, outcome) -> outcome.label() == null || !now.named(key, before)
                ? outcome
                : Suggesting.Outcome.failed(new OpenSearchStatusException(
                        "somebody has named it [{}] meanwhile", RestStatus.CONFLICT, now.given(key))));
        return kept;
    }

    private static Map<String, ClusterSuggestions.Suggestion> labels(
            Run run, Map<String, Suggesting.Outcome> outcomes) {
        Map<String, ClusterSuggestions.Suggestion> labels = new HashMap<>();
        outcomes.forEach((key, outcome) -> {
            if (outcome.label() != null) {
                labels.put(
                        key,
                        new ClusterSuggestions.Suggestion(
                                outcome.label(),
                                run.generation().number(),
                                run.request().mlModel()));
            }
        });
        return labels;
    }

    private static SuggestAction.Response response(
            Run run, Map<String, Suggesting.Outcome> outcomes, boolean acknowledged) {
        return new SuggestAction.Response(
                acknowledged,
                run.request().model(),
                run.generation().number(),
                run.limits().tookMillis(),
                run.chosen().keys().stream()
                        .map(key ->
                                new SuggestAction.Suggested(key, run.writer().label(key), outcomes.get(key)))
                        .toList(),
                run.chosen().left());
    }
}
