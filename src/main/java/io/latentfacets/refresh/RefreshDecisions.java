/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.List;
import org.opensearch.core.action.ActionListener;

/** Decides what a run that is due does. Stateless. */
final class RefreshDecisions {

    private RefreshDecisions() {}

    /** Whether a training of the model runs, whoever started it. */
    static boolean trains(StoredModel model) {
        return model.training() != null && model.training().running();
    }

    /**
     * Decides, in this order: a model that trains is left alone; a model without an active generation is trained; then
     * the definition's {@code refresh.mode} counts and, if that is {@code auto}, first the age of the definition, then
     * the policy.
     *
     * @param definedMillis when the definition last changed apart from {@code refresh}
     * @param policy what to ask about an active generation
     */
    static void decide(
            Schedule.Cause cause,
            long definedMillis,
            StoredModel model,
            RefreshPolicy policy,
            ActionListener<RefreshPolicy.Decision> listener) {
        if (trains(model)) {
            listener.onResponse(new RefreshPolicy.Decision(
                    RefreshPolicy.Advice.NONE,
                    "a training of it runs already, task ["
                            + model.training().owner().task() + "]"));
            return;
        }
        if (model.active() == 0) {
            listener.onResponse(
                    new RefreshPolicy.Decision(RefreshPolicy.Advice.FULL, "it has no active generation yet"));
            return;
        }
        ModelDefinition.Refresh refresh = model.definition().refresh();
        RefreshPolicy.Advice fixed = fixed(refresh.mode());
        if (cause == Schedule.Cause.INTERVAL && fixed != null) {
            listener.onResponse(new RefreshPolicy.Decision(
                    fixed, "its definition has [refresh.mode] [" + fixed + "], whatever has changed"));
            return;
        }
        GenerationSummary active = model.generation(model.active());
        if (cause == Schedule.Cause.INTERVAL
                && active != null
                && active.info().major().createdMillis() < definedMillis) {
            listener.onResponse(new RefreshPolicy.Decision(
                    RefreshPolicy.Advice.FULL,
                    "its definition has changed since generation [" + active.number() + "] was made"));
            return;
        }
        policy.decide(
                model,
                Listeners.andThen(
                        listener,
                        (next, decision) -> next.onResponse(
                                fixed == null || decision.advice() == RefreshPolicy.Advice.NONE
                                        ? decision
                                        : new RefreshPolicy.Decision(
                                                fixed,
                                                decision.why(),
                                                decision.start(),
                                                known(fixed, decision.newSubjects())))));
    }

    /** Where new subjects are; null where an encoder that stays cannot tell them apart. */
    private static List<List<String>> known(RefreshPolicy.Advice fixed, List<List<String>> subjects) {
        return fixed == RefreshPolicy.Advice.CLUSTERS && subjects != null && !subjects.isEmpty() ? null : subjects;
    }

    /** What a mode says by itself; null for {@code auto}. */
    private static RefreshPolicy.Advice fixed(ModelDefinition.Refresh.Mode mode) {
        return switch (mode) {
            case AUTO -> null;
            case CLUSTERS -> RefreshPolicy.Advice.CLUSTERS;
            case FULL -> RefreshPolicy.Advice.FULL;
        };
    }
}
