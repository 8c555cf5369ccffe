/* SPDX-License-Identifier: Apache-2.0 */
/** Attaching a model to indices – mapping, pipeline, default pipeline – and encoding the documents that are there. */
package io.latentfacets.attach;
