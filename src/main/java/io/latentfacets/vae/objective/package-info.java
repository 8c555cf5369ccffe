/* SPDX-License-Identifier: Apache-2.0 */
/** Objectives: each builds the loss of a batch, and may have parameters and a last stage of its own. */
package io.latentfacets.vae.objective;
