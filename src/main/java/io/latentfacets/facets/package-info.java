/* SPDX-License-Identifier: Apache-2.0 */
/** Facets on a search page: the endpoint, and the search processors that add facets to any response. */
package io.latentfacets.facets;
