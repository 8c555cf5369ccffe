/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Curation;
import io.latentfacets.model.CurationJson;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.search.results.ResultPartitionToken;
import io.latentfacets.search.results.ResultPartitioner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Divides the documents of one cluster that the caller may read, as results scope divides the matches of a search, and
 * keeps the division. So the parts get words that tell them apart, and the rest of the clusters stays what it is.
 */
public final class TransportSplitClusterAction extends HandledTransportAction<CurationRequest, CurationResponse> {

    private final Curations curations;
    private final ModelRegistry registry;
    private final ClusterService clusterService;
    private final NodeClient client;
    private final Services services;

    /**
     * What makes the search. Thread-safe.
     *
     * @param queries makes the query {@code latent_cluster}
     * @param partitioner makes the aggregation {@code latent_clusters}
     */
    public record Services(Supplier<QueryServices> queries, Supplier<ResultPartitioner> partitioner) {}

    @Inject
    public TransportSplitClusterAction(
            TransportService transportService,
            ActionFilters filters,
            Curations curations,
            ModelRegistry registry,
            ClusterService clusterService,
            NodeClient client,
            Services services) {
        super(SplitClusterAction.NAME, transportService, filters, CurationRequest::new);
        this.curations = curations;
        this.registry = registry;
        this.clusterService = clusterService;
        this.client = client;
        this.services = services;
    }

    @Override
    protected void doExecute(Task task, CurationRequest request, ActionListener<CurationResponse> listener) {
        curations.look(request.model(), Listeners.andThen(listener, (next, seen) -> {
            check(seen, request.keys().get(0));
            SearchRequest search = SplitSearch.of(
                            request.model(), request.indices(), registry.bound(request.model()), clusterService.state())
                    .request(request, services.queries(), services.partitioner());
            search.setParentTask(clusterService.localNode().getId(), task.getId());
            client.search(search, Listeners.andThen(next, (last, response) -> keep(request, response, last)));
        }));
    }

    /** Whether a cluster can be split at all. */
    private static void check(Curations.Seen seen, String key) {
        seen.requireCluster(CurationRequest.KEY, key);
        List<String> parts = seen.curation().parts(key);
        if (!parts.isEmpty()) {
            throw new IllegalArgumentException("[" + CurationRequest.KEY + "] must not be a merged cluster: " + parts
                    + " were merged into [" + key + "]; [_unmerge] comes first");
        }
    }

    private void keep(CurationRequest request, SearchResponse response, ActionListener<CurationResponse> listener) {
        if (response.isTimedOut()) {
            throw new OpenSearchStatusException(
                    "the documents of cluster [{}] were not divided within [timeout] [{}]; nothing was changed",
                    RestStatus.GATEWAY_TIMEOUT,
                    request.keys().get(0),
                    request.timeout());
        }
        InternalLatentClusters found = response.getAggregations() == null
                ? null
                : response.getAggregations().get(SplitSearch.PARTS);
        List<ClusterBucket> buckets = found == null ? List.of() : found.getBuckets();
        if (buckets.size() < 2) {
            throw new IllegalArgumentException("[" + CurationRequest.KEY
                    + "] must name a cluster whose documents can be"
                    + " told apart: [" + request.keys().get(0) + "] has "
                    + response.getHits().getTotalHits().value()
                    + " that you may read, in one group; [" + CurationRequest.COUNT + "] sets the number of parts");
        }
        ResultPartitionToken token = ResultPartitionToken.decode(found.partition());
        List<String> keys = new ArrayList<>();
        curations.change(
                request.model(),
                seen -> {
                    check(seen, request.keys().get(0));
                    keys.clear();
                    return split(request, seen, buckets, token, keys);
                },
                ActionListener.map(
                        listener,
                        changed -> new CurationResponse(
                                changed.acknowledged(),
                                request.model(),
                                changed.seen().generation().number(),
                                request.keys().get(0),
                                keys.stream()
                                        .map(key -> changed.seen()
                                                .clusters()
                                                .infos()
                                                .get(changed.seen().clusters().ordinal(key)))
                                        .toList())));
    }

    /** @param keys receives the keys of the parts */
    private static Curation split(
            CurationRequest request,
            Curations.Seen seen,
            List<ClusterBucket> buckets,
            ResultPartitionToken token,
            List<String> keys) {
        EncoderId encoder = seen.generation().encoder();
        if (!encoder.equals(token.encoder())) {
            throw new OpenSearchStatusException(
                    "cluster [{}] was not split: another encoder has become active meanwhile",
                    RestStatus.SERVICE_UNAVAILABLE,
                    request.keys().get(0));
        }
        if (seen.curation().added().size() + buckets.size() > CurationJson.MAX_ADDED) {
            throw new IllegalArgumentException("[" + CurationRequest.COUNT + "] must leave the model with at most "
                    + CurationJson.MAX_ADDED + " clusters that splits made: it has "
                    + seen.curation().added().size() + ", and this would add " + buckets.size());
        }
        ClusterInfo whole = seen.clusters()
                .infos()
                .get(seen.clusters().ordinal(request.keys().get(0)));
        keys.addAll(seen.curation().nextKeys(buckets.size()));
        long all = buckets.stream().mapToLong(ClusterBucket::getDocCount).sum();
        float[][] centroids = new float[buckets.size()][];
        List<ClusterInfo> parts = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int c = 0; c < centroids.length; c++) {
            ClusterBucket bucket = buckets.get(c);
            String key = keys.get(c);
            centroids[c] = token.codebook().centroid(token.cluster(bucket.getKey()));
            double part = (double) bucket.getDocCount() / all;
            boolean named = !bucket.terms().isEmpty();
            String label = named ? bucket.label() : key;
            parts.add(new ClusterInfo(
                    key,
                    taken.add(label) ? label : ClusterInfo.withKey(label, key),
                    bucket.terms(),
                    Math.round(part * whole.size()),
                    part * whole.share(),
                    whole.x(),
                    whole.y(),
                    List.of()));
        }
        Curation.Division nearest = Curation.Division.nearest(keys, centroids);
        Curation.Division stored = new Curation.Division(
                keys, CurationJson.rounded(nearest.centroids()), nearest.scales(), nearest.biases());
        return seen.curation().split(whole, encoder.toString(), stored, parts);
    }
}
