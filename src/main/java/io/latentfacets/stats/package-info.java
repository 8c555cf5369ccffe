/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Statistics of the plugin. {@link io.latentfacets.stats.StatName} names them,
 * {@link io.latentfacets.stats.LatentStats} counts them, and the stats endpoint returns them.
 */
package io.latentfacets.stats;
