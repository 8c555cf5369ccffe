/* SPDX-License-Identifier: Apache-2.0 */
/** Shows what a model has learned: points of latent space as words, short texts and real documents. */
package io.latentfacets.generate;
