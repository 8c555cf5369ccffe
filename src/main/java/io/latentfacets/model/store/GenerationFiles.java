/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilders;

/**
 * Reads, writes and deletes stored generations, and moves the pointer to the active one. Thread-safe. Blocks on the
 * index: call it on the generic pool only.
 */
final class GenerationFiles {

    private final SystemIndex index;
    private final ModelRecords records;
    private final SystemClient client;
    private final ClusterService clusterService;

    GenerationFiles(SystemIndex index, ModelRecords records, SystemClient client, ClusterService clusterService) {
        this.index = index;
        this.records = records;
        this.client = client;
        this.clusterService = clusterService;
    }

    GenerationSummary publish(Generation generation) throws IOException {
        String model = generation.model();
        int number = generation.number();
        TrainingLock.requireOwned(records.require(model), model, number);
        ArchiveChunks archive = new ArchiveChunks(index, model, number);
        List<GenerationDocument.Chunk> chunks = archive.write(generation);
        archive.verify(chunks);
        GenerationSummary summary = new GenerationSummary(
                generation.info(),
                generation.vocabulary().size(),
                generation.clusters().infos().size(),
                chunks.stream().mapToLong(GenerationDocument.Chunk::bytes).sum(),
                generation.clusters().partition().curve());
        // writing took a while: a training that lost its lock meanwhile must not publish
        TrainingLock.requireOwned(records.require(model), model, number);
        SystemIndex.Doc before = index.get(GenerationDocument.id(model, number));
        if (before.exists()) {
            // another attempt of this training was faster: nodes may have loaded its generation already
            archive.delete(chunks.size());
            return GenerationDocument.read(before.source()).summary();
        }
        index.put(
                before,
                new GenerationDocument(summary, generation.ramBytes(), archive.attempt(), chunks).toSource(),
                true);
        return summary;
    }

    /**
     * The document of a generation.
     *
     * @throws org.opensearch.ResourceNotFoundException if the generation was never committed
     */
    GenerationDocument document(String model, int generation) {
        SystemIndex.Doc doc = index.get(GenerationDocument.id(model, generation));
        if (!doc.exists()) {
            throw ModelStore.noGeneration(model, generation);
        }
        return GenerationDocument.read(doc.source());
    }

    InputStream open(GenerationDocument document) {
        GenerationInfo info = document.summary().info();
        return new ArchiveChunks(index, info.model(), info.number(), document.attempt()).open(document.chunks());
    }

    AcknowledgedResponse activate(String model, int expected, int generation) {
        records.require(model);
        document(model, generation);
        return update(UpdatePointerAction.Request.activate(model, expected, generation));
    }

    AcknowledgedResponse update(UpdatePointerAction.Request request) {
        return client.call(UpdatePointerAction.INSTANCE, request);
    }

    /** Deletes the chunks, below a generation number, that no generation's document names. */
    void deleteOrphans(String model, int below) {
        BoolQueryBuilder written = QueryBuilders.boolQuery()
                .filter(QueryBuilders.termQuery("type", ArchiveChunks.TYPE))
                .filter(QueryBuilders.termQuery("model", model))
                .filter(QueryBuilders.rangeQuery("generation").lt(below));
        index.refresh();
        Set<String> orphans = new HashSet<>(index.search(written));
        if (!orphans.isEmpty()) {
            records.generations(records.require(model))
                    .forEach(generation ->
                            document(model, generation.number()).chunkIds().forEach(orphans::remove));
            index.delete(List.copyOf(orphans));
        }
    }

    /**
     * Deletes a model. It removes the pointer first, so that no node serves the model. Then it marks the model's
     * document as deleted, which is the point of no return. Last it deletes the generations; that may take several
     * attempts.
     */
    void deleteModel(String model) throws IOException {
        update(UpdatePointerAction.Request.remove(model));
        records.change(
                model, document -> document == null || document.definition() == null ? null : document.deleted());
        deleteAll(archives(model));
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
        index.refresh();
        boolean served = Pointers.active(Pointers.read(clusterService.state()), model) > 0;
        if (!served && index.search(archives(model)).isEmpty()) {
            return false;
        }
        update(UpdatePointerAction.Request.remove(model));
        deleteAll(archives(model));
        return true;
    }

    private static BoolQueryBuilder archives(String model) {
        return QueryBuilders.boolQuery()
                .filter(QueryBuilders.termsQuery("type", ArchiveChunks.TYPE, GenerationDocument.TYPE))
                .filter(QueryBuilders.termQuery("model", model));
    }

    private void deleteAll(BoolQueryBuilder query) {
        index.refresh();
        for (List<String> ids = index.search(query); !ids.isEmpty(); ids = index.search(query)) {
            index.delete(ids);
            index.refresh();
        }
    }

    /** Removes the pointers of deleted models. They remain when an activation interrupts a deletion. */
    void removeStrayPointers() {
        Map<String, Integer> active = Pointers.active(Pointers.read(clusterService.state()));
        for (String model : active.keySet()) {
            if (ModelDocument.live(index.get(ModelDocument.id(model))) == null) {
                update(UpdatePointerAction.Request.remove(model));
            }
        }
    }
}
