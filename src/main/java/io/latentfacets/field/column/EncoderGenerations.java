/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Finds the generation whose rules serve a latent, by the latent's encoder: the pinned generation for its own encoder,
 * and for any other the newest known generation with it. Not thread-safe.
 */
final class EncoderGenerations {
    /** The largest number of other encoders whose latents one column takes: the newest. */
    static final int MAX_FOREIGN = 8;

    private final Generation pinned;
    private final IntFunction<Generation> others;
    /** The number of a generation with each other encoder that counts as known, by {@code EncoderId.bits}. */
    private final Map<Long, Integer> numbers = new HashMap<>();

    private final Set<Integer> missing = new TreeSet<>();

    /**
     * @param known the model's generations, ascending by number
     * @param others gives the model's other generations by number; null for an unavailable one
     */
    EncoderGenerations(Generation pinned, List<Generations.Known> known, IntFunction<Generation> others) {
        this.pinned = pinned;
        this.others = others;
        for (int i = known.size() - 1; i >= 0 && numbers.size() < MAX_FOREIGN; i--) {
            if (!known.get(i).encoder().equals(pinned.encoder())) {
                numbers.putIfAbsent(known.get(i).encoder().bits(), known.get(i).number());
            }
        }
    }

    Generation pinned() {
        return pinned;
    }

    boolean knows(long encoder) {
        return encoder == pinned.encoder().bits() || numbers.containsKey(encoder);
    }

    /**
     * Returns the generation of a known encoder; null if it is not available, which {@link #missing} then says. A
     * caller keeps what it makes of the answer, because this method may wait.
     */
    Generation of(long encoder) {
        if (encoder == pinned.encoder().bits()) {
            return pinned;
        }
        int number = numbers.get(encoder);
        Generation other = others.apply(number);
        // A generation of that number with another encoder is on its way out of this node's memory.
        if (other == null || other.encoder().bits() != encoder) {
            missing.add(number);
            return null;
        }
        return other;
    }

    /** The generations that some latents need and that were not available; at most {@value #MAX_FOREIGN}. */
    Set<Integer> missing() {
        return missing;
    }
}
