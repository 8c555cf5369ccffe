/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterStateListener;
import org.opensearch.common.util.concurrent.ListenableFuture;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * The generations in this node's memory, and what the cluster state says of all models. Loads on demand, keeps active
 * generations and the few older ones last used, charges their heap to the circuit breaker for as long as it keeps them.
 * Thread-safe.
 */
public final class ModelRegistry implements Generations, ClusterStateListener {

    private static final Logger logger = LogManager.getLogger(ModelRegistry.class);

    /** Older generations kept on a node, all models together: mixed indices during a refresh need the one before. */
    static final int OLDER_KEPT = 4;

    private static final long FIRST_BACK_OFF_MILLIS = 1000;
    private static final long LONGEST_BACK_OFF_MILLIS = 60_000;

    private record Key(String model, int generation) {}

    /** What the cluster state says, taken apart once a change. */
    private record Known(Map<String, String> raw, Map<String, Integer> active, Map<String, ClusterEdits> edits) {
        static Known of(Map<String, String> raw) {
            Map<String, Integer> active = Pointers.active(raw);
            Map<String, ClusterEdits> edits = new HashMap<>();
            active.keySet().forEach(model -> edits.put(model, Pointers.edits(raw, model)));
            return new Known(raw, active, edits);
        }
    }

    private record Failure(Exception cause, long backOffMillis, long untilMillis) {}

    private static final class Loaded {
        private final Generation generation;
        private final long charged;
        private volatile long used;

        private Loaded(Generation generation, long charged, long used) {
            this.generation = generation;
            this.charged = charged;
            this.used = used;
        }
    }

    private final ModelStore store;
    private final ThreadPool threadPool;
    private final CircuitBreaker breaker;
    private final LatentStats stats;
    private final List<Consumer<Generation>> evictionListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Generation>> activationListeners = new CopyOnWriteArrayList<>();
    private final Map<Key, Loaded> loaded = new ConcurrentHashMap<>();
    private final Map<Key, ListenableFuture<Generation>> loading = new ConcurrentHashMap<>();
    private final Map<Key, Failure> failures = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private volatile Known known = Known.of(Map.of());

    public ModelRegistry(ModelStore store, ThreadPool threadPool, CircuitBreaker breaker, LatentStats stats) {
        this.store = store;
        this.threadPool = threadPool;
        this.breaker = breaker;
        this.stats = stats;
    }

    /** Calls back, on any thread, whenever this node lets go of a generation: free what was derived from it. */
    public void onEviction(Consumer<Generation> listener) {
        evictionListeners.add(listener);
    }

    /**
     * Calls back, on any thread and without room to block, when a model that was in use here has another active
     * generation and that is in memory: derive from it what will be asked for.
     */
    public void onActivation(Consumer<Generation> listener) {
        activationListeners.add(listener);
    }

    @Override
    public int active(String model) {
        return known.active().getOrDefault(model, 0);
    }

    @Override
    public ClusterEdits edits(String model) {
        return known.edits().getOrDefault(model, ClusterEdits.NONE);
    }

    @Override
    public Generation loaded(String model, int generation) {
        Loaded entry = loaded.get(new Key(model, generation));
        if (entry == null) {
            return null;
        }
        entry.used = clock.incrementAndGet();
        return entry.generation;
    }

    /** Why the active generation of a model cannot be loaded here; null if it can or nobody has tried. */
    public String loadError(String model) {
        Failure failure = failures.get(new Key(model, active(model)));
        return failure == null ? null : message(failure.cause());
    }

    /** Whether any active generation cannot be loaded here. */
    public boolean anyLoadError() {
        return known.active().keySet().stream().anyMatch(model -> loadError(model) != null);
    }

    @Override
    public void load(String model, int generation, ActionListener<Generation> listener) {
        Generation here = loaded(model, generation);
        if (here != null) {
            listener.onResponse(here);
            return;
        }
        Key key = new Key(model, generation);
        Failure failure = failures.get(key);
        if (failure != null && threadPool.relativeTimeInMillis() < failure.untilMillis()) {
            listener.onFailure(remembered(key, failure.cause()));
            return;
        }
        ListenableFuture<Generation> mine = new ListenableFuture<>();
        ListenableFuture<Generation> first = loading.putIfAbsent(key, mine);
        (first == null ? mine : first).addListener(listener, threadPool.generic(), threadPool.getThreadContext());
        if (first == null) {
            read(key, mine);
        }
    }

