/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import java.io.IOException;
import java.util.List;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilders;

/**
 * Deletes models, and what interrupted deletions have left. Thread-safe. Blocks on the index: call it on the generic
 * pool only.
 */
final class ModelDeletion {

    /** The number of deleted models that one search looks for; Lucene allows 1,024 clauses. */
    private static final int MODELS_SEARCHED = 100;

    private final SystemIndex index;
    private final ModelRecords records;
    private final PointerChanges pointers;

    ModelDeletion(SystemIndex index, ModelRecords records, PointerChanges pointers) {
        this.index = index;
        this.records = records;
        this.pointers = pointers;
    }

    /**
     * Deletes a model. It marks the model's document as deleted, which is the point of no return. Then it removes the
     * model from the cluster state, so that no node serves it. Last it deletes the generations; that may take several
     * attempts. See {@link PointerChanges} for the order.
     */
    void delete(String model) throws IOException {
        ModelDocument[] deleted = new ModelDocument[1];
        records.change(model, document -> {
            boolean live = document != null && document.definition() != null;
            deleted[0] = live ? document.deleted() : null;
            return deleted[0];
        });
        if (deleted[0] != null) {
            removeAll(deleted[0]);
        }
    }

    /**
     * Goes on with a deletion that ended after it had marked the model's document.
     *
     * @return false if the model is not marked as deleted or nothing is left of it
     */
    boolean deleteRemains(String model) {
        SystemIndex.Doc doc = index.get(ModelDocument.id(model));
        if (!doc.exists() || ModelDocument.live(doc) != null) {
            return false;
        }
        ModelDocument deleted = ModelDocument.read(doc.source());
        index.refresh();
        boolean served = Pointers.models(pointers.current()).contains(model);
        if (!served && index.search(archives(deleted)).isEmpty()) {
            return false;
        }
        removeAll(deleted);
        return true;
    }

    private void removeAll(ModelDocument deleted) {
        pointers.remove(deleted.name(), deleted.firstGeneration());
        deleteAll(archives(deleted));
    }

    /** Removes what interrupted deletions have left, in the cluster state and in the index. */
    void removeStray() {
        pointers.removeStray();
        List<ModelDocument> deleted = records.deleted();
        for (int from = 0; from < deleted.size(); from += MODELS_SEARCHED) {
            BoolQueryBuilder any = QueryBuilders.boolQuery().minimumShouldMatch(1);
            deleted.subList(from, Math.min(deleted.size(), from + MODELS_SEARCHED))
                    .forEach(model -> any.should(archives(model)));
            deleteAll(any);
        }
    }

    /** Everything of a deleted model but its document, and nothing of a later model of its name. */
    private static BoolQueryBuilder archives(ModelDocument deleted) {
        return QueryBuilders.boolQuery()
                .filter(QueryBuilders.termsQuery(
                        "type",
                        ArchiveChunks.TYPE,
                        GenerationDocument.TYPE,
                        GenerationDocument.ABANDONED,
                        CheckpointFiles.TYPE,
                        ClassifierStore.TYPE,
                        ClassifierStore.CHUNK))
                .filter(QueryBuilders.termQuery("model", deleted.name()))
                .filter(QueryBuilders.rangeQuery("generation").lt(deleted.firstGeneration()));
    }

    private void deleteAll(BoolQueryBuilder query) {
        index.refresh();
        for (List<String> ids = index.search(query); !ids.isEmpty(); ids = index.search(query)) {
            index.delete(ids);
            index.refresh();
        }
    }
}
