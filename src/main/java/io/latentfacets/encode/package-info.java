/* SPDX-License-Identifier: Apache-2.0 */
/** From a document to a latent: what of it is read, open encoders, explanations, and the endpoint {@code _encode}. */
package io.latentfacets.encode;
