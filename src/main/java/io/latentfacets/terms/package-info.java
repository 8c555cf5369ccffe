/* SPDX-License-Identifier: Apache-2.0 */
/** The words of a model: which ones are near to a word in the space that the training has made. */
package io.latentfacets.terms;
