/* SPDX-License-Identifier: Apache-2.0 */
/** What trainings take of a node's memory: estimated before they start, and reserved while they run. */
package io.latentfacets.training.memory;
