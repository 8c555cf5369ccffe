/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import org.opensearch.action.ActionType;

/** Trains a classifier and stores it in place of the one of its name. */
public final class TrainClassifierAction extends ActionType<ClassifierResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/classifiers/train";
    public static final TrainClassifierAction INSTANCE = new TrainClassifierAction();

    private TrainClassifierAction() {
        super(NAME, ClassifierResponse::new);
    }
}
