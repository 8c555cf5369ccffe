/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Measures how well a generation divides documents, with or without labels, on any documents. Reads the documents with
 * the rights of the caller and writes nothing.
 */
package io.latentfacets.evaluation;
