/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Watches what is ingested: {@link io.latentfacets.drift.watch.DriftWatch} keeps the statistics of this node,
 * {@link io.latentfacets.drift.watch.DriftService} compares those of all nodes with what a generation learned.
 */
package io.latentfacets.drift.watch;
