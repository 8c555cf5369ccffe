/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * The generations in this node's memory, and the cluster state's pointers of all models. Loads generations on demand.
 * Keeps active generations and the few older ones used last, and charges their heap to the circuit breaker while it
 * keeps them. Thread-safe.
 */
public final class ModelRegistry implements Generations, ClusterStateListener {

    private static final Logger logger = LogManager.getLogger(ModelRegistry.class);

    /**
     * The number of older generations that a node keeps, all models together. During a refresh an index still holds
     * latents of the generation before.
     */
    static final int OLDER_KEPT = 4;

    private static final long FIRST_BACK_OFF_MILLIS = 1000;
    private static final long LONGEST_BACK_OFF_MILLIS = 60_000;
    /** Above this number the registry forgets the failures whose back-off is over. */
    private static final int MAX_FAILURES = 1000;

    private record Key(String model, int generation) {}

    /** The pointers in the cluster state, parsed once per change. */
    private record State(
            Map<String, String> raw,
            Map<String, Integer> active,
            Map<String, ClusterEdits> edits,
            Map<String, List<Known>> known,
            Map<String, Bound> bound) {
        static State of(Map<String, String> raw) {
            Map<String, Integer> active = Pointers.active(raw);
            Map<String, ClusterEdits> edits = new HashMap<>();
            Map<String, List<Known>> known = new HashMap<>();
            active.keySet().forEach(model -> {
                edits.put(model, Pointers.edits(raw, model));
                known.put(model, Pointers.known(raw, model));
            });
            return new State(raw, active, edits, known, Pointers.bound(raw));
        }

        /**
         * Whether the state describes a generation of this model and number that is not this one. A restored or
         * recreated system index gives a number to another generation.
         */
        boolean contradicts(Generation generation) {
            Known own = Known.of(generation);
            return known.getOrDefault(generation.model(), List.of()).stream()
                    .anyMatch(each -> each.number() == own.number() && !each.equals(own));
        }

        private Known described(Key key) {
            for (Known each : known.getOrDefault(key.model(), List.of())) {
                if (each.number() == key.generation()) {
                    return each;
                }
            }
            return null;
        }

        /** Whether a generation is neither active nor described. */
        boolean forgot(Key key) {
            return active.getOrDefault(key.model(), 0) != key.generation() && described(key) == null;
        }

        /** Whether another generation has got the number of one that the state before described. */
        boolean replaced(Key key, State before) {
            Known then = before.described(key);
            return then != null && !then.equals(described(key));
        }

        /** Whether a minor generation is neither active nor described: it is deleted, and no reader looks for it. */
        boolean forgot(Generation generation) {
            return generation.info().minorOf() != null
                    && active.getOrDefault(generation.model(), 0) != generation.number()
                    && known.getOrDefault(generation.model(), List.of()).stream()
                            .noneMatch(each -> each.number() == generation.number());
        }
    }

    private record Failure(Exception cause, long backOffMillis, long untilMillis) {}

    /**
     * A generation that is loaded or being loaded. One map holds both, so that a caller who finds no generation cannot
     * miss the load that brings it.
     */
    private static final class Slot {
        private final ListenableFuture<Generation> coming = new ListenableFuture<>();
        /** The bytes charged to the circuit breaker. The loading thread writes them before {@link #generation}. */
        private long charged;

        private volatile long used;
        /** Null until the load has ended. */
        private volatile Generation generation;
    }

    private final ModelStore store;
    private final ThreadPool threadPool;
    private final CircuitBreaker breaker;
    private final LatentStats stats;
    private final List<Consumer<Generation>> evictionListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Generation>> activationListeners = new CopyOnWriteArrayList<>();
    private final Map<Key, Slot> slots = new ConcurrentHashMap<>();
    private final Map<Key, Failure> failures = new ConcurrentHashMap<>();
    /** The fields of generations whose records this node has read; forgotten with the generation's description. */
    private final Map<Key, Set<String>> fields = new ConcurrentHashMap<>();

    private final AtomicLong clock = new AtomicLong();
    private volatile State state = State.of(Map.of());

