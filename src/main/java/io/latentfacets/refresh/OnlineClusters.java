/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.cluster.OnlineStep;
import io.latentfacets.cluster.StreamTally;
import io.latentfacets.drift.watch.DriftService;
import io.latentfacets.generations.Retention;
import io.latentfacets.model.Decision;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.Generations;
import io.latentfacets.model.MajorGeneration;
import io.latentfacets.model.Provenance;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;

/**
 * Lets clusters follow the stream between two trainings: collects what came to each cluster on all nodes, computes an
 * {@link OnlineStep}, and publishes the moved clusters as a minor generation. That one has the encoder, the keys,
 * labels and parents, the floors and the reference of drift of its major generation, so no document has to be encoded
 * again. It reads no documents. Thread-safe; never blocks.
 */
public final class OnlineClusters implements StreamFollower {

    private static final Logger logger = LogManager.getLogger(OnlineClusters.class);

    /** The mode in the decision of a minor generation. */
    static final String MODE = "online";

    /** The least move for which a generation is made, in degrees: less moves hardly any document. */
    private static final double LEAST_MOVE = 0.5;

    private final ModelStore store;
    private final Generations generations;
    private final DriftService streams;
    private final Retention retention;
    private final LongSupplier clock;

    /**
     * @param streams collects what came to the clusters
     * @param clock the time, epoch milliseconds
     */
    public OnlineClusters(
            ModelStore store, Generations generations, DriftService streams, Retention retention, LongSupplier clock) {
        this.store = store;
        this.generations = generations;
        this.streams = streams;
        this.retention = retention;
        this.clock = clock;
    }

    /** What a step starts from. */
    private record Start(Generation active, Generation major, StreamTally stream, long halfLifeMillis, long nowMillis) {

        OnlineStep.Moved move() {
            Clusters anchor = major.clusters();
            double kept = Math.pow(2, -(double) Math.max(0, nowMillis - major.createdMillis()) / halfLifeMillis);
            double[] masses = anchor.infos().stream()
                    .mapToDouble(cluster -> kept * cluster.size())
                    .toArray();
            return OnlineStep.of(
                    anchor.partition(), masses, active.clusters().partition(), stream, nowMillis, OnlineStep.FEWEST);
        }
    }

    @Override
    public void step(StoredModel model, StreamStep last, ActionListener<StreamStep> listener) {
        int number = model.active();
        if (number == 0 || RefreshDecisions.trains(model)) {
            listener.onResponse(null);
            return;
        }
        long now = clock.getAsLong();
        long halfLife = model.definition().refresh().online().halfLife().millis();
        generations.load(
                model.name(),
                number,
                Listeners.andThen(
                        ignoringWhatIsGone(listener),
                        (next, active) -> generations.load(
                                model.name(),
                                active.info().major().number(),
                                Listeners.andThen(
                                        next, (to, major) -> collect(active, major, halfLife, now, last, to)))));
    }

    /** Without its major generation a minor one stays what it is, until the next training. */
    private static ActionListener<StreamStep> ignoringWhatIsGone(ActionListener<StreamStep> listener) {
        return Listeners.either(listener::onResponse, failure -> {
            boolean gone = ExceptionsHelper.unwrapCause(failure) instanceof ResourceNotFoundException;
            if (gone || ExceptionsHelper.status(failure) == RestStatus.CONFLICT) {
                logger.debug("no step of clusters after the stream", failure);
                listener.onResponse(null);
            } else {
                listener.onFailure(failure);
            }
        });
    }

    private void collect(
            Generation active,
            Generation major,
            long halfLife,
            long now,
            StreamStep last,
            ActionListener<StreamStep> listener) {
        boolean same = new MajorGeneration(major.number(), major.createdMillis())
                        .equals(active.info().major())
                && major.encoder().equals(active.encoder());
        if (!same) {
            listener.onResponse(null);
            return;
        }
        streams.stream(active, now, Listeners.andThen(listener, (next, stream) -> {
            if (stream == null || fresh(stream, active, last) < OnlineStep.FEWEST) {
                next.onResponse(null);
                return;
            }
            Start start = new Start(active, major, stream, halfLife, now);
            OnlineStep.Moved moved = start.move();
            double degrees = Math.toDegrees(moved.largestMove());
            if (degrees < LEAST_MOVE) {
                next.onResponse(null);
                return;
            }
            publish(start, moved, new StreamStep(now, 0, stream.documents(), degrees), next);
        }));
    }

    /** The number of documents since the last step. */
    private static long fresh(StreamTally stream, Generation active, StreamStep last) {
        boolean continued =
                last != null && last.generation() == active.number() && last.documents() <= stream.documents();
        return stream.documents() - (continued ? last.documents() : 0);
    }

    private void publish(Start start, OnlineStep.Moved moved, StreamStep step, ActionListener<StreamStep> listener) {
        String model = start.active().model();
        store.publishMinor(
                model,
                start.active().number(),
                number -> minor(start, moved, step, number),
                Listeners.andThen(listener, (next, summary) -> {
                    logger.info(
                            "model [{}]: generation [{}] has the clusters of generation [{}] moved after the stream of"
                                    + " [{}] documents, by {} degrees at most",
                            model,
                            summary.number(),
                            start.active().number(),
                            step.documents(),
                            String.format(Locale.ROOT, "%.1f", step.largestMove()));
                    StreamStep made =
                            new StreamStep(step.millis(), summary.number(), step.documents(), step.largestMove());
                    retention.afterActivation(
                            model, Listeners.either(done -> next.onResponse(made), failure -> next.onResponse(made)));
                }));
    }

    private Generation minor(Start start, OnlineStep.Moved moved, StreamStep step, int number) {
        Generation active = start.active();
        Map<String, Double> metrics = new TreeMap<>(start.major().metrics());
        metrics.put("largest_move", step.largestMove());
        GenerationInfo info = new GenerationInfo(
                active.model(),
                number,
                active.encoderGeneration(),
                clock.getAsLong(),
                active.documents(),
                (clock.getAsLong() - start.nowMillis()) / 1000.0,
                active.device(),
                metrics,
                active.info().major());
        Decision before = active.provenance().decision();
        Decision decision = new Decision(
                        MODE,
                        String.format(
                                Locale.ROOT,
                                "the clusters follow the stream: %,d documents have come since generation %d",
                                step.documents(),
                                start.major().number()),
                        active.number(),
                        Decision.Verdict.ACCEPTED,
                        null,
                        before == null ? null : before.start())
                .guidedBy(before == null ? List.of() : before.seeds());
        return new Generation(
                        info,
                        active.text(),
                        active.fields(),
                        active.vectorField(),
                        active.vocabulary(),
                        active.weights(),
                        active.clusters().with(moved.partition()),
                        new Provenance(
                                decision,
                                kept(active.clusters()),
                                active.provenance().definition()))
                .with(active.drift())
                .with(active.projection());
    }

    /** Moving clusters ends none and begins none. */
    private static List<Lineage.Transition> kept(Clusters clusters) {
        List<String> keys = new ArrayList<>(clusters.keys());
        keys.addAll(clusters.tree().keys());
        return keys.stream()
                .map(key -> new Lineage.Transition(key, List.of(key), Lineage.Event.KEPT, 1))
                .toList();
    }
}
