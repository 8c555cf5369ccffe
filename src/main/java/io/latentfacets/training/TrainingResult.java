/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.LeftDocuments;
import java.util.List;

/**
 * What a worker has made.
 *
 * @param summary the new generation
 * @param left what its re-encoding had to leave
 */
record TrainingResult(GenerationSummary summary, List<LeftDocuments> left) {}
