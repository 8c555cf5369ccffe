/* SPDX-License-Identifier: Apache-2.0 */
/** The map: a small network that gives each latent a place on a plane, so that neighbours stay neighbours. */
package io.latentfacets.vae.projection;
