/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Arithmetic on arrays of floats, and threads that share it. Every sum has one order, whatever the processor and the
 * number of threads: equal inputs give equal results, bit for bit, on all processors with fused multiply-adds. Those
 * without them agree among themselves.
 */
package io.latentfacets.arithmetic;
