/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.model.Generation;
import io.latentfacets.rest.ChildCalls;
import io.latentfacets.summarize.CallLimits;
import io.latentfacets.summarize.Summaries;
import io.latentfacets.summarize.SummarizeAction;
import io.latentfacets.summarize.SummarizeRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.core.action.ActionListener;
import org.opensearch.transport.client.Client;

/** Finds sentences of clusters in documents that the caller may read. Thread-safe. Never blocks. */
final class ClusterSentences {

    private final Summaries summaries;

    ClusterSentences(Summaries summaries) {
        this.summaries = summaries;
    }

    /**
     * What was found.
     *
     * @param documents how many documents were read
     * @param sentences in the order of the documents
     * @param timedOut whether a search ran out of time, so that documents may be missing
     */
    record Found(int documents, List<String> sentences, boolean timedOut) {
        static final Found NONE = new Found(0, List.of(), false);
    }

    /**
     * The call that wants sentences.
     *
     * @param generation the active generation as people see its clusters
     * @param client searches as the caller, for the caller's task
     */
    record Call(Generation generation, PromptOptions options, Client client, ChildCalls children) {}

    /** Finds the sentences of a cluster or parent; none where the options name no index. */
    void find(Call call, String key, CallLimits limits, ActionListener<Found> listener) {
        PromptOptions options = call.options();
        if (options.indices().isEmpty() || options.sentences() == 0) {
            listener.onResponse(Found.NONE);
            return;
        }
        Map<String, Object> body = new HashMap<>();
        body.put("index", options.indices());
        body.put("sentences", options.sentences());
        body.put("max_documents", options.maxDocuments());
        if (options.latentField() != null) {
            body.put("latent_field", options.latentField());
        }
        SummarizeRequest request = SummarizeRequest.ofCluster(call.generation().model(), key, body);
        summaries.find(
                new Summaries.Call(request, limits, call.client(), call.children()),
                call.generation(),
                ActionListener.map(
                        listener,
                        found -> new Found(
                                found.summary().documents(),
                                found.summary().sentences().stream()
                                        .map(SummarizeAction.Sentence::text)
                                        .toList(),
                                found.timedOut())));
    }
}
