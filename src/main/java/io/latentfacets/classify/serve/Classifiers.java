/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.serve;

import io.latentfacets.model.store.ClassifierPointer;
import io.latentfacets.model.store.ClassifierStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateListener;
import org.opensearch.common.util.concurrent.ListenableFuture;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * The classifiers in this node's memory. Loads them on demand, charges their weights to the circuit breaker while it
 * keeps them, and drops them when the cluster state names another version or none. Thread-safe; no method blocks.
 */
public final class Classifiers implements ClusterStateListener {

    private static final Logger logger = LogManager.getLogger(Classifiers.class);

    /** The number of loaded classifiers above which the least recently used ones are dropped. */
    static final int MAX_LOADED = 64;

    private static final long FIRST_BACK_OFF_MILLIS = 1000;
    private static final long LONGEST_BACK_OFF_MILLIS = 60_000;

    private record Key(String model, String name, String version) {}

    private record Failure(Exception cause, long backOffMillis, long untilMillis) {}

    /** A classifier that is loaded or being loaded. */
    private static final class Slot {
        private final ListenableFuture<ReadyClassifier> coming = new ListenableFuture<>();
        /** The bytes charged to the breaker. The loading thread writes them before {@link #ready}. */
        private long charged;

        private volatile long used;
        /** Null until the load has ended. */
        private volatile ReadyClassifier ready;
    }

    private final ClassifierStore store;
    private final ThreadPool threadPool;
    private final CircuitBreaker breaker;
    private final Map<Key, Slot> slots = new ConcurrentHashMap<>();
    private final Map<Key, Failure> failures = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private volatile ClusterState state;

    public Classifiers(ClassifierStore store, ThreadPool threadPool, CircuitBreaker breaker) {
        this.store = store;
        this.threadPool = threadPool;
        this.breaker = breaker;
    }

    /** What the cluster state says of a classifier; null for an unknown one. */
    public ClassifierPointer pointer(String model, String name) {
        ClusterState now = state;
        return now == null ? null : ClassifierPointer.of(now, model).get(name);
    }

    /** The classifier if its present version is loaded; null otherwise, also for an unknown one. */
    public ReadyClassifier loaded(String model, String name) {
        ClassifierPointer pointer = pointer(model, name);
        return pointer == null ? null : used(slots.get(new Key(model, name, pointer.version())));
    }

    private ReadyClassifier used(Slot slot) {
        if (slot == null || slot.ready == null) {
            return null;
        }
        slot.used = clock.incrementAndGet();
        return slot.ready;
    }

    /**
     * Loads a classifier. Fails with 404 for an unknown one, with CircuitBreakingException if the node has no memory,
     * and with 503 for a while after a failure. The listener runs on the calling thread if the classifier is loaded,
     * else on the generic pool in the caller's thread context.
     */
    public void load(String model, String name, ActionListener<ReadyClassifier> listener) {
        ClassifierPointer pointer = pointer(model, name);
        if (pointer == null) {
            listener.onFailure(ClassifierStore.unknown(model, name));
            return;
        }
        Key key = new Key(model, name, pointer.version());
        Failure failure = failures.get(key);
        if (failure != null && threadPool.relativeTimeInMillis() < failure.untilMillis()) {
            listener.onFailure(remembered(key, failure.cause()));
            return;
        }
        Slot mine = new Slot();
        Slot first = slots.putIfAbsent(key, mine);
        ReadyClassifier here = used(first);
        if (here != null) {
            listener.onResponse(here);
            return;
        }
        (first == null ? mine : first)
                .coming.addListener(listener, threadPool.generic(), threadPool.getThreadContext());
        if (first == null) {
            read(key, mine);
        }
    }

    private void read(Key key, Slot slot) {
        store.read(
                key.model(),
                key.name(),
                key.version(),
                bytes -> {
                    breaker.addEstimateBytesAndMaybeBreak(
                            bytes, "classifier [" + key.name() + "] of model [" + key.model() + "]");
                    slot.charged = bytes;
                },
                new ActionListener<>() {
                    @Override
                    public void onResponse(ClassifierStore.Loaded loaded) {
                        ReadyClassifier ready = new ReadyClassifier(loaded);
                        try {
                            keep(key, slot, ready);
                        } finally {
                            slot.coming.onResponse(ready);
                        }
                    }

                    @Override
                    public void onFailure(Exception e) {
                        release(slot);
                        remember(key, e);
                        slots.remove(key, slot);
                        slot.coming.onFailure(remembered(key, e));
                    }
                });
    }

    private void keep(Key key, Slot slot, ReadyClassifier ready) {
        failures.remove(key);
        slot.used = clock.incrementAndGet();
        slot.ready = ready;
        if (!isPresent(key)) {
            drop(key, slot); // it was replaced meanwhile
        }
        List<Map.Entry<Key, Slot>> loaded = slots.entrySet().stream()
                .filter(entry -> entry.getValue().ready != null)
                .sorted(Comparator.comparingLong(entry -> entry.getValue().used))
                .toList();
        for (int i = 0; i < loaded.size() - MAX_LOADED; i++) {
            drop(loaded.get(i).getKey(), loaded.get(i).getValue());
        }
    }

    private boolean isPresent(Key key) {
        ClassifierPointer pointer = pointer(key.model(), key.name());
        return pointer != null && pointer.version().equals(key.version());
    }

    /** Drops a loaded classifier; a slot that is still being loaded belongs to the loading thread. */
    private void drop(Key key, Slot slot) {
        if (slot.ready != null && slots.remove(key, slot)) {
            release(slot);
        }
    }

    private void release(Slot slot) {
        if (slot.charged > 0) {
            breaker.addWithoutBreaking(-slot.charged);
        }
    }

    private void remember(Key key, Exception failure) {
        Failure before = failures.get(key);
        long backOff =
                before == null ? FIRST_BACK_OFF_MILLIS : Math.min(LONGEST_BACK_OFF_MILLIS, 2 * before.backOffMillis());
        failures.put(key, new Failure(failure, backOff, threadPool.relativeTimeInMillis() + backOff));
        logger.warn("cannot load classifier [{}] of model [{}]: {}", key.name(), key.model(), failure.getMessage());
    }

    private static Exception remembered(Key key, Exception cause) {
        RestStatus status = ExceptionsHelper.status(cause);
        boolean told = status == RestStatus.NOT_FOUND || status == RestStatus.TOO_MANY_REQUESTS;
        return new OpenSearchStatusException(
                "classifier [{}] of model [{}] could not be loaded and will be tried again shortly: {}",
                told ? status : RestStatus.SERVICE_UNAVAILABLE,
                cause,
                key.name(),
                key.model(),
                cause.getMessage());
    }

    @Override
    public void clusterChanged(ClusterChangedEvent event) {
        state = event.state();
        if (!slots.isEmpty() && event.metadataChanged()) {
            slots.forEach((key, slot) -> {
                if (!isPresent(key)) {
                    drop(key, slot);
                }
            });
        }
        failures.keySet().removeIf(key -> !isPresent(key));
    }
}
