/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The storage of models: the system index, the pointers in the cluster state, and the generations in a node's memory.
 */
package io.latentfacets.model.store;
