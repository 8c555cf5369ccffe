/* SPDX-License-Identifier: Apache-2.0 */
/** A trigram model of a few documents, and sentences sampled from it. Knows no server. */
package io.latentfacets.generate.ngram;
