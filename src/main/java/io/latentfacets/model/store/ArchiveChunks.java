/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.common.UUIDs;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Stores archives as documents of at most {@value #CHUNK_BYTES} bytes each (before base64). Writing and reading stream
 * the archive: only one chunk is in memory at a time.
 */
final class ArchiveChunks {

    static final int CHUNK_BYTES = 1 << 20;
    static final String TYPE = "chunk";

    private final SystemIndex index;
    private final String model;
    private final int generation;
    private final String attempt;
    private final String type;

    /** The chunks that one attempt to publish writes. No other attempt, of the same generation or not, shares them. */
    ArchiveChunks(SystemIndex index, String model, int generation) {
        this(index, model, generation, UUIDs.base64UUID());
    }

    /** @param attempt the attempt that wrote the chunks, as {@link #attempt} named it */
    ArchiveChunks(SystemIndex index, String model, int generation, String attempt) {
        this(index, model, generation, attempt, TYPE);
    }

    /** @param type the type of the chunks' documents; the cleaning after trainings deletes {@value #TYPE}s only */
    ArchiveChunks(SystemIndex index, String model, int generation, String attempt, String type) {
        this.index = index;
        this.model = model;
        this.generation = generation;
        this.attempt = attempt;
        this.type = type;
    }

    /** The name of the attempt, a part of the chunks' ids. */
    String attempt() {
        return attempt;
    }

    private String id(int chunk) {
        return GenerationDocument.chunkId(model, generation, attempt, chunk);
    }

    /** Deletes the chunks of this attempt, written completely or not. */
    void delete(int count) {
        index.delete(IntStream.range(0, count).mapToObj(this::id).toList());
    }

    /** Stores an archive and returns its chunks in order. If that fails, deletes those that are written if it can. */
    List<GenerationDocument.Chunk> write(CheckedConsumer<OutputStream, IOException> archive) throws IOException {
        try (Writer out = new Writer()) {
            try {
                archive.accept(out);
                out.flushChunk();
            } catch (IOException | RuntimeException e) {
                deleteAfter(e, out.chunks.size() + 1); // the last one may be written although its answer is an error
                throw e;
            }
            return out.chunks;
        }
    }

    /** Deletes the chunks of this attempt if it can, because of a failure. */
    void deleteAfter(Exception failure, int count) {
        try {
            delete(count);
        } catch (RuntimeException e) {
            // the next training of the model deletes them
            failure.addSuppressed(e);
        }
    }

    /**
     * Reads all chunks back and compares their hashes.
     *
     * @throws IOException naming the first chunk that is missing or differs
     */
    void verify(List<GenerationDocument.Chunk> chunks) throws IOException {
        for (int i = 0; i < chunks.size(); i++) {
            read(i, chunks.get(i));
        }
    }

    /** Opens the archive; the stream verifies each chunk when it reads it. */
    InputStream open(List<GenerationDocument.Chunk> chunks) {
        return new Reader(chunks);
    }

    private byte[] read(int i, GenerationDocument.Chunk expected) throws IOException {
        SystemIndex.Doc doc = index.get(id(i));
        if (!doc.exists()) {
            throw new IOException("chunk [" + id(i) + "] is missing from [" + SystemIndex.NAME + "]");
        }
        byte[] bytes = bytes(i, doc);
        String sha = sha256(bytes);
        if (bytes.length != expected.bytes() || !sha.equals(expected.sha256())) {
            throw new IOException("chunk [" + id(i) + "] is damaged: [" + bytes.length + "] bytes with SHA-256 [" + sha
                    + "], not [" + expected.bytes() + "] with [" + expected.sha256() + "]");
        }
        return bytes;
    }

    private byte[] bytes(int i, SystemIndex.Doc doc) throws IOException {
        try {
            return Base64.getDecoder().decode(String.valueOf(doc.source().get("bytes")));
        } catch (IllegalArgumentException e) {
            throw new IOException("chunk [" + id(i) + "] is damaged: " + e.getMessage(), e);
        }
    }

    private static String sha256(byte[] bytes) {
        return MessageDigests.toHexString(MessageDigests.sha256().digest(bytes));
    }

    private final class Writer extends OutputStream {
        private final List<GenerationDocument.Chunk> chunks = new ArrayList<>();
        private final byte[] buffer = new byte[CHUNK_BYTES];
        private int filled;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int from = offset;
            int left = length;
            while (left > 0) {
                int n = Math.min(left, buffer.length - filled);
                System.arraycopy(bytes, from, buffer, filled, n);
                filled += n;
                from += n;
                left -= n;
                if (filled == buffer.length) {
                    flushChunk();
                }
            }
        }

        private void flushChunk() throws IOException {
            if (filled == 0) {
                return;
            }
            byte[] bytes = Arrays.copyOf(buffer, filled);
            filled = 0;
            XContentBuilder source = XContentFactory.jsonBuilder()
                    .startObject()
                    .field("type", type)
                    .field("model", model)
                    .field("generation", generation)
                    .field("bytes", bytes)
                    .endObject();
            index.put(id(chunks.size()), source);
            chunks.add(new GenerationDocument.Chunk(bytes.length, sha256(bytes)));
        }
    }

    private final class Reader extends InputStream {
        private final List<GenerationDocument.Chunk> chunks;
        private int next;
        private byte[] chunk = new byte[0];
        private int position;

        private Reader(List<GenerationDocument.Chunk> chunks) {
            this.chunks = chunks;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (position == chunk.length) {
                if (next == chunks.size()) {
                    return -1;
                }
                chunk = ArchiveChunks.this.read(next, chunks.get(next));
                next++;
                position = 0;
            }
            int n = Math.min(length, chunk.length - position);
            System.arraycopy(chunk, position, target, offset, n);
            position += n;
            return n;
        }
    }
}
