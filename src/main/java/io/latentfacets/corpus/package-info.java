/* SPDX-License-Identifier: Apache-2.0 */
/** Reading the documents of a model's source in pages, for training and evaluation, as the caller. */
package io.latentfacets.corpus;
