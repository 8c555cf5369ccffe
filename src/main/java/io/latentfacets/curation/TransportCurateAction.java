/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Merges clusters, and takes back merges and splits. Shows the caller no more of a cluster than its learned words. */
public final class TransportCurateAction extends HandledTransportAction<CurationRequest, CurationResponse> {

    private final Curations curations;

    @Inject
    public TransportCurateAction(TransportService transportService, ActionFilters filters, Curations curations) {
        super(CurateAction.NAME, transportService, filters, CurationRequest::new);
        this.curations = curations;
    }

    @Override
    protected void doExecute(Task task, CurationRequest request, ActionListener<CurationResponse> listener) {
        Set<String> touched = new LinkedHashSet<>();
        curations.change(
                request.model(),
                seen -> {
                    touched.clear();
                    return change(request, seen, touched);
                },
                ActionListener.map(listener, changed -> response(request, changed, touched)));
    }

    /** @param touched receives the keys of the clusters to show */
    private static Curation change(CurationRequest request, Curations.Seen seen, Set<String> touched) {
        return switch (request.change()) {
            case MERGE -> {
                request.keys().forEach(key -> seen.requireCluster(CurationRequest.KEYS, key));
                touched.add(request.keys().get(0));
                yield seen.curation().merged(request.keys(), request.label());
            }
            case UNMERGE -> {
                for (String key : request.keys()) {
                    touched.addAll(released(seen, key));
                }
                yield seen.curation().unmerged(request.keys());
            }
            case UNSPLIT -> {
                String key = request.keys().get(0);
                if (!seen.curation().splits().containsKey(key)) {
                    seen.require(key);
                    throw new IllegalArgumentException("[" + CurationRequest.KEY + "] must name a cluster that was"
                            + " split, one of " + seen.curation().splits().keySet() + ": [" + key + "]");
                }
                touched.add(key);
                yield seen.curation().unsplit(key);
            }
            case SPLIT -> throw new IllegalArgumentException("a split is another action");
        };
    }

    /** The key and all that is released with it. */
    private static List<String> released(Curations.Seen seen, String key) {
        List<String> released = new ArrayList<>(seen.curation().parts(key));
        String counts = seen.curation().counts(key);
        if (released.isEmpty() && counts.equals(key)) {
            seen.require(key);
            throw new IllegalArgumentException(
                    "[" + CurationRequest.KEYS + "] must name clusters that were merged: [" + key + "] was not");
        }
        released.add(0, key);
        if (!counts.equals(key)) {
            released.add(0, counts);
        }
        return released;
    }

    private static CurationResponse response(CurationRequest request, Curations.Changed changed, Set<String> touched) {
        Clusters clusters = changed.seen().clusters();
        Set<Integer> ordinals = new LinkedHashSet<>();
        touched.forEach(key -> ordinals.addAll(clusters.ordinals(key)));
        List<ClusterInfo> infos = ordinals.stream().map(clusters.infos()::get).toList();
        return new CurationResponse(
                changed.acknowledged(),
                request.model(),
                changed.seen().generation().number(),
                request.keys().get(0),
                infos);
    }
}
