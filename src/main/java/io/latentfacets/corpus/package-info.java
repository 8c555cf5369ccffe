/* SPDX-License-Identifier: Apache-2.0 */
/** Reads the documents of a model's source in pages, for training and evaluation, with the rights of the caller. */
package io.latentfacets.corpus;
