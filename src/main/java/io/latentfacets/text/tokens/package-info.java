/* SPDX-License-Identifier: Apache-2.0 */
/** Tokens of a text without its analyzer, and what is not prose in a text. Knows nothing of vocabularies. */
package io.latentfacets.text.tokens;
