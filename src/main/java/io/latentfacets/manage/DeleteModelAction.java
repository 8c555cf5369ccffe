/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;

/** Deletes a model with all its generations. */
public final class DeleteModelAction extends ActionType<AcknowledgedResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/delete";
    public static final DeleteModelAction INSTANCE = new DeleteModelAction();

    private DeleteModelAction() {
        super(NAME, AcknowledgedResponse::new);
    }
}
