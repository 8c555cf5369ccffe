/* SPDX-License-Identifier: Apache-2.0 */
/** The classifiers in a node's memory, and their answers for documents. */
package io.latentfacets.classify.serve;
