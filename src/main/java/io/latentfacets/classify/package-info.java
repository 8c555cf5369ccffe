/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Classifiers: trains them from a field of documents, with the rights of whoever asks, trains them again when their
 * model has changed, and applies them to documents of a request.
 */
package io.latentfacets.classify;
