/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import org.opensearch.action.ActionType;

/** Returns the records of classifiers: definition, labels, measures. It has no words of documents. */
public final class GetClassifiersAction extends ActionType<ClassifierResponse> {

    public static final String NAME = "cluster:monitor/plugins/latent/models/classifiers/get";
    public static final GetClassifiersAction INSTANCE = new GetClassifiersAction();

    private GetClassifiersAction() {
        super(NAME, ClassifierResponse::new);
    }
}
