/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.transport.client.Client;

/**
 * Writes extended index templates with the rights of the caller. A template that cannot be written is an outcome, not a
 * failure: the indices that exist are attached all the same. Thread-safe, stateless; blocks.
 */
final class TemplateWriter {

    private final Client client;

    TemplateWriter(Client client) {
        this.client = client;
    }

    /** Writes each template once and returns the outcome of each plan, in the same order. */
    List<NextIndex> write(List<NextIndices.Plan> plans) {
        Map<String, String> reasons = new HashMap<>();
        List<NextIndex> outcomes = new ArrayList<>();
        for (NextIndices.Plan plan : plans) {
            NextIndex next = plan.next();
            String reason = plan.extended() == null
                    ? null
                    : reasons.computeIfAbsent(next.template(), template -> write(template, plan.extended()));
            outcomes.add(
                    reason == null || reason.isEmpty()
                            ? next
                            : NextIndex.notAttached(next.name(), next.template(), reason));
        }
        return outcomes;
    }

    /** Returns why the template was not written; empty if it was. */
    private String write(String template, ComposableIndexTemplate extended) {
        PutComposableIndexTemplateAction.Request request =
                new PutComposableIndexTemplateAction.Request(template).cause("latent _attach");
        request.indexTemplate(extended);
        try {
            AcknowledgedResponse written = client.execute(PutComposableIndexTemplateAction.INSTANCE, request)
                    .actionGet();
            return written.isAcknowledged() ? "" : "not all nodes have acknowledged the template in time; attach again";
        } catch (RuntimeException e) {
            String message = message(ExceptionsHelper.unwrapCause(e));
            return ExceptionsHelper.status(e) == RestStatus.FORBIDDEN
                    ? "you may not change the template; somebody with the permission ["
                            + PutComposableIndexTemplateAction.NAME + "] can attach again: " + message
                    : "the template cannot be extended: " + message;
        }
    }

    /** The message and those of its causes: core says only in the last of them what is wrong with a template. */
    private static String message(Throwable failure) {
        List<String> messages = new ArrayList<>();
        for (Throwable each = failure; each != null && messages.size() < 10; each = each.getCause()) {
            if (each.getMessage() != null && !String.join(": ", messages).contains(each.getMessage())) {
                messages.add(each.getMessage());
            }
        }
        return String.join(": ", messages);
    }
}
