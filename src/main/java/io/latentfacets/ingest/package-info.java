/* SPDX-License-Identifier: Apache-2.0 */
/** The ingest processor {@code latent_encode}. */
package io.latentfacets.ingest;
