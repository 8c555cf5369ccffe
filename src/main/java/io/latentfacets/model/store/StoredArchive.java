/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.async.WorkThreads;
import io.latentfacets.model.EncoderId;
import java.io.InputStream;

/**
 * The archive of a generation as it lies in the index; only what is being read is in memory. Immutable, thread-safe.
 */
public final class StoredArchive {

    private final GenerationFiles files;
    private final GenerationDocument document;

    StoredArchive(GenerationFiles files, GenerationDocument document) {
        this.files = files;
        this.document = document;
    }

    /** The number of the generation. */
    public int generation() {
        return document.summary().number();
    }

    /** The fingerprint of the encoder; {@link EncoderId#NONE} if the record was written before fingerprints existed. */
    public EncoderId encoder() {
        return document.summary().encoder();
    }

    /** The length, in bytes. */
    public long bytes() {
        return document.summary().bytes();
    }

    /**
     * Opens the archive. The stream reads a chunk of a megabyte at a time and verifies it; it fails with an IOException
     * that names a chunk that is missing or damaged. It blocks on the index. Whoever opens it closes it.
     */
    public InputStream open() {
        assert WorkThreads.mayWork() : WorkThreads.busy("reading an archive");
        return files.open(document);
    }
}
