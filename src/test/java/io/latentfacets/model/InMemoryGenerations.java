/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.core.action.ActionListener;

/**
 * A {@link Generations} without cluster or index, for tests. A generation that a test puts counts as loaded at once;
 * one that it only stores counts as loaded after {@link #load}.
 */
public final class InMemoryGenerations implements Generations {

    private final Map<String, Map<Integer, Generation>> stored = new ConcurrentHashMap<>();
    private final Map<String, Map<Integer, Generation>> loaded = new ConcurrentHashMap<>();
    private final Map<String, Integer> active = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> lost = new ConcurrentHashMap<>();
    private final Map<String, ClusterEdits> edits = new ConcurrentHashMap<>();
    private volatile Exception loadFailure;
    private volatile Bound bound = new Bound(List.of("*"));

    /** Stores and loads a generation under its own model name and number. */
    public InMemoryGenerations put(Generation generation) {
        store(generation);
        loaded.computeIfAbsent(generation.model(), name -> new ConcurrentHashMap<>())
                .put(generation.number(), generation);
        return this;
    }

    /** Binds all models to these indices instead of all. */
    public InMemoryGenerations bind(String... patterns) {
        bound = new Bound(List.of(patterns));
        return this;
    }

    @Override
    public Bound bound(String model) {
        return bound;
    }

    /** Takes a generation out of memory; it stays stored. */
    public InMemoryGenerations unload(String model, int generation) {
        loaded.getOrDefault(model, new HashMap<>()).remove(generation);
        return this;
    }

    /** Makes {@link #load} fail from now on; {@code null} ends that. */
    public InMemoryGenerations failLoads(Exception with) {
        loadFailure = with;
        return this;
    }

    /** Stores a generation that {@link #load} finds and {@link #loaded} does not. */
    public InMemoryGenerations store(Generation generation) {
        stored.computeIfAbsent(generation.model(), name -> new ConcurrentHashMap<>())
                .put(generation.number(), generation);
        return this;
    }

    /**
     * Makes {@link #load} of a generation never call its listener.
     *
     * @return a latch that opens when somebody loads the generation
     */
    public CountDownLatch lose(String model, int generation) {
        unload(model, generation);
        return lost.computeIfAbsent(model + "/" + generation, key -> new CountDownLatch(1));
    }

    public InMemoryGenerations activate(String model, int generation) {
        active.put(model, generation);
        return this;
    }

    public InMemoryGenerations edit(String model, ClusterEdits of) {
        edits.put(model, of);
        return this;
    }

    @Override
    public int active(String model) {
        return active.getOrDefault(model, 0);
    }

    @Override
    public Generation loaded(String model, int generation) {
        return loaded.getOrDefault(model, new HashMap<>()).get(generation);
    }

    @Override
    public void load(String model, int generation, ActionListener<Generation> listener) {
        if (loadFailure != null) {
            listener.onFailure(loadFailure);
            return;
        }
        CountDownLatch waiting = lost.get(model + "/" + generation);
        if (waiting != null) {
            waiting.countDown();
            return;
        }
        Generation found = stored.getOrDefault(model, new HashMap<>()).get(generation);
        if (found == null) {
            listener.onFailure(new ResourceNotFoundException("no generation [{}] of model [{}]", generation, model));
            return;
        }
        put(found);
        listener.onResponse(found);
    }

    /** Every stored generation is known. */
    @Override
    public List<Known> known(String model) {
        List<Known> known = new ArrayList<>();
        new TreeMap<>(stored.getOrDefault(model, Map.of()))
                .forEach((number, each) -> known.add(new Known(number, each.encoder(), each.createdMillis())));
        return known;
    }

    /** The fields of a stored generation. */
    @Override
    public Set<String> fields(String model, int generation) {
        Generation found = stored.getOrDefault(model, Map.of()).get(generation);
        return found == null ? Set.of() : found.fieldNames();
    }

    /** The encoder of a stored generation; an unknown encoder of that number if there is none. */
    public EncoderId encoder(String model, int number) {
        Generation found = stored.getOrDefault(model, Map.of()).get(number);
        return found == null ? new EncoderId(number) : found.encoder();
    }

    @Override
    public ClusterEdits edits(String model) {
        return edits.getOrDefault(model, ClusterEdits.NONE);
    }
}
