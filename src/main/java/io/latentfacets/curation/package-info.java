/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What people know goes into the clusters: {@code clusters/_merge}, {@code _unmerge}, {@code _split}, {@code _unsplit}.
 */
package io.latentfacets.curation;
