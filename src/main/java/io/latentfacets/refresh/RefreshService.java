/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.drift.watch.DriftService;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.ParseField;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.persistent.PersistentTaskParams;
import org.opensearch.persistent.PersistentTaskState;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.plugins.ActionPlugin.ActionHandler;
import org.opensearch.threadpool.ThreadPool;

/** The schedules of all models, on one node. Thread-safe; never blocks. */
public final class RefreshService {

    private static final Logger logger = LogManager.getLogger(RefreshService.class);

    /** The time between two checks of a model for drift. */
    public static final Setting<TimeValue> DRIFT_CHECK_INTERVAL = Setting.timeSetting(
            "plugins.latent.refresh.drift_check_interval",
            TimeValue.timeValueMinutes(10),
            TimeValue.timeValueSeconds(1),
            Setting.Property.NodeScope,
            Setting.Property.Dynamic);

    /** The least time between two steps with which the clusters of a model follow the stream. */
    public static final Setting<TimeValue> ONLINE_INTERVAL = Setting.timeSetting(
            "plugins.latent.refresh.online_interval",
            TimeValue.timeValueMinutes(30),
            TimeValue.timeValueSeconds(1),
            Setting.Property.NodeScope,
            Setting.Property.Dynamic);

    private final RefreshContext context;
    private final RefreshExecutor executor;
    private volatile TimeValue driftCheck;
    private volatile TimeValue online;

    /**
     * Also registers the listeners that keep the schedules.
     *
     * @param byInterval decides about a run that is due by the interval, for the mode {@code auto}
     * @param byDrift decides whether a model has drifted; anything but {@code none} starts a run
     * @param follower moves clusters after the stream
     */
    public RefreshService(
            ModelStore store,
            SystemClient system,
            ClusterService clusterService,
            ThreadPool threadPool,
            RefreshPolicy byInterval,
            RefreshPolicy byDrift,
            StreamFollower follower) {
        driftCheck = DRIFT_CHECK_INTERVAL.get(clusterService.getSettings());
        clusterService
                .getClusterSettings()
                .addSettingsUpdateConsumer(DRIFT_CHECK_INTERVAL, changed -> driftCheck = changed);
        online = ONLINE_INTERVAL.get(clusterService.getSettings());
        clusterService.getClusterSettings().addSettingsUpdateConsumer(ONLINE_INTERVAL, changed -> online = changed);
        context = new RefreshContext(
                store,
                system,
                clusterService,
                threadPool,
                byInterval,
                byDrift,
                () -> driftCheck.millis(),
                follower,
                () -> online.millis(),
                System::currentTimeMillis);
        executor = new RefreshExecutor((task, model) -> new RefreshRunner(model, task, context));
        clusterService.addListener(executor);
        clusterService.addListener(new RefreshReconciler(context));
    }

    /** For core's persistent tasks. */
    public PersistentTasksExecutor<?> executor() {
        return executor;
    }

    /** The actions of this package. */
    public static List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions() {
        return List.of(
                new ActionHandler<>(UpdateRefreshAction.INSTANCE, TransportUpdateRefreshAction.class),
                new ActionHandler<>(GetRefreshAction.INSTANCE, TransportGetRefreshAction.class),
                new ActionHandler<>(PauseRefreshAction.INSTANCE, TransportPauseRefreshAction.class));
    }

    /** What a node needs to read the tasks of schedules in a cluster state that another node sent. */
    public static List<NamedWriteableRegistry.Entry> namedWriteables() {
        return List.of(
                new NamedWriteableRegistry.Entry(PersistentTaskParams.class, RefreshParams.NAME, RefreshParams::read),
                new NamedWriteableRegistry.Entry(PersistentTaskState.class, RefreshParams.NAME, RefreshState::read));
    }

    /** What a node needs to read the tasks of schedules in a cluster state on its disk. */
    public static List<NamedXContentRegistry.Entry> namedXContent() {
        ParseField name = new ParseField(RefreshParams.NAME);
        return List.of(
                new NamedXContentRegistry.Entry(PersistentTaskParams.class, name, RefreshParams::parse),
                new NamedXContentRegistry.Entry(PersistentTaskState.class, name, RefreshState::parse));
    }

