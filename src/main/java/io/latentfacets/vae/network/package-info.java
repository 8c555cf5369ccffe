/* SPDX-License-Identifier: Apache-2.0 */
/** The network in training: parameters, layers, and the inputs and targets of a batch. */
package io.latentfacets.vae.network;
