/* SPDX-License-Identifier: Apache-2.0 */
/** Latents in an index: the mapping type {@code latent_vector} and its doc values. */
package io.latentfacets.field;
