/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The variational autoencoder over bags of words: its network, objective and training, and the encoder and decoder that
 * a trained one leaves behind. Knows nothing of OpenSearch; its arithmetic runs through DJL on PyTorch.
 */
package io.latentfacets.vae;
