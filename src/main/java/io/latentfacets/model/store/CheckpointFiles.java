/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.definition.ModelNames;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.common.CheckedFunction;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.QueryBuilders;

/**
 * The checkpoint of a running training in the system index: its chunks, and a document that names them. A training has
 * one at the most. Thread-safe. Blocks: call it on the generic pool only.
 */
final class CheckpointFiles {

    static final String TYPE = "checkpoint";

    private final SystemIndex index;
    private final ModelRecords records;

    CheckpointFiles(SystemIndex index, ModelRecords records) {
        this.index = index;
        this.records = records;
    }

    private static String id(String model, int generation) {
        return TYPE + "_" + model + "_" + generation;
    }

    /** What tells a checkpoint from others of the training; empty if there is none. */
    String current(String model, int generation) {
        SystemIndex.Doc doc = index.get(id(model, generation));
        return doc.exists() ? (String) archive(doc).get("attempt") : "";
    }

    /**
     * Replaces the checkpoint of a training: writes the new one, then deletes the former.
     *
     * @param history one map per epoch that has ended
     * @param content writes the checkpoint
     * @throws org.opensearch.OpenSearchStatusException with status 409 if the training has lost its lock
     */
    void save(
            String model,
            int generation,
            List<Map<String, Object>> history,
            CheckedConsumer<OutputStream, IOException> content)
            throws IOException {
        TrainingLock.requireOwned(records.require(model), model, generation);
        SystemIndex.Doc before = index.get(id(model, generation));
        ArchiveChunks archive = new ArchiveChunks(index, model, generation);
        List<GenerationDocument.Chunk> chunks = archive.write(content);
        try {
            // writing took a while: a training that lost its lock meanwhile must leave nothing
            TrainingLock.requireOwned(records.require(model), model, generation);
            index.put(before, source(model, generation, history, archive.attempt(), chunks), true);
        } catch (RuntimeException | IOException e) {
            archive.delete(chunks.size());
            throw e;
        }
        if (before.exists()) {
            deleteChunks(model, before);
        }
        if (!records.lives(model, generation)) {
            archive.delete(chunks.size());
            index.delete(List.of(before.id()));
            throw ModelNames.unknown(model);
        }
    }

    /**
     * Reads the checkpoint of a training.
     *
     * @return what {@code reader} makes of it, and the history; null if there is none
     * @throws IOException if a chunk is missing or damaged
     */
    <T> StoredCheckpoint<T> read(String model, int generation, CheckedFunction<InputStream, T, IOException> reader)
            throws IOException {
        SystemIndex.Doc doc = index.get(id(model, generation));
        if (!doc.exists()) {
            return null;
        }
        Map<String, Object> archive = archive(doc);
        ArchiveChunks chunks = new ArchiveChunks(index, model, generation, (String) archive.get("attempt"));
        try (InputStream in = chunks.open(GenerationDocument.readChunks(archive))) {
            return new StoredCheckpoint<>(reader.apply(in), history(doc));
        }
    }

    /**
     * Deletes the checkpoints of trainings that have ended.
     *
     * @param below the generation number of the training that runs, whose checkpoint stays; or one more than the last
     */
    void delete(String model, int below) {
        index.refresh();
        List<String> ids = index.search(QueryBuilders.boolQuery()
                .filter(QueryBuilders.termQuery("type", TYPE))
                .filter(QueryBuilders.termQuery("model", model))
                .filter(QueryBuilders.rangeQuery("generation").lt(below)));
        for (SystemIndex.Doc doc : index.get(ids)) {
            if (doc.exists()) {
                deleteChunks(model, doc);
            }
        }
        index.delete(ids);
    }

    private void deleteChunks(String model, SystemIndex.Doc doc) {
        Map<String, Object> archive = archive(doc);
        int generation = ((Number) doc.source().get("generation")).intValue();
        new ArchiveChunks(index, model, generation, (String) archive.get("attempt"))
                .delete(GenerationDocument.readChunks(archive).size());
    }

    private static List<Map<String, Object>> history(SystemIndex.Doc doc) {
        List<Map<String, Object>> history = new ArrayList<>();
        for (Object epoch : (List<?>) doc.source().getOrDefault("history", List.of())) {
            history.add(StrictMap.object(epoch));
        }
        return history;
    }

    private static Map<String, Object> archive(SystemIndex.Doc doc) {
        return StrictMap.object(doc.source().get("archive"));
    }

    private static XContentBuilder source(
            String model,
            int generation,
            List<Map<String, Object>> history,
            String attempt,
            List<GenerationDocument.Chunk> chunks)
            throws IOException {
        XContentBuilder json = XContentFactory.jsonBuilder()
                .startObject()
                .field("type", TYPE)
                .field("model", model)
                .field("generation", generation)
                .field("history", history)
                .startObject("archive");
        GenerationDocument.writeChunks(json, attempt, chunks);
        return json.endObject().endObject();
    }
}
