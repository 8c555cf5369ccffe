/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Tells whether documents still are as those that a model learned from. {@link io.latentfacets.drift.DriftSketch} is
 * their statistics, {@link io.latentfacets.drift.DriftReference} what to expect without drift,
 * {@link io.latentfacets.drift.DriftReport} the comparison.
 */
package io.latentfacets.drift;
