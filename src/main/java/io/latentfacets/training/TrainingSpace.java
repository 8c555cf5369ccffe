/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.common.util.io.IOUtils;

/**
 * Where trainings put their files: one directory each, under the node's data path, empty again when the node starts.
 * Thread-safe.
 */
public final class TrainingSpace {

    private static final Logger logger = LogManager.getLogger(TrainingSpace.class);

    private final Path root;

    /** @param dataPath the node's first data path; nothing is touched yet */
    public TrainingSpace(Path dataPath) {
        this.root = dataPath.resolve("latent-facets").resolve("tmp");
    }

    /** Removes what a node that was killed has left behind. Call once, when the node starts; does not throw. */
    public void sweep() {
        remove(root);
    }

    /** A new empty directory, to be given to {@link #remove}. */
    Path create() throws IOException {
        return Files.createDirectories(root.resolve(UUID.randomUUID().toString()));
    }

    /** Removes a directory and all in it; what cannot be removed now goes at the next start. Does not throw. */
    void remove(Path directory) {
        try {
            IOUtils.rm(directory);
        } catch (IOException e) {
            logger.warn("cannot remove [{}], it will be removed when the node starts", directory, e);
        }
    }
}
