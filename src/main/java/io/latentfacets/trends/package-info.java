/* SPDX-License-Identifier: Apache-2.0 */
/** The endpoint {@code _trends}: which clusters grow, shrink, come and go over a date field. */
package io.latentfacets.trends;
