/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Counters, gauges and latencies: named once in {@link io.latentfacets.stats.StatName}, counted in
 * {@link io.latentfacets.stats.LatentStats}, shown by the stats endpoint.
 */
package io.latentfacets.stats;
