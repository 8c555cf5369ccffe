/* SPDX-License-Identifier: Apache-2.0 */
/** Encoding documents as they are indexed: the {@code latent_encode} processor, {@code _attach} and {@code _encode}. */
package io.latentfacets.ingest;
