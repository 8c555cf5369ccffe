/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import org.opensearch.action.ActionType;

/** Trains a model. Answers when the training has ended; {@link CoordinatorTask#begun} completes when it has begun. */
public final class TrainAction extends ActionType<TrainResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/train";
    public static final TrainAction INSTANCE = new TrainAction();

    private TrainAction() {
        super(NAME, TrainResponse::new);
    }
}
