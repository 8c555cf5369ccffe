/* SPDX-License-Identifier: Apache-2.0 */
/** Finds clusters: their number, their rule and their parents; also the clusters of one search's results. */
package io.latentfacets.cluster.fit;
