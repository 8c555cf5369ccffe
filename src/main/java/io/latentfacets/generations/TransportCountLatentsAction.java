/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.nodes.TransportNodesAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportRequest;
import org.opensearch.transport.TransportService;

/** Counts in the started primary shards of each node, after a refresh of each. */
public final class TransportCountLatentsAction
        extends TransportNodesAction<
                CountLatentsAction.Request,
                CountLatentsAction.Response,
                TransportCountLatentsAction.NodeRequest,
                CountLatentsAction.NodeCount> {

    private static final String SOURCE = "latent_retention";

    private final IndicesService indices;

    @Inject
    public TransportCountLatentsAction(
            ThreadPool threadPool,
            ClusterService clusterService,
            TransportService transportService,
            ActionFilters filters,
            IndicesService indices) {
        super(
                CountLatentsAction.NAME,
                threadPool,
                clusterService,
                transportService,
                filters,
                CountLatentsAction.Request::new,
                NodeRequest::new,
                ThreadPool.Names.GENERIC,
                CountLatentsAction.NodeCount.class);
        this.indices = indices;
    }

    /** The model and the encoder, for one node. */
    public static final class NodeRequest extends TransportRequest {

        private final CountLatentsAction.Request request;

        NodeRequest(CountLatentsAction.Request request) {
            this.request = request;
        }

        public NodeRequest(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                request = new CountLatentsAction.Request(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                request.writeTo(frame);
            }
        }
    }

    @Override
    protected CountLatentsAction.Response newResponse(
            CountLatentsAction.Request request,
            List<CountLatentsAction.NodeCount> nodes,
            List<FailedNodeException> failures) {
        return new CountLatentsAction.Response(clusterService.getClusterName(), nodes, failures);
    }

    @Override
    protected NodeRequest newNodeRequest(CountLatentsAction.Request request) {
        return new NodeRequest(request);
    }

    @Override
    protected CountLatentsAction.NodeCount newNodeResponse(StreamInput in) throws IOException {
        return new CountLatentsAction.NodeCount(in);
    }

    @Override
    protected CountLatentsAction.NodeCount nodeOperation(NodeRequest node) {
        List<ShardId> shards = new ArrayList<>();
        long documents = 0;
        for (IndexService index : indices) {
            List<String> fields = LatentMappings.fields(index.getMetadata(), node.request.model);
            for (IndexShard shard : fields.isEmpty() ? List.<IndexShard>of() : index) {
                if (shard.routingEntry().primary() && shard.routingEntry().active()) {
                    documents += count(shard, query(fields, node.request.encoder.toString()));
                    shards.add(shard.shardId());
                }
            }
        }
        return new CountLatentsAction.NodeCount(clusterService.localNode(), documents, shards);
    }

    /** Matches latents in nested documents too. */
    private static Query query(List<String> fields, String encoder) {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        fields.forEach(field -> any.add(
                new TermQuery(new Term(LatentVectorFieldType.encoderField(field), encoder)),
                BooleanClause.Occur.SHOULD));
        return any.build();
    }

    private static long count(IndexShard shard, Query query) {
        shard.refresh(SOURCE);
        try (Engine.Searcher searcher = shard.acquireSearcher(SOURCE)) {
            return searcher.count(query);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
