/* SPDX-License-Identifier: Apache-2.0 */
/** The subjects that people name in a definition, and the clusters that a training gives them. */
package io.latentfacets.training.seeds;
