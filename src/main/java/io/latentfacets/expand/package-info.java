/* SPDX-License-Identifier: Apache-2.0 */
/** The search processors {@code latent_expand}, which add related terms to the text of a query. */
package io.latentfacets.expand;