    private void read(Key key, ListenableFuture<Generation> result) {
        long started = System.nanoTime();
        long[] charged = new long[1];
        ActionListener<Generation> done = ActionListener.wrap(
                generation -> {
                    keep(key, generation, charged[0]);
                    stats.increment(StatName.GENERATION_LOADS);
                    stats.took(StatName.GENERATION_LOAD_MILLIS, System.nanoTime() - started);
                    loading.remove(key);
                    result.onResponse(generation);
                },
                failure -> {
                    release(charged[0]);
                    remember(key, failure);
                    loading.remove(key);
                    result.onFailure(failure);
                });
        store.readGeneration(
                key.model(),
                key.generation(),
                ramBytes -> {
                    charge(key, ramBytes);
                    charged[0] = ramBytes;
                },
                done);
    }

    private void charge(Key key, long bytes) {
        String label = "generation [" + key.generation() + "] of model [" + key.model() + "]";
        try {
            breaker.addEstimateBytesAndMaybeBreak(bytes, label);
        } catch (CircuitBreakingException e) {
            evictOlder(0);
            breaker.addEstimateBytesAndMaybeBreak(bytes, label);
        }
    }

    private void release(long bytes) {
        if (bytes > 0) {
            breaker.addWithoutBreaking(-bytes);
        }
    }

    private void keep(Key key, Generation generation, long charged) {
        failures.remove(key);
        Loaded twice = loaded.put(key, new Loaded(generation, charged, clock.incrementAndGet()));
        stats.increment(StatName.GENERATIONS_LOADED);
        stats.add(StatName.GENERATIONS_BYTES, charged);
        if (twice != null) {
            letGo(twice);
        }
        evictOlder(OLDER_KEPT);
    }

    private void remember(Key key, Exception failure) {
        stats.increment(StatName.GENERATION_LOAD_FAILURES);
        Failure before = failures.get(key);
        long backOff =
                before == null ? FIRST_BACK_OFF_MILLIS : Math.min(LONGEST_BACK_OFF_MILLIS, 2 * before.backOffMillis());
        failures.put(key, new Failure(failure, backOff, threadPool.relativeTimeInMillis() + backOff));
        logger.warn("cannot load generation [{}] of model [{}]: {}", key.generation(), key.model(), message(failure));
        if (failures.size() > 1000) {
            failures.keySet().removeIf(other -> other.equals(key) == false);
        }
    }

    private static Exception remembered(Key key, Exception cause) {
        if (ExceptionsHelper.unwrapCause(cause) instanceof ResourceNotFoundException) {
            return ModelStore.noGeneration(key.model(), key.generation());
        }
        return new OpenSearchStatusException(
                "generation [{}] of model [{}] could not be loaded and will be tried again shortly: {}",
                RestStatus.SERVICE_UNAVAILABLE,
                key.generation(),
                key.model(),
                message(cause));
    }

    private static String message(Exception failure) {
        Throwable cause = ExceptionsHelper.unwrapCause(failure);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Lets go of generations that are not active, least recently used first, until so many are left. */
    private void evictOlder(int left) {
        List<Map.Entry<Key, Loaded>> older = loaded.entrySet().stream()
                .filter(entry ->
                        active(entry.getKey().model()) != entry.getKey().generation())
                .sorted(Comparator.comparingLong(entry -> entry.getValue().used))
                .toList();
        for (int i = 0; i < older.size() - left; i++) {
            evict(older.get(i).getKey());
        }
    }

    private void evict(Key key) {
        Loaded entry = loaded.remove(key);
        if (entry != null) {
            letGo(entry);
        }
    }

    private void letGo(Loaded entry) {
        release(entry.charged);
        stats.add(StatName.GENERATIONS_LOADED, -1);
        stats.add(StatName.GENERATIONS_BYTES, -entry.charged);
        evictionListeners.forEach(listener -> listener.accept(entry.generation));
    }

    private void activated(Generation generation) {
        activationListeners.forEach(listener -> listener.accept(generation));
    }

    @Override
    public void clusterChanged(ClusterChangedEvent event) {
        Map<String, String> raw = Pointers.read(event.state());
        Known before = known;
        if (raw.equals(before.raw())) {
            return;
        }
        Known now = Known.of(raw);
        known = now;
        for (Map.Entry<String, Integer> model : before.active().entrySet()) {
            int active = now.active().getOrDefault(model.getKey(), 0);
            if (active == 0) {
                loaded.keySet().stream()
                        .filter(key -> key.model().equals(model.getKey()))
                        .forEach(this::evict);
                failures.keySet().removeIf(key -> key.model().equals(model.getKey()));
            } else if (active != model.getValue() && loaded(model.getKey(), model.getValue()) != null) {
                // who used the old one will use the new one: have it before the next document comes
                load(model.getKey(), active, ActionListener.wrap(this::activated, failure -> {}));
            }
        }
    }
}
