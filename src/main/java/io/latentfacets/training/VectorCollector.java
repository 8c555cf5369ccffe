/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.SourceVector;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.vae.VectorFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Collects the vectors of a model's documents in a file, as the documents are read. They must all be of one length. Not
 * thread-safe; {@link #close} deletes the file unless it was handed over.
 */
final class VectorCollector implements Closeable {

    private final ModelDefinition definition;
    private final int expected;
    private final VectorFile.Writer vectors;
    private String first;
    private long documents;

    /**
     * @param definition of a model with a vector field
     * @param expected length of the vectors; 0 for that of the first one
     * @param directory where the file goes
     */
    VectorCollector(ModelDefinition definition, int expected, Path directory) throws IOException {
        this.definition = definition;
        this.expected = expected;
        this.vectors = new VectorFile.Writer(directory);
    }

    /**
     * Takes the vector of the next document; returns whether it has one.
     *
     * @throws IllegalArgumentException naming model, document, field and bound, if it is no vector or not of the length
     *     of the others
     */
    boolean add(CorpusReader.Document document) throws IOException {
        documents++;
        float[] vector;
        try {
            vector = SourceVector.of(
                    document.source(), definition.source().vectorField(), expected > 0 ? expected : vectors.dims());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "model [" + definition.name() + "] cannot read [source.vector_field] of document [" + document.id()
                            + "]: " + e.getMessage()
                            + (first == null ? "" : "; the first vector that was read is of document [" + first + "]"),
                    e);
        }
        if (vector != null && first == null) {
            first = document.id();
        }
        vectors.add(vector);
        return vector != null;
    }

    /**
     * The vectors of all documents; the caller's to close.
     *
     * @throws IllegalArgumentException if no document has one, but an encoder is to be made of them
     */
    VectorFile finish() throws IOException {
        if (expected == 0 && vectors.vectors() == 0) {
            throw new IllegalArgumentException("model [" + definition.name()
                    + "] finds no vector in [source.vector_field] ["
                    + definition.source().vectorField() + "] of [" + documents + "] documents in "
                    + definition.source().indices() + ", it needs at least [1]: an array of numbers in [_source]");
        }
        return vectors.finish();
    }

    @Override
    public void close() throws IOException {
        vectors.close();
    }
}
