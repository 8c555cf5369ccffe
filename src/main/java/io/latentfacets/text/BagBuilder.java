/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.Arrays;

/**
 * Counts the words of one document into a bag. Learning and encoding both count through this class. Not thread-safe;
 * reusable after {@link #build}. Its memory grows with the different words of a document, not with its length.
 */
final class BagBuilder {
    /** From this many entries on, those of the same word become one before there is room for more. */
    static final int MANY = 1 << 14;

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
            makeRoom();
        }
        entries[count] = ((long) id << 32) | count;
        weights[count++] = weight;
    }

    private void makeRoom() {
        if (count >= MANY) {
            merge();
        }
        if (count > entries.length / 2) {
            entries = Arrays.copyOf(entries, 2 * entries.length);
            weights = Arrays.copyOf(weights, 2 * weights.length);
        }
    }

    /** Makes one entry of those of each word. Adds their weights in order of occurrence, as {@link #build} would. */
    private void merge() {
        int before = previous;
        Bow bow = build();
        previous = before;
        count = bow.size();
        for (int i = 0; i < count; i++) {
            entries[i] = ((long) bow.ids()[i] << 32) | i;
            weights[i] = bow.counts()[i];
        }
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
