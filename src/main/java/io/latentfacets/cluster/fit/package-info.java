/* SPDX-License-Identifier: Apache-2.0 */
/** Finding clusters: how many, by which rule, and their parents; clusters of results too. */
package io.latentfacets.cluster.fit;
