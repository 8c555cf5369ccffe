/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import org.opensearch.action.ActionType;

/** Merges clusters, or takes back that they were merged or split. No document is read. */
public final class CurateAction extends ActionType<CurationResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/clusters/curate";
    public static final CurateAction INSTANCE = new CurateAction();

    private CurateAction() {
        super(NAME, CurationResponse::new);
    }
}
