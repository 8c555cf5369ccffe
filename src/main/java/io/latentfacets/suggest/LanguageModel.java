/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import org.opensearch.core.action.ActionListener;

/** Answers prompts. Thread-safe. */
@FunctionalInterface
interface LanguageModel {

    /**
     * Asks for an answer. Never blocks. The listener is called once, on any thread, in time: with the text as the model
     * gave it, whatever that is, or with the reason why there is none.
     */
    void ask(Prompt prompt, ActionListener<String> listener);
}
