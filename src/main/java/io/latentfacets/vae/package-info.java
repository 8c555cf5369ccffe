/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The variational autoencoder over bags of words: its network, objectives and training, and the encoder and decoder
 * that result from a training. Independent of OpenSearch; its arithmetic runs through DJL on PyTorch.
 */
package io.latentfacets.vae;
