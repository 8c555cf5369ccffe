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
 * The directory for the files of trainings, under the node's own data path. Each training has a directory of its own.
 * The node empties it at its start. Thread-safe.
 */
public final class TrainingSpace {

    private static final Logger logger = LogManager.getLogger(TrainingSpace.class);

    private final Path root;

    /** @param dataPath a data path that no other node uses; the constructor writes nothing */
    public TrainingSpace(Path dataPath) {
        this.root = dataPath.resolve("latent-facets").resolve("tmp");
    }

    /** Removes the files that a killed node left behind. Call once, when the node starts. Does not throw. */
    public void sweep() {
        remove(root);
    }

    /** Creates an empty directory; the caller must {@link #remove} it. */
    Path create() throws IOException {
        return Files.createDirectories(root.resolve(UUID.randomUUID().toString()));
    }

    /** Removes a directory with its contents; the node's next start removes what remains. Does not throw. */
    void remove(Path directory) {
        try {
            IOUtils.rm(directory);
        } catch (IOException e) {
            logger.warn("cannot remove [{}], it will be removed when the node starts", directory, e);
        }
    }
}
