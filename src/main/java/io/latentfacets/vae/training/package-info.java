/* SPDX-License-Identifier: Apache-2.0 */
/** The training of a network: stages, epochs, restarts. */
package io.latentfacets.vae.training;
