/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Models that refresh themselves. Each model whose definition has a schedule has one persistent task of core. Core
 * assigns the task to a node that may train, and to another one if that node is lost. On that node
 * {@link io.latentfacets.refresh.RefreshRunner} waits until a run is due, decides what to do, trains with the rights of
 * the model's definer, and records the run in the task's state.
 */
package io.latentfacets.refresh;
