/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Attaches a model to indices (mapping, pipeline, default pipeline) and encodes the documents that they already hold.
 */
package io.latentfacets.attach;
