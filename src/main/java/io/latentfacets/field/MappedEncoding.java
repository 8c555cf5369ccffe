/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

/**
 * What the mapping of a {@code latent_vector} field with {@code "encode": true} says: documents are encoded without any
 * pipeline. Immutable.
 *
 * @param model the name of the model to encode with
 * @param derived the fields to fill beside the latent
 */
public record MappedEncoding(String model, DerivedFields derived) {}
