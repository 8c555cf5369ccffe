/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Models, their trainings and generations: what is stored of them in the system index, what every node knows of them
 * from the cluster state, and what a node holds in memory.
 *
 * <p>{@link io.latentfacets.model.store.ModelStore} writes and reads, {@link io.latentfacets.model.store.ModelRegistry}
 * serves.
 */
package io.latentfacets.model;
