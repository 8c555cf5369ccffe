/* SPDX-License-Identifier: Apache-2.0 */
/** Encodes documents: reads sources, keeps encoders open, explains latents, and serves the endpoint {@code _encode}. */
package io.latentfacets.encode;
