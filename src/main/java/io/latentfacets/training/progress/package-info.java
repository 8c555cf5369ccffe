/* SPDX-License-Identifier: Apache-2.0 */
/** How far a training is: the task that reports it on the node that trains, and the endpoint that shows it. */
package io.latentfacets.training.progress;
