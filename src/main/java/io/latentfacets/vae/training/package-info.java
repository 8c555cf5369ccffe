/* SPDX-License-Identifier: Apache-2.0 */
/** Training a network: stages, epochs, restarts. */
package io.latentfacets.vae.training;
