/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Columns: what is computed from the latents of a segment and kept for searches, clusters and places on the map, and
 * the warmer that builds them ahead of searches.
 */
package io.latentfacets.field.column;