    public ModelRegistry(ModelStore store, ThreadPool threadPool, CircuitBreaker breaker, LatentStats stats) {
        this.store = store;
        this.threadPool = threadPool;
        this.breaker = breaker;
        this.stats = stats;
    }

    /**
     * Registers a listener for evictions. The registry calls it on any thread whenever it evicts a generation; the
     * listener frees what was derived from the generation.
     */
    public void onEviction(Consumer<Generation> listener) {
        evictionListeners.add(listener);
    }

    /**
     * Registers a listener for activations. The registry calls it, on any thread, when a model that this node used has
     * a new active generation and that generation is loaded. The listener must not block; it starts to derive what
     * searches will need.
     */
    public void onActivation(Consumer<Generation> listener) {
        activationListeners.add(listener);
    }

    @Override
    public int active(String model) {
        return state.active().getOrDefault(model, 0);
    }

    @Override
    public Set<String> models() {
        return state.active().keySet();
    }

    @Override
    public Bound bound(String model) {
        return state.bound().getOrDefault(model, Bound.NONE);
    }

    @Override
    public Set<String> fields(String model, int generation) {
        return fields.getOrDefault(new Key(model, generation), Set.of());
    }

    @Override
    public ClusterEdits edits(String model) {
        return state.edits().getOrDefault(model, ClusterEdits.NONE);
    }

    /** The labels that wait for somebody to accept them. */
    public ClusterSuggestions suggestions(String model) {
        return ClusterSuggestions.ofText(Pointers.suggestionText(state.raw(), model));
    }

    @Override
    public Generation loaded(String model, int generation) {
        return used(slots.get(new Key(model, generation)));
    }

    /** Returns the generation in a slot and marks it as used; null if there is no slot or its load has not ended. */
    private Generation used(Slot slot) {
        if (slot == null || slot.generation == null) {
            return null;
        }
        slot.used = clock.incrementAndGet();
        return slot.generation;
    }

    @Override
    public List<Known> known(String model) {
        return state.known().getOrDefault(model, List.of());
    }

    /** The reason why this node failed to load the active generation of a model; null if it did not fail. */
    public String loadError(String model) {
        Failure failure = failures.get(new Key(model, active(model)));
        return failure == null ? null : message(failure.cause());
    }

    /** Whether this node failed to load any active generation. */
    public boolean anyLoadError() {
        return state.active().keySet().stream().anyMatch(model -> loadError(model) != null);
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
        Slot mine = new Slot();
        Slot first = slots.putIfAbsent(key, mine);
        Generation come = used(first);
        if (come != null) {
            listener.onResponse(come);
            return;
        }
        (first == null ? mine : first)
                .coming.addListener(listener, threadPool.generic(), threadPool.getThreadContext());
        if (first == null) {
            read(key, mine);
        }
    }

    private void read(Key key, Slot slot) {
        long started = System.nanoTime();
        store.readGeneration(
                key.model(),
                key.generation(),
                document -> {
                    remember(key, document.fieldNames());
                    charge(key, document.ramBytes());
                    slot.charged = document.ramBytes();
                },
                new ActionListener<>() {
                    @Override
                    public void onResponse(Generation generation) {
                        try {
                            stats.increment(StatName.GENERATION_LOADS);
                            stats.took(StatName.GENERATION_LOAD_MILLIS, System.nanoTime() - started);
                            keep(key, slot, generation);
                        } finally {
                            slot.coming.onResponse(generation);
                        }
                    }

                    @Override
                    public void onFailure(Exception failure) {
                        release(slot.charged);
                        remember(key, failure);
                        slots.remove(key, slot);
                        // those who wait now get the sentence that those who come later get
                        boolean nameless = ExceptionsHelper.status(failure) == RestStatus.INTERNAL_SERVER_ERROR;
                        slot.coming.onFailure(nameless ? remembered(key, failure) : failure);
                    }
                });
    }

