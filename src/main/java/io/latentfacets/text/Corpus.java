/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;

/**
 * The bags of a corpus and their vocabulary. A memory-mapped file holds the rows, 8 bytes per distinct entry of a
 * document; the heap holds 8 bytes per document. Reads are thread-safe and may be in any order. {@link #close} deletes
 * the file. The owner calls it after the last read; a later read throws
 * {@link org.apache.lucene.store.AlreadyClosedException}.
 */
public final class Corpus implements Closeable, BowSource {
    private final Vocabulary vocabulary;
    private final Directory directory;
    private final String name;
    private final IndexInput rows;
    private final long[] offsets; // of the rows in the file, in bytes; [documents + 1]
    private final float[] unseenShares;
    private boolean closed;

    private Corpus(Vocabulary vocabulary, Directory directory, String name, long[] offsets, float[] unseenShares)
            throws IOException {
        this.vocabulary = vocabulary;
        this.directory = directory;
        this.name = name;
        this.offsets = offsets;
        this.unseenShares = unseenShares;
        this.rows = directory.openInput(name, IOContext.DEFAULT);
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * The share of each document's words that the vocabulary would not know if it had been learned without the
     * document: what to expect of documents that come later. {@code [size()]}, NaN for a document without words; empty
     * if the vocabulary was not learned from this corpus. Callers must not write to it.
     */
    public float[] unseenShares() {
        return unseenShares;
    }

    @Override
    public int size() {
        return offsets.length - 1;
    }

    @Override
    public Bow get(int doc) {
        int entries = (int) ((offsets[doc + 1] - offsets[doc]) / (Integer.BYTES + Float.BYTES));
        if (entries == 0) {
            return Bow.EMPTY;
        }
        int[] ids = new int[entries];
        float[] counts = new float[entries];
        try {
            IndexInput in = rows.clone();
            in.seek(offsets[doc]);
            in.readInts(ids, 0, entries);
            in.readFloats(counts, 0, entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Bow(ids, counts);
    }

    /** Size of the file, in bytes. */
    public long bytesOnDisk() {
        return offsets[offsets.length - 1];
    }

    /** Ends all reading, deletes the file and closes the directory. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        IOUtils.close(rows, () -> directory.deleteFile(name), directory);
    }

    /**
     * Writes rows in order. Not thread-safe; {@link #close} deletes the file unless {@link #finish} returned a corpus.
     */
    static final class Writer implements Closeable {
        private final Directory directory;
        private final IndexOutput out;
        private long[] offsets = new long[1024];
        private int documents;
        private boolean done;

        Writer(Directory directory) throws IOException {
            this.directory = directory;
            this.out = directory.createTempOutput("latent", "rows", IOContext.DEFAULT);
        }

        void add(Bow bow) throws IOException {
            for (int id : bow.ids()) {
                out.writeInt(id);
            }
            for (float count : bow.counts()) {
                out.writeInt(Float.floatToIntBits(count));
            }
            if (++documents == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * documents);
            }
            offsets[documents] = out.getFilePointer();
        }

        /**
         * Ends writing and returns the corpus, which owns the file and the directory.
         *
         * @param unseenShares what {@link Corpus#unseenShares()} returns
         */
        Corpus finish(Vocabulary vocabulary, float[] unseenShares) throws IOException {
            out.close();
            Corpus corpus = new Corpus(
                    vocabulary, directory, out.getName(), Arrays.copyOf(offsets, documents + 1), unseenShares);
            done = true;
            return corpus;
        }

        @Override
        public void close() throws IOException {
            if (!done) {
                IOUtils.closeWhileHandlingException(out);
                directory.deleteFile(out.getName());
            }
        }
    }
}
