/* SPDX-License-Identifier: Apache-2.0 */
/** How asynchronous steps follow each other. */
package io.latentfacets.async;
