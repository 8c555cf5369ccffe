/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Training a model: the task, what it reads, its phases, the gate before a generation goes live, and re-encoding after
 * it.
 */
package io.latentfacets.training;
