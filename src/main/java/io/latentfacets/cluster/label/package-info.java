/* SPDX-License-Identifier: Apache-2.0 */
/** Labels clusters with the words that the decoder gives for them, and measures the quality of the labels. */
package io.latentfacets.cluster.label;
