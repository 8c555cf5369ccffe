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
 * Writes the vectors of a model's documents to a file while the documents are read. All vectors must have the same
 * length. Not thread-safe. {@link #close} deletes the file unless {@link #finish} has handed it over.
 */
final class VectorCollector implements Closeable {

    private final ModelDefinition definition;
    private final int expected;
    private final VectorFile.Writer vectors;
    private String first;
    private long documents;

    /**
     * @param definition the definition of a model with a vector field
     * @param expected the number of dimensions; 0 for that of the first vector
     * @param directory the directory for the file
     */
    VectorCollector(ModelDefinition definition, int expected, Path directory) throws IOException {
        this.definition = definition;
        this.expected = expected;
        this.vectors = new VectorFile.Writer(directory);
    }

    /**
     * Adds the vector of the next document; returns whether the document has one.
     *
     * @throws IllegalArgumentException if the value is no vector or has another length; names model, document, field
     *     and bound
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
     * The vectors of all documents, owned by the caller, who must close them.
     *
     * @throws IllegalArgumentException if no document has a vector and a new encoder is to learn from them
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
