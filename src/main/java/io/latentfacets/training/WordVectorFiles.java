/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.WordVectorFile;
import io.latentfacets.vae.WordVectors;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of word vectors that an operator has put on this node. Immutable and thread-safe.
 *
 * @param directory the directory of the files, which need not exist
 * @param node the name of this node, for messages
 */
public record WordVectorFiles(Path directory, String node) {

    /** The directory of the files within the directory of the server's configuration. */
    public static final String DIRECTORY = "latent-facets";

    /**
     * Reads the vectors of the words of a vocabulary.
     *
     * @param name the plain name of the file, as {@link io.latentfacets.text.TextOptions} checks it
     * @param width the width of the first layer of the network that will start from the vectors
     * @param checkCancelled called now and then; throws to end the reading
     * @throws IllegalArgumentException if there is no such file, or it cannot be used; names the node, the directory
     *     and the file
     */
    WordVectors read(String name, Vocabulary vocabulary, int width, Runnable checkCancelled) {
        require(name);
        try {
            return WordVectorFile.read(directory.resolve(name), vocabulary, width, checkCancelled);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    where() + "cannot use a file in the directory [" + DIRECTORY + "] of its configuration: "
                            + e.getMessage(),
                    e);
        } catch (FileSystemException e) {
            // its message is the path, which is the operator's business
            throw unreadable(name, e.getReason() == null ? e.getClass().getSimpleName() : e.getReason(), e);
        } catch (IOException e) {
            throw unreadable(name, e.getMessage(), e);
        }
    }

    /**
     * Checks that a file is there, and that the server may read it.
     *
     * @throws IllegalArgumentException if it is not
     */
    void require(String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(where() + "has no file [" + name + "] in the directory [" + DIRECTORY
                    + "] of its configuration, or may not look into it; every node that trains needs it");
        }
        if (!Files.isReadable(file)) {
            throw unreadable(name, "access denied", null);
        }
    }

    private IllegalArgumentException unreadable(String name, String why, Exception cause) {
        return new IllegalArgumentException(
                where() + "cannot read the file [" + name + "] in the directory [" + DIRECTORY
                        + "] of its configuration: " + why,
                cause);
    }

    private String where() {
        return "[text.word_vectors]: node [" + node + "] ";
    }
}
