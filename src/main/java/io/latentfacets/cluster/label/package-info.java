/* SPDX-License-Identifier: Apache-2.0 */
/** Naming clusters with the words that the decoder gives them, and measuring how good the names are. */
package io.latentfacets.cluster.label;
