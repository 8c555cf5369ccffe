/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.cluster.Seed;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.VectorFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.lucene.util.IOUtils;

/**
 * The documents of a training, in the order of training: by the hash of their id. So equal documents train an equal
 * model, whatever shards and segments they come from. The corpus has no documents that lack both usable text and a
 * vector. Reads are thread-safe. Owns the files of words and vectors; {@link #close} releases them.
 */
final class TrainingCorpus implements InputSource, Closeable {

    /** The row number of a document without a row of words. */
    static final int NO_TEXT = -1;

    private final Corpus corpus;
    private final int[] textRows;
    private final VectorFile vectors;
    private final int[] order;
    private final List<String> ids;
    private final List<byte[]> previous;
    /** The index of each document, by row; null if nobody asks. */
    private List<String> indices;

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
     * @param corpus the words by row
     * @param textRows the row of each document in the corpus, or {@link #NO_TEXT}, in the order of reading
     * @param vectors the vector of each document, in the order of reading; null for a model of text alone
     * @param ids the id of each document, in the order of reading
     * @param hashes the hash of each id, in the order of reading
     * @param previous the latent of the previous generation for each document, in the order of reading, null for none;
     *     null if there is no previous generation
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

    /**
     * By row, the share of a document's words that a vocabulary learned without it would not know, as
     * {@link Corpus#unseenShares}; NaN for a document without words. Empty if the vocabulary was not learned from these
     * documents.
     */
    float[] unseenShares() {
        float[] byText = corpus.unseenShares();
        float[] shares = new float[byText.length == 0 ? 0 : size()];
        for (int row = 0; row < shares.length; row++) {
            int text = textRows[order[row]];
            shares[row] = text == NO_TEXT ? Float.NaN : byText[text];
        }
        return shares;
    }

    /** The document ids, by row. */
    List<String> ids() {
        return ids;
    }

    /**
     * The same corpus, which knows the indices of its documents.
     *
     * @param names the index of each document, in the order of reading
     */
    TrainingCorpus in(List<String> names) {
        indices = Arrays.stream(order).mapToObj(names::get).toList();
        return this;
    }

    /**
     * The rows of documents, ascending: none for one that is not in the corpus, several for one that is in several
     * indices. Reads all ids once, however many examples there are.
     *
     * @param checkCancelled a callback that throws to stop
     */
    Function<Seed.Example, int[]> rows(Collection<Seed.Example> examples, Runnable checkCancelled) {
        Map<String, List<Integer>> rows = new HashMap<>();
        examples.forEach(example -> rows.put(example.id(), new ArrayList<>()));
        for (int row = 0; row < size() && !rows.isEmpty(); row++) {
            if (row % 1024 == 0) {
                checkCancelled.run();
            }
            List<Integer> found = rows.get(ids.get(row));
            if (found != null) {
                found.add(row);
            }
        }
        return example -> rows.getOrDefault(example.id(), List.of()).stream()
                .filter(row -> example.index().isEmpty()
                        || (indices != null && indices.get(row).equals(example.index())))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Whether the previous generation encoded the documents too. */
    boolean hasPrevious() {
        return previous != null;
    }

    /**
     * The quantised latents of the previous generation, by row; an element is null if the document has none. The list
     * is null unless {@link #hasPrevious}.
     */
    List<byte[]> previous() {
        return previous;
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(corpus, vectors);
    }
}
