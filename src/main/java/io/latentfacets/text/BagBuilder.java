/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.Arrays;

/**
 * Counts the words of one document into a bag. Learning and encoding both count through this class. Not thread-safe;
 * reusable after {@link #build}.
 */
final class BagBuilder {
    private final Vocabulary vocabulary;
    private long[] entries = new long[256]; // id, then position: sorting keeps the order of occurrence within an id
    private float[] weights = new float[256];
    private int count;
    private float weight;
    private int previous = -1;

    BagBuilder(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    void field(float fieldWeight) {
        weight = fieldWeight;
        previous = -1;
    }

    /**
     * Counts a word, and the phrase that it completes.
     *
     * @param id vocabulary id, -1 for a word outside the vocabulary
     * @param adjacent whether the word directly follows the one of the previous call
     * @return id of the phrase, or -1
     */
    int word(int id, boolean adjacent) {
        int phrase = -1;
        if (id >= 0) {
            add(id);
            if (adjacent && previous >= 0) {
                phrase = vocabulary.phrase(previous, id);
                if (phrase >= 0) {
                    add(phrase);
                }
            }
        }
        previous = id;
        return phrase;
    }

    /** Counts an entry; takes no note of it for phrases. */
    void add(int id) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, 2 * count);
            weights = Arrays.copyOf(weights, 2 * count);
        }
        entries[count] = ((long) id << 32) | count;
        weights[count++] = weight;
    }

    /** The memory that it holds, in bytes. */
    long bytes() {
        return (long) Long.BYTES * entries.length + (long) Float.BYTES * weights.length;
    }

    Bow build() {
        Arrays.sort(entries, 0, count);
        int[] ids = new int[count];
        float[] counts = new float[count];
        int size = 0;
        for (int i = 0; i < count; i++) {
            int id = (int) (entries[i] >>> 32);
            if (size == 0 || ids[size - 1] != id) {
                ids[size++] = id;
            }
            counts[size - 1] += weights[(int) entries[i]];
        }
        count = 0;
        previous = -1;
        return size == 0 ? Bow.EMPTY : new Bow(Arrays.copyOf(ids, size), Arrays.copyOf(counts, size));
    }
}