    /** A policy that decides by the drift of the documents of late, and otherwise by another policy. */
    public static RefreshPolicy byDrift(DriftService drifts, RefreshPolicy otherwise) {
        return new DriftPolicy(drifts, otherwise);
    }

    /** A policy that never finds anything to do. */
    public static RefreshPolicy never(String why) {
        return (model, listener) -> listener.onResponse(new RefreshPolicy.Decision(RefreshPolicy.Advice.NONE, why));
    }

    /**
     * The half-life with which the clusters of a model follow the stream, in milliseconds; 0 if they do not.
     *
     * @param state the cluster state, which has the schedule's task
     */
    public static long halfLifeMillis(ClusterState state, String model) {
        PersistentTask<?> task = RefreshTasks.of(state, model);
        return task == null ? 0 : RefreshTasks.params(task).halfLifeMillis();
    }

    RefreshContext context() {
        return context;
    }

    /** The schedule of a model that this node has read. */
    public RefreshStatus status(StoredModel stored) {
        return RefreshStatus.of(stored, context.state(), context.now());
    }

    /**
     * Sets up, changes or removes the schedule of a definition that has just been stored. The listener is called when
     * every node that answers in time knows it. If that fails, the next elected cluster manager makes up for it.
     */
    public void apply(ModelDefinition definition, ActionListener<Void> listener) {
        make(definition.name(), wanted(definition).orElse(null), listener);
    }

    /**
     * Makes the schedule of a model match its definition in the store, after a deletion, or after a change that may
     * have been made in part. Never fails: the schedule of a model that is gone ends itself.
     */
    public void follow(String model, ActionListener<Void> listener) {
        ActionListener<Void> made = Listeners.either(listener::onResponse, failure -> {
            logger.warn("the schedule of model [{}] is not settled yet: {}", model, failure.getMessage());
            listener.onResponse(null);
        });
        read(model, Listeners.andThen(made, (next, wanted) -> make(model, wanted.orElse(null), next)));
    }

    /**
     * Makes the tasks match a schedule whose task has just been set, unless the definition still asks for it. Somebody
     * else may have put or deleted the model in the meantime, and may have changed the task before this node did. So
     * whoever changes the task last makes it match what is stored by then.
     */
    void confirm(RefreshParams made, ActionListener<Void> listener) {
        confirm(made.model(), made, listener);
    }

    /** @param wanted null to remove the schedule */
    private void make(String model, RefreshParams wanted, ActionListener<Void> listener) {
        ActionListener<Void> made = Listeners.andThen(listener, (next, done) -> confirm(model, wanted, next));
        if (wanted != null) {
            context.update(UpdateRefreshAction.Request.set(wanted), ActionListener.map(made, done -> null));
        } else if (RefreshTasks.of(context.state(), model) != null) {
            context.update(
                    UpdateRefreshAction.Request.remove(model, UpdateRefreshAction.Request.ANY),
                    ActionListener.map(made, done -> null));
        } else {
            made.onResponse(null);
        }
    }

    private void confirm(String model, RefreshParams made, ActionListener<Void> listener) {
        read(model, Listeners.either(wanted -> settle(model, made, wanted.orElse(null), listener), failure -> {
            logger.debug("model [{}] cannot be read again: {}", model, failure);
            listener.onResponse(null);
        }));
    }

    /** The schedule that the definition in the store asks for; none without one, or without a model. */
    private void read(String model, ActionListener<Optional<RefreshParams>> listener) {
        context.store()
                .get(model, Listeners.either(stored -> listener.onResponse(wanted(stored.definition())), failure -> {
                    if (ExceptionsHelper.unwrapCause(failure) instanceof ResourceNotFoundException) {
                        listener.onResponse(Optional.empty());
                    } else {
                        listener.onFailure(failure);
                    }
                }));
    }

    private void settle(String model, RefreshParams made, RefreshParams wanted, ActionListener<Void> listener) {
        boolean settled = made == null ? wanted == null : wanted != null && made.sameDefinition(wanted);
        if (settled) {
            listener.onResponse(null);
        } else {
            make(model, wanted, listener);
        }
    }

    private Optional<RefreshParams> wanted(ModelDefinition definition) {
        return definition.scheduled() ? Optional.of(RefreshParams.of(definition, context.now())) : Optional.empty();
    }
}
