/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;

/** Deletes a generation that is not active. */
public final class DeleteGenerationAction extends ActionType<AcknowledgedResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/generations/delete";
    public static final DeleteGenerationAction INSTANCE = new DeleteGenerationAction();

    private DeleteGenerationAction() {
        super(NAME, AcknowledgedResponse::new);
    }
}
