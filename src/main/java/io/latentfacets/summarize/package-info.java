/* SPDX-License-Identifier: Apache-2.0 */
/** Summaries of documents, results and clusters by their own sentences: {@code _summarize}. */
package io.latentfacets.summarize;
