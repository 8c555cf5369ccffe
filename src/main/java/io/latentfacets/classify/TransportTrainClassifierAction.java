/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.async.Listeners;
import io.latentfacets.corpus.ResultWindow;
import io.latentfacets.corpus.SourceIndices;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.evaluation.LatentFields;
import io.latentfacets.evaluation.TransportEvaluateAction;
import io.latentfacets.model.Definer;
import io.latentfacets.model.Generation;
import io.latentfacets.model.StoredClassifier;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ClassifierDefinition;
import io.latentfacets.model.store.ClassifierStore;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import java.util.List;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.ParentTaskAssigningClient;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Trains a classifier on this node, on the thread pool for evaluations, with the rights of the caller. The calling
 * thread never blocks. The user who asks is stored with the classifier: it is trained again with his rights.
 */
public final class TransportTrainClassifierAction
        extends HandledTransportAction<TrainClassifierRequest, ClassifierResponse> {

    private static final String BREAKER = "latent";

    private final ModelStore models;
    private final ClassifierStore store;
    private final ModelRegistry registry;
    private final EncoderService encoders;
    private final CircuitBreakerService breakers;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final NamedXContentRegistry queries;
    private final NodeClient client;
    private final ThreadPool threadPool;

    @Inject
    public TransportTrainClassifierAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore models,
            ClassifierStore store,
            ModelRegistry registry,
            EncoderService encoders,
            CircuitBreakerService breakers,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            NamedXContentRegistry queries,
            NodeClient client,
            ThreadPool threadPool) {
        super(
                TrainClassifierAction.NAME,
                transportService,
                filters,
                TrainClassifierRequest::new,
                ThreadPool.Names.SAME);
        this.models = models;
        this.store = store;
        this.registry = registry;
        this.encoders = encoders;
        this.breakers = breakers;
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.queries = queries;
        this.client = client;
        this.threadPool = threadPool;
    }

    @Override
    protected void doExecute(Task task, TrainClassifierRequest request, ActionListener<ClassifierResponse> listener) {
        ClassifierTask own = (ClassifierTask) task;
        ActionListener<ClassifierResponse> told = ActionListener.delegateResponse(listener, (to, e) -> {
            own.begun().onFailure(e);
            to.onFailure(e);
        });
        if (request.definition() == null) {
            store.get(
                    request.model(),
                    request.classifier(),
                    Listeners.andThen(
                            told,
                            (next, stored) -> begin(
                                    new Job(request.classifier(), stored.definition(), stored.definer()),
                                    request.model(),
                                    own,
                                    next)));
            return;
        }
        Definer definer = Definer.of(threadPool.getThreadContext());
        if (definer != null) {
            definer.requireInjectable();
        }
        store.requireRoom(
                request.model(),
                request.classifier(),
                Listeners.andThen(
                        told,
                        (next, done) -> begin(
                                new Job(request.classifier(), request.definition(), definer),
                                request.model(),
                                own,
                                next)));
    }

    /** What to train, and for whom. */
    private record Job(String name, ClassifierDefinition definition, Definer definer) {}

    private void begin(Job job, String model, ClassifierTask task, ActionListener<ClassifierResponse> listener) {
        models.get(model, Listeners.andThen(listener, (next, stored) -> {
            if (stored.active() == 0) {
                throw new OpenSearchStatusException(
                        "model [{}] has no active generation to classify with; [_train] makes one",
                        RestStatus.CONFLICT,
                        model);
            }
            List<String> indices = indices(job, stored);
            SourceIndices.require(
                    job.definition().indices().isEmpty() ? "source.index" : "index",
                    indices,
                    clusterService.state(),
                    resolver);
            task.begun().onResponse(null);
            registry.load(
                    model,
                    stored.active(),
                    Listeners.andThen(next, (last, generation) -> fork(job, stored, generation, task, last)));
        }));
    }

    private static List<String> indices(Job job, StoredModel stored) {
        return job.definition().indices().isEmpty()
                ? stored.definition().source().indices()
                : job.definition().indices();
    }

    private void fork(
            Job job,
            StoredModel stored,
            Generation generation,
            ClassifierTask task,
            ActionListener<ClassifierResponse> listener) {
        TaskId parent = new TaskId(clusterService.localNode().getId(), task.getId());
        ClassifierTraining training = new ClassifierTraining(
                new ParentTaskAssigningClient(client, parent),
                encoders,
                breakers.getBreaker(BREAKER),
                generation,
                job.definition(),
                task);
        ActionListener<ClassifierTraining.Result> trained = Listeners.andThen(
                listener,
                (next, result) -> store.save(
                        result.stored(), result.weights(), ActionListener.map(next, done -> shown(result.stored()))));
        threadPool.executor(TransportEvaluateAction.THREAD_POOL).execute(ActionRunnable.supply(trained, () -> {
            ClusterState state = clusterService.state();
            List<String> indices = indices(job, stored);
            QueryBuilder own = job.definition().queryBuilder(queries);
            return training.run(
                    job.name(),
                    job.definer(),
                    indices,
                    own == null ? stored.definition().source().queryBuilder(queries) : own,
                    ResultWindow.of(indices, state, resolver),
                    LatentFields.of(state, stored.name()));
        }));
    }

    private ClassifierResponse shown(StoredClassifier stored) {
        return ClassifierResponse.one(stored, TransportGetClassifiersAction.ready(registry, stored));
    }
}