    private void remember(Key key, Set<String> names) {
        if (!names.isEmpty()) {
            fields.put(key, Set.copyOf(names));
        }
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

    private void keep(Key key, Slot slot, Generation generation) {
        failures.remove(key);
        if (state.contradicts(generation)) {
            // nobody sees it, not even for a moment
            slots.remove(key, slot);
            release(slot.charged);
            return;
        }
        remember(key, generation.fieldNames());
        stats.increment(StatName.GENERATIONS_LOADED);
        stats.add(StatName.GENERATIONS_BYTES, slot.charged);
        slot.used = clock.incrementAndGet();
        slot.generation = generation;
        if (state.contradicts(generation)) {
            evict(key, slot); // the state has changed since
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
        if (failures.size() > MAX_FAILURES) {
            long now = threadPool.relativeTimeInMillis();
            failures.values().removeIf(each -> now >= each.untilMillis());
        }
    }

    private static Exception remembered(Key key, Exception cause) {
        if (ExceptionsHelper.unwrapCause(cause) instanceof ResourceNotFoundException) {
            return ModelStore.noGeneration(key.model(), key.generation());
        }
        // a breaker that is full is no fault of the node: clients wait and send the request again
        boolean full = ExceptionsHelper.status(cause) == RestStatus.TOO_MANY_REQUESTS;
        return new OpenSearchStatusException(
                "generation [{}] of model [{}] could not be loaded and will be tried again shortly: {}",
                full ? RestStatus.TOO_MANY_REQUESTS : RestStatus.SERVICE_UNAVAILABLE,
                cause,
                key.generation(),
                key.model(),
                message(cause));
    }

    private static String message(Exception failure) {
        Throwable cause = ExceptionsHelper.unwrapCause(failure);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Evicts generations that are not active, least recently used first, until this many are left. */
    private void evictOlder(int left) {
        List<Map.Entry<Key, Slot>> older = slots.entrySet().stream()
                .filter(entry -> entry.getValue().generation != null
                        && active(entry.getKey().model()) != entry.getKey().generation())
                .sorted(Comparator.comparingLong(entry -> entry.getValue().used))
                .toList();
        for (int i = 0; i < older.size() - left; i++) {
            evict(older.get(i).getKey(), older.get(i).getValue());
        }
    }

    private void evict(Key key, Slot slot) {
        // of several threads that evict one slot, only one removes it; a slot still being loaded belongs to the loading
        // thread
        if (slot.generation != null && slots.remove(key, slot)) {
            release(slot.charged);
            stats.add(StatName.GENERATIONS_LOADED, -1);
            stats.add(StatName.GENERATIONS_BYTES, -slot.charged);
            evictionListeners.forEach(listener -> listener.accept(slot.generation));
        }
    }

    private void activated(Generation generation) {
        activationListeners.forEach(listener -> listener.accept(generation));
    }

    @Override
    public void clusterChanged(ClusterChangedEvent event) {
        Map<String, String> raw = Pointers.read(event.state());
        State before = state;
        if (raw.equals(before.raw())) {
            return;
        }
        State now = State.of(raw);
        state = now;
        fields.keySet().removeIf(key -> now.forgot(key) || now.replaced(key, before));
        for (Map.Entry<String, Integer> model : before.active().entrySet()) {
            int active = now.active().getOrDefault(model.getKey(), 0);
            if (active == 0) {
                slots.forEach((key, slot) -> {
                    if (key.model().equals(model.getKey())) {
                        evict(key, slot);
                    }
                });
                failures.keySet().removeIf(key -> key.model().equals(model.getKey()));
                continue;
            }
            boolean used = loaded(model.getKey(), model.getValue()) != null;
            if (!before.known().get(model.getKey()).equals(now.known().get(model.getKey()))) {
                failures.keySet().removeIf(key -> key.model().equals(model.getKey()));
                slots.forEach((key, slot) -> {
                    if (key.model().equals(model.getKey())
                            && slot.generation != null
                            && (now.contradicts(slot.generation) || now.forgot(slot.generation))) {
                        evict(key, slot);
                    }
                });
            }
            if (used && (active != model.getValue() || loaded(model.getKey(), active) == null)) {
                // this node used the old generation and will need the new one: load it before the next document comes
                load(model.getKey(), active, Listeners.either(this::activated, failure -> {}));
            }
        }
    }
}
