/* SPDX-License-Identifier: Apache-2.0 */
/** Bounds of scores that are cheaper than the scores: they rule out most clusters before anything exact is computed. */
package io.latentfacets.cluster.bound;
