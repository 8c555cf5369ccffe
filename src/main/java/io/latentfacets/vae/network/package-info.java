/* SPDX-License-Identifier: Apache-2.0 */
/** The network during training: parameters, layers, and what a batch looks like to it. */
package io.latentfacets.vae.network;
