/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Models, their trainings and generations: what the system index stores, what every node learns from the cluster state,
 * and what a node holds in memory.
 *
 * <p>{@link io.latentfacets.model.store.ModelStore} reads and writes the system index;
 * {@link io.latentfacets.model.store.ModelRegistry} holds the generations in memory.
 */
package io.latentfacets.model;
