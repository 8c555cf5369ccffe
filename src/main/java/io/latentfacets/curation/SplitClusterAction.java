/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import org.opensearch.action.ActionType;

/** Splits a cluster by the latents of its documents that the caller may read. */
public final class SplitClusterAction extends ActionType<CurationResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/clusters/split";
    public static final SplitClusterAction INSTANCE = new SplitClusterAction();

    private SplitClusterAction() {
        super(NAME, CurationResponse::new);
    }
}
