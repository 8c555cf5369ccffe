/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Latents in an index: the mapping type {@code latent_vector} and its doc values. For each segment, a column gives the
 * cluster of every document ({@link io.latentfacets.field.ClusterColumns}). The warmer
 * ({@link io.latentfacets.field.ColumnWarmer}) builds columns before searches need them.
 */
package io.latentfacets.field;
