/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;

/** Activates a stored generation, newer or older than the active one. */
public final class ActivateModelAction extends ActionType<AcknowledgedResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/activate";
    public static final ActivateModelAction INSTANCE = new ActivateModelAction();

    private ActivateModelAction() {
        super(NAME, AcknowledgedResponse::new);
    }
}
