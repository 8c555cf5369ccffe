/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Trains models: the tasks, reading the corpus, the phases, the quality gate before a generation becomes active, and
 * the re-encoding after it.
 */
package io.latentfacets.training;
