/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.definition.ModelDefinition;

/**
 * What a worker is to train.
 *
 * @param definition the model's definition
 * @param generation the number of the new generation
 * @param mode the parts that the training makes new
 * @param force whether to activate the generation even if {@link QualityGate} would refuse it
 * @param why why the training was started
 * @param beginning how it is to begin
 */
record TrainingJob(
        ModelDefinition definition, int generation, TrainMode mode, boolean force, String why, Beginning beginning) {}
