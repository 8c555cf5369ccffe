/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

/**
 * Where documents were on the map of the generation before.
 *
 * @param projection the former map
 * @param latents the former latent of each document, {@code [documents][dims]}, unit length; a row of zeros for a
 *     document without one
 */
public record FormerMap(Projection projection, float[][] latents) {}
