/* SPDX-License-Identifier: Apache-2.0 */
/** What is stored of models in the system index and the cluster state, and what a node holds in memory. */
package io.latentfacets.model.store;
