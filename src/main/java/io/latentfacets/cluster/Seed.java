/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A subject that the definition of a model asks for: words and documents around which a training makes one cluster.
 * Immutable.
 *
 * @param label the label of the cluster, at most {@link #MAX_LENGTH} characters, no blank
 * @param terms words and phrases of the subject, as a person writes them; may be empty if there are documents
 * @param ids documents of the subject; may be empty if there are terms
 */
public record Seed(String label, List<String> terms, List<Example> ids) {

    /** The largest number of seeds of a model. */
    public static final int MAX_SEEDS = 100;

    /** The largest number of terms of a seed. */
    public static final int MAX_TERMS = 50;

    /** The largest number of documents of a seed. */
    public static final int MAX_IDS = 100;

    /** The largest number of characters of a label or a term. */
    public static final int MAX_LENGTH = 200;

    /**
     * A document of a seed.
     *
     * @param index the name of its concrete index; "" for any
     * @param id its id
     */
    public record Example(String index, String id) {}

    /** @throws IllegalArgumentException if the seed has neither terms nor documents, or more than its bounds allow */
    public Seed {
        terms = List.copyOf(terms);
        ids = List.copyOf(ids);
        if (label.isBlank() || label.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a label must have 1 to " + MAX_LENGTH + " characters: " + label);
        }
        if ((terms.isEmpty() && ids.isEmpty()) || terms.size() > MAX_TERMS || ids.size() > MAX_IDS) {
            throw new IllegalArgumentException("seed [" + label + "] must have up to " + MAX_TERMS + " terms and up to "
                    + MAX_IDS + " documents, and one at least: " + terms.size() + ", " + ids.size());
        }
    }

    /** The label of a seed that a person gave none: its first terms, joined by commas. */
    public static String labelOf(List<String> terms) {
        return String.join(", ", terms.subList(0, Math.min(terms.size(), ClusterInfo.LABEL_TERMS)));
    }

    /** The first label that two seeds have; null if no two have the same. */
    public static String repeated(List<Seed> seeds) {
        Set<String> labels = new HashSet<>();
        return seeds.stream()
                .map(Seed::label)
                .filter(label -> !labels.add(label))
                .findFirst()
                .orElse(null);
    }
}
