/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;

/** Deletes a classifier. */
public final class DeleteClassifierAction extends ActionType<AcknowledgedResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/classifiers/delete";
    public static final DeleteClassifierAction INSTANCE = new DeleteClassifierAction();

    private DeleteClassifierAction() {
        super(NAME, AcknowledgedResponse::new);
    }
}
