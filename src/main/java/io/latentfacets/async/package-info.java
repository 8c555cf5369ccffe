/* SPDX-License-Identifier: Apache-2.0 */
/** Helpers for asynchronous code: chains of listeners, and retries. */
package io.latentfacets.async;
