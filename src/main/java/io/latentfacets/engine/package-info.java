/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Starts DJL and PyTorch inside a node: offline, from the bundled libraries, without leaving traces in the JVM's
 * properties.
 */
package io.latentfacets.engine;
