/* SPDX-License-Identifier: Apache-2.0 */
/** The objectives. Each builds the loss of a batch, and may have parameters and a refinement stage of its own. */
package io.latentfacets.vae.objective;
