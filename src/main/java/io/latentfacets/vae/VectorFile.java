/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.IOUtils;

/**
 * Vectors by document number, in a memory-mapped file. The file takes 4 bytes per component; the heap takes 4 bytes per
 * document, with or without a vector. Reads are thread-safe and may come in any order. {@link #close} deletes the file
 * and must come after the last read; a later read throws {@link org.apache.lucene.store.AlreadyClosedException}.
 */
public final class VectorFile implements Closeable {
    private static final int ABSENT = -1;

    private final Directory directory;
    private final String name;
    private final IndexInput vectors;
    private final int dims;
    private final int[] slots;
    private boolean closed;

    private VectorFile(Directory directory, String name, int dims, int[] slots) throws IOException {
        this.directory = directory;
        this.name = name;
        this.dims = dims;
        this.slots = slots;
        this.vectors = directory.openInput(name, IOContext.DEFAULT);
    }

    /** Returns the number of documents, including those without a vector. */
    public int size() {
        return slots.length;
    }

    /** Returns the length of the vectors; 0 if there are none. */
    public int dims() {
        return dims;
    }

    /** Returns whether document {@code doc} has a vector. */
    public boolean has(int doc) {
        return slots[doc] != ABSENT;
    }

    /** Returns a new copy of the vector of document {@code doc}, {@code [dims]}; {@code null} if it has none. */
    public float[] get(int doc) {
        if (slots[doc] == ABSENT) {
            return null;
        }
        float[] vector = new float[dims];
        try {
            IndexInput in = vectors.clone();
            in.seek((long) slots[doc] * dims * Float.BYTES);
            in.readFloats(vector, 0, dims);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return vector;
    }

    /** Closes and deletes the file, and closes its directory. Further calls have no effect. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        IOUtils.close(vectors, () -> directory.deleteFile(name), directory);
    }

    /**
     * Writes vectors one after the other. Not thread-safe. {@link #close} deletes the file unless {@link #finish}
     * succeeded.
     */
    public static final class Writer implements Closeable {
        private final Directory directory;
        private final IndexOutput out;
        private int[] slots = new int[1024];
        private int documents;
        private int written;
        private int dims;
        private boolean ended;

        /** @param spillDir the directory for the file, created if missing; others may use it too */
        public Writer(Path spillDir) throws IOException {
            this.directory = new MMapDirectory(spillDir);
            try {
                this.out = directory.createTempOutput("latent", "vectors", IOContext.DEFAULT);
            } catch (IOException | RuntimeException e) {
                IOUtils.closeWhileHandlingException(directory);
                throw e;
            }
        }

        /**
         * Adds the vector of the next document.
         *
         * @param vector the vector, as long as the first one; {@code null} or all zero for none
         */
        public void add(float[] vector) throws IOException {
            slots = ArrayUtil.grow(slots, documents + 1);
            if (Input.isZero(vector)) {
                slots[documents++] = ABSENT;
                return;
            }
            if (written > 0 && vector.length != dims) {
                throw new IllegalArgumentException("a vector must have [" + dims + "] dimensions: " + vector.length);
            }
            dims = vector.length;
            for (float component : vector) {
                out.writeInt(Float.floatToIntBits(component));
            }
            slots[documents++] = written++;
        }

        /** Returns the number of documents with a vector so far. */
        public int vectors() {
            return written;
        }

        /** Returns the length of the vectors; 0 before the first one. */
        public int dims() {
            return dims;
        }

        /** Ends writing and returns the file for reading; the caller must close it. May be called once. */
        public VectorFile finish() throws IOException {
            out.close();
            VectorFile file = new VectorFile(directory, out.getName(), dims, Arrays.copyOf(slots, documents));
            ended = true;
            return file;
        }

        @Override
        public void close() throws IOException {
            if (!ended) {
                ended = true;
                IOUtils.closeWhileHandlingException(out);
                IOUtils.close(() -> directory.deleteFile(out.getName()), directory);
            }
        }
    }
}
