/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Prompts that ask a language model for the label of a cluster, and labels that one suggests: {@code _prompt},
 * {@code _suggest_labels}, {@code _accept_labels}, {@code _dismiss_labels}.
 */
package io.latentfacets.suggest;
