/* SPDX-License-Identifier: Apache-2.0 */

/** Search processors: facets in the response of any search that goes through a search pipeline. */
package io.latentfacets.facets;
