/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Latents in an index: the mapping type {@code latent_vector}, its doc values, and for each segment the column that
 * says which cluster a document is in ({@link io.latentfacets.field.ClusterColumns}), built before it is asked for
 * ({@link io.latentfacets.field.ColumnWarmer}).
 */
package io.latentfacets.field;
