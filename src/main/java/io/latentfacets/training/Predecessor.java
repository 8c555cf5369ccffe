/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.model.Generation;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.core.rest.RestStatus;

/**
 * The active generation that a training compares its own with and replaces. Immutable.
 *
 * @param number the number; 0 for a first training
 * @param generation the generation; null for a first training, and if its archive is damaged or missing
 * @param firstKey the number in the first new key of a cluster if there is no generation to continue: no former cluster
 *     had it or a larger one
 */
record Predecessor(int number, Generation generation, long firstKey) {

    private static final Logger logger = LogManager.getLogger(Predecessor.class);

    private static final Predecessor NONE = new Predecessor(0, null, 0);

    /**
     * Loads the active generation. A forced training goes on without one that is damaged or missing; any other fails
     * with status 409. Whatever else prevents loading, such as too little memory, fails the training in both cases.
     *
     * @param active the number of the active generation, 0 for none
     * @param next the number of the generation that the training makes
     * @param load loads the active generation; blocks
     */
    static Predecessor load(String model, int active, int next, boolean force, Supplier<Generation> load) {
        if (active == 0) {
            return NONE;
        }
        try {
            return new Predecessor(active, load.get(), 0);
        } catch (RuntimeException e) {
            Throwable damage = ExceptionsHelper.unwrap(e, IOException.class, ResourceNotFoundException.class);
            if (damage == null) {
                throw e;
            }
            if (!force) {
                throw new OpenSearchStatusException(
                        "the active generation [{}] of model [{}] cannot be read, so a new one can neither be compared"
                                + " with it nor keep the keys of its clusters: {}; [\"force\": true] trains without it",
                        RestStatus.CONFLICT,
                        e,
                        active,
                        model,
                        damage.getMessage());
            }
            logger.warn(
                    "training generation [{}] of model [{}] without the active generation [{}], which cannot be read: {}",
                    next,
                    model,
                    active,
                    damage.getMessage());
            return new Predecessor(active, null, (next - 1L) * ClusterOptions.MAX_COUNT);
        }
    }
}
