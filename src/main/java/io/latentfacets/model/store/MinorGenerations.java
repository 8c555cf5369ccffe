/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.definition.ModelNames;
import java.io.IOException;
import java.util.function.IntFunction;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.rest.RestStatus;

/**
 * Publishes and activates minor generations, without the lock of a training: nobody who wants to train has to wait for
 * one. A training that begins meanwhile wins. If the minor generation is not committed yet, the training takes its
 * place ({@link GenerationFiles#abandon}); if it is not active yet, the cluster manager refuses to activate it while
 * the cluster state has the training's task. So what a training has read as the active generation stays that until its
 * end. Thread-safe. Blocks on the index: call it on the generic pool only.
 */
final class MinorGenerations {

    private final ModelRecords records;
    private final GenerationFiles files;

    MinorGenerations(ModelRecords records, GenerationFiles files) {
        this.records = records;
        this.files = files;
    }

    /**
     * Makes, stores and activates a minor generation.
     *
     * @param expected the generation that must be active
     * @param make makes the generation with a number
     * @throws OpenSearchStatusException with status 409 if the model trains or another generation is active; nothing of
     *     the minor one is left then
     */
    GenerationSummary publish(String model, int expected, IntFunction<Generation> make) throws IOException {
        int[] number = new int[1];
        records.change(model, document -> {
            requireIdle(document, model);
            number[0] = document.lastGeneration() + 1;
            return document.withLastGeneration(number[0]);
        });
        Generation generation = make.apply(number[0]);
        GenerationSummary summary = files.store(generation, () -> requireIdle(records.require(model), model));
        try {
            files.activateMinor(model, expected, number[0]);
        } catch (RuntimeException e) {
            remove(model, number[0], e);
            throw e;
        }
        return summary;
    }

    private void remove(String model, int number, RuntimeException cause) throws IOException {
        try {
            files.deleteGeneration(model, number);
        } catch (RuntimeException e) {
            // the answer to the activation may have been lost, and then it is active
            cause.addSuppressed(e);
        }
    }

    private static void requireIdle(ModelDocument document, String model) {
        if (document == null || document.definition() == null) {
            throw ModelNames.unknown(model);
        }
        if (document.training() != null && document.training().running()) {
            throw new OpenSearchStatusException(
                    "the centroids of model [{}] stay where they are while it trains", RestStatus.CONFLICT, model);
        }
    }
}
