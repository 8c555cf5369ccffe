/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.VectorFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.IOUtils;

/**
 * What was read, in the order of training: documents by the hash of their id, so that the same documents train the same
 * model whatever shards and segments they come from. Documents without usable text and without a vector are left out.
 * Reads are thread-safe; owns the files of words and vectors.
 */
final class TrainingCorpus implements InputSource, Closeable {

    /** In place of a row of words, for a document that has none. */
    static final int NO_TEXT = -1;

    private final Corpus corpus;
    private final int[] textRows;
    private final VectorFile vectors;
    private final int[] order;
    private final List<String> ids;
    private final List<byte[]> previous;

    private TrainingCorpus(
            Corpus corpus, int[] textRows, VectorFile vectors, int[] order, List<String> ids, List<byte[]> previous) {
        this.corpus = corpus;
        this.textRows = textRows;
        this.vectors = vectors;
        this.order = order;
        this.ids = ids;
        this.previous = previous;
    }

    /**
     * Takes ownership of corpus and vectors.
     *
     * @param corpus words by row
     * @param textRows by document as it was read: its row in the corpus, or {@link #NO_TEXT}
     * @param vectors by document as it was read; null for a model of text alone
     * @param ids by document as it was read
     * @param hashes the same
     * @param previous latents of the previous generation, the same; null if there is none
     */
    static TrainingCorpus of(
            Corpus corpus, int[] textRows, VectorFile vectors, List<String> ids, long[] hashes, List<byte[]> previous) {
        int[] order = IntStream.range(0, textRows.length)
                .filter(i -> !words(corpus, textRows[i]).isEmpty() || (vectors != null && vectors.has(i)))
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
        return new TrainingCorpus(corpus, textRows, vectors, order, sortedIds, sortedPrevious);
    }

    @Override
    public int size() {
        return order.length;
    }

    @Override
    public Bow get(int row) {
        return words(corpus, textRows[order[row]]);
    }

    private static Bow words(Corpus corpus, int textRow) {
        return textRow == NO_TEXT ? Bow.EMPTY : corpus.get(textRow);
    }

    @Override
    public int vectorDims() {
        return vectors == null ? 0 : vectors.dims();
    }

    @Override
    public float[] vector(int row) {
        return vectors == null ? null : vectors.get(order[row]);
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
        IOUtils.close(corpus, vectors);
    }
}
