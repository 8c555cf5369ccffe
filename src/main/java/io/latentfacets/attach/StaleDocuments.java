/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.attach.ReencodeService.Target;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;

/**
 * Finds the documents in which a re-encoding may change something: those without a latent of the active encoder, and
 * those whose fields beside it are missing or name another cluster. Whether a document is in the cluster that it names
 * is a question to the clusters' own columns, so nobody has to read the documents that are right. Immutable.
 */
final class StaleDocuments {

    /** The most clusters to ask for one by one. A clause for each counts twice against core's limit of 1,024. */
    static final int MAX_KEYS = 400;

    private final EncoderId encoder;
    private final List<String> keys;

    /**
     * @param encoder the active encoder; with {@link EncoderId#NONE} all documents are stale
     * @param keys the keys of all clusters that documents may be in; empty if they are not known
     */
    StaleDocuments(EncoderId encoder, List<String> keys) {
        this.encoder = encoder;
        this.keys = List.copyOf(keys);
    }

    /** The keys of a model's clusters, if this node has its active generation in memory; else none. */
    static List<String> keys(Generations generations, String model) {
        Generation active = generations.loaded(model, generations.active(model));
        if (active == null) {
            return List.of();
        }
        Clusters clusters = active.curated(generations.edits(model).curation()).clusters();
        return clusters.keys();
    }

    /** The query for the documents that are stale in any of the fields. */
    QueryBuilder query(List<Target> targets) {
        BoolQueryBuilder any = QueryBuilders.boolQuery().minimumShouldMatch(1);
        long clusterFields = targets.stream()
                .filter(target -> target.derived().clusterField() != null)
                .count();
        boolean askEach = !keys.isEmpty() && keys.size() * clusterFields <= MAX_KEYS;
        for (Target target : targets) {
            any.should(QueryBuilders.boolQuery().mustNot(current(target)));
            if (target.derived().knnField() != null) {
                any.should(QueryBuilders.boolQuery()
                        .filter(current(target))
                        .mustNot(QueryBuilders.existsQuery(target.derived().knnField())));
            }
            if (target.derived().clusterField() != null) {
                clusters(target, askEach).forEach(any::should);
            }
        }
        return any;
    }

    private QueryBuilder current(Target target) {
        return QueryBuilders.termQuery(LatentVectorFieldType.encoderField(target.field()), encoder.toString());
    }

    private List<QueryBuilder> clusters(Target target, boolean askEach) {
        List<QueryBuilder> clauses = new ArrayList<>();
        String named = target.derived().clusterField();
        clauses.add(QueryBuilders.boolQuery()
                .filter(QueryBuilders.existsQuery(named))
                .mustNot(QueryBuilders.existsQuery(target.field())));
        if (!askEach) {
            // without the keys, look at every document
            clauses.add(current(target));
            return clauses;
        }
        for (String key : keys) {
            clauses.add(QueryBuilders.boolQuery()
                    .filter(in(target.field(), key))
                    .mustNot(QueryBuilders.termQuery(named, key)));
        }
        return clauses;
    }

    /** The query {@code latent_cluster}, as a user would send it: its class is in a package above this one. */
    private static QueryBuilder in(String field, String key) {
        try (XContentBuilder json = JsonXContent.contentBuilder()) {
            json.map(Map.of("latent_cluster", Map.of("field", field, "clusters", List.of(key))));
            return QueryBuilders.wrapperQuery(BytesReference.bytes(json));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }
}
