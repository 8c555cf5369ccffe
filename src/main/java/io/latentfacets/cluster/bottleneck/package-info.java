/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The information bottleneck: how much the cluster of a document tells about its words. Judges, improves and finds
 * divisions of documents by their words alone.
 */
package io.latentfacets.cluster.bottleneck;
