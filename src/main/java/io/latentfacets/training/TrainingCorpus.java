/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.Vocabulary;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was read, in the order of training: documents by the hash of their id, so that the same documents train the same
 * model whatever shards and segments they come from. Documents without usable text are left out. Reads are thread-safe;
 * owns the corpus's file.
 */
final class TrainingCorpus implements BowSource, Closeable {

    private final Corpus corpus;
    private final int[] order;
    private final List<String> ids;
    private final List<byte[]> previous;

    private TrainingCorpus(Corpus corpus, int[] order, List<String> ids, List<byte[]> previous) {
        this.corpus = corpus;
        this.order = order;
        this.ids = ids;
        this.previous = previous;
    }

    /**
     * Takes ownership of the corpus.
     *
     * @param ids by document as it was read
     * @param hashes the same
     * @param previous latents of the previous generation, the same; null if there is none
     */
    static TrainingCorpus of(Corpus corpus, List<String> ids, long[] hashes, List<byte[]> previous) {
        int[] order = IntStream.range(0, corpus.size())
                .filter(i -> corpus.get(i).isEmpty() == false)
                .boxed()
                .sorted((a, b) -> hashes[a] != hashes[b]
                        ? Long.compare(hashes[a], hashes[b])
                        : ids.get(a).compareTo(ids.get(b)))
                .mapToInt(Integer::intValue)
                .toArray();
        List<String> sortedIds = new ArrayList<>(order.length);
        List<byte[]> sortedPrevious = previous == null ? null : new ArrayList<>(order.length);
        for (int i : order) {
            sortedIds.add(ids.get(i));
            if (previous != null) {
                sortedPrevious.add(previous.get(i));
            }
        }
        return new TrainingCorpus(corpus, order, sortedIds, sortedPrevious);
    }

    @Override
    public int size() {
        return order.length;
    }

    @Override
    public Bow get(int row) {
        return corpus.get(order[row]);
    }

    Vocabulary vocabulary() {
        return corpus.vocabulary();
    }

    /** Document ids, by row. */
    List<String> ids() {
        return ids;
    }

    /** Whether the documents were encoded by the previous generation too. */
    boolean hasPrevious() {
        return previous != null;
    }

    /**
     * Quantised latents of the previous generation, by row, null where it has none for a document; null without
     * {@link #hasPrevious}.
     */
    List<byte[]> previous() {
        return previous;
    }

    @Override
    public void close() throws IOException {
        corpus.close();
    }
}
