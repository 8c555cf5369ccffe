/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.bottleneck;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Documents as distributions over words: the share of each word in the counts of a document, 1 in total. Words of fewer
 * than {@link #LEAST_DOCUMENTS} of the documents are left out, and so are all but the {@link #MOST_WORDS} words of most
 * documents. A document without any other word is empty. Immutable and thread-safe.
 *
 * <p>Takes 6 bytes for each different word of each document: 10 MB for 20,000 documents of 80 words.
 */
public final class WordShares {
    /** A word of a single document cannot tell which documents belong together. */
    public static final int LEAST_DOCUMENTS = 2;

    public static final int MOST_WORDS = 10_000;

    /**
     * Every share is a multiple of this unit. Sums of up to 2²² shares are therefore exact in doubles, in any order,
     * and a document that leaves a sum leaves no trace.
     */
    static final double UNIT = 0x1p-30;

    private final int words;
    private final int[] starts;
    private final char[] ids;
    private final float[] shares;

    private WordShares(int words, int[] starts, char[] ids, float[] shares) {
        this.words = words;
        this.starts = starts;
        this.ids = ids;
        this.shares = shares;
    }

    /** All documents of a source, in its order. */
    public static WordShares of(BowSource bags) {
        return of(bags, IntStream.range(0, bags.size()).toArray());
    }

    /**
     * Reads the documents twice.
     *
     * @param bags the bags of words
     * @param rows the documents to take, by their numbers in {@code bags}; document i is then {@code rows[i]}
     * @throws ArithmeticException if the sum of the documents' different words exceeds the largest int
     */
    public static WordShares of(BowSource bags, int[] rows) {
        long entries = 0;
        int[] frequencies = new int[0];
        for (int row : rows) {
            Bow bag = bags.get(row);
            entries += bag.size();
            frequencies = count(bag, frequencies);
        }
        int[] numbers = numbers(frequencies);
        int[] starts = new int[rows.length + 1];
        // a little too long: few of the entries are of words that are left out
        char[] ids = new char[Math.toIntExact(entries)];
        float[] shares = new float[ids.length];
        for (int i = 0; i < rows.length; i++) {
            Bow bag = bags.get(rows[i]);
            int end = starts[i];
            double total = 0;
            for (int e = 0; e < bag.size(); e++) {
                if (numbers[bag.id(e)] >= 0) {
                    ids[end] = (char) numbers[bag.id(e)];
                    shares[end] = bag.count(e);
                    total += bag.count(e);
                    end++;
                }
            }
            for (int e = starts[i]; e < end; e++) {
                shares[e] = (float) (Math.max(1, Math.round(shares[e] / total / UNIT)) * UNIT);
            }
            starts[i + 1] = end;
        }
        int words = (int) Arrays.stream(numbers).filter(number -> number >= 0).count();
        return new WordShares(words, starts, ids, shares);
    }

    /** Counts a document's words; the result has room for the highest id so far. */
    private static int[] count(Bow bag, int[] frequencies) {
        // ids ascend
        int needed = bag.isEmpty() ? 0 : bag.id(bag.size() - 1) + 1;
        int[] counted = needed > frequencies.length
                ? Arrays.copyOf(frequencies, Math.max(needed, 2 * frequencies.length))
                : frequencies;
        for (int e = 0; e < bag.size(); e++) {
            counted[bag.id(e)]++;
        }
        return counted;
    }

    /** The number of each word that is kept, ascending from 0; −1 for the others. */
    private static int[] numbers(int[] frequencies) {
        int[] kept = IntStream.range(0, frequencies.length)
                .filter(id -> frequencies[id] >= LEAST_DOCUMENTS)
                .boxed()
                .sorted((a, b) -> frequencies[b] - frequencies[a])
                .limit(MOST_WORDS)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        int[] numbers = new int[frequencies.length];
        Arrays.fill(numbers, -1);
        for (int number = 0; number < kept.length; number++) {
            numbers[kept[number]] = number;
        }
        return numbers;
    }

    /** The number of documents, empty ones included. */
    public int size() {
        return starts.length - 1;
    }

    /** The number of different words. */
    public int words() {
        return words;
    }

    public boolean isEmpty(int document) {
        return starts[document] == starts[document + 1];
    }

    /** The position of a document's first word; its words end before the start of the next document. */
    int start(int document) {
        return starts[document];
    }

    /** The word at a position, 0 to {@link #words} − 1. */
    int word(int position) {
        return ids[position];
    }

    /** The share of the word at a position, above 0. */
    float share(int position) {
        return shares[position];
    }
}
