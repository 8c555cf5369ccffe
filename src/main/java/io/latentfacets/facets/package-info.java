/* SPDX-License-Identifier: Apache-2.0 */
/** Facets on a search page: the endpoint, and search processors that put facets into any response. */
package io.latentfacets.facets;
