/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.cluster.Curation;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.definition.ModelNames;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.engine.VersionConflictEngineException;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilders;

/**
 * Reads, writes, activates and deletes stored generations. Thread-safe. Blocks on the index: call it on the generic
 * pool only.
 */
final class GenerationFiles {

    private static final Logger logger = LogManager.getLogger(GenerationFiles.class);

    private final SystemIndex index;
    private final ModelRecords records;
    private final PointerChanges pointers;

    GenerationFiles(SystemIndex index, ModelRecords records, PointerChanges pointers) {
        this.index = index;
        this.records = records;
        this.pointers = pointers;
    }

    GenerationSummary publish(Generation generation) throws IOException {
        String model = generation.model();
        int number = generation.number();
        return store(generation, () -> TrainingLock.requireOwned(records.require(model), model, number));
    }

    /**
     * Stores a generation whose number is reserved.
     *
     * @param permission throws if the generation may not be stored any more; called before and after the chunks are
     *     written, because that takes a while
     */
    GenerationSummary store(Generation generation, Runnable permission) throws IOException {
        String model = generation.model();
        int number = generation.number();
        permission.run();
        ArchiveChunks archive = new ArchiveChunks(index, model, number);
        List<GenerationDocument.Chunk> chunks = archive.write(generation::writeTo);
        try {
            index.refresh();
            archive.verify(chunks);
            // a training that lost its lock meanwhile must not publish
            permission.run();
        } catch (IOException | RuntimeException e) {
            // a deleted model has no next training that would delete them
            archive.deleteAfter(e, chunks.size());
            throw e;
        }
        GenerationSummary summary = new GenerationSummary(
                generation.info(),
                generation.encoder(),
                generation.vocabulary().size(),
                generation.clusters().infos().size(),
                chunks.stream().mapToLong(GenerationDocument.Chunk::bytes).sum(),
                generation.clusters().partition().curve(),
                generation.provenance().decision());
        GenerationDocument committed = commit(new GenerationDocument(
                summary, generation.provenance(), generation.ramBytes(), archive.attempt(), chunks));
        if (!archive.attempt().equals(committed.attempt())) {
            // another attempt of this training was faster: nodes may have loaded its generation already
            archive.delete(chunks.size());
        }
        if (!records.lives(model, number)) {
            // the deletion of the model may have looked before the document was there
            index.delete(committed.chunkIds());
            index.delete(List.of(GenerationDocument.id(model, number)));
            throw ModelNames.unknown(model);
        }
        return committed.summary();
    }

    /**
     * Writes the document that makes a generation exist, unless its place is taken.
     *
     * @return the document that counts
     */
    private GenerationDocument commit(GenerationDocument document) throws IOException {
        String model = document.summary().info().model();
        int number = document.summary().number();
        String id = GenerationDocument.id(model, number);
        try {
            index.put(SystemIndex.missing(id), document.toSource(), true);
            return document;
        } catch (VersionConflictEngineException e) {
            // another attempt, or this write itself, which core has sent again because the answer was lost
            index.refresh();
            SystemIndex.Doc taken = index.get(id);
            if (!GenerationDocument.committed(taken)) {
                throw TrainingLock.notRunning(model, number);
            }
            return GenerationDocument.read(taken.source());
        }
    }

    /**
     * Takes the places of generations that are not committed, so that their trainers cannot commit them any more: a
     * trainer that was cut off may still have a write under way. Call it before deleting what such a trainer wrote, and
     * before recording that its training has failed.
     *
     * @param from the first number
     * @param to the last number
     */
    void abandon(String model, int from, int to) throws IOException {
        abandon(model, IntStream.rangeClosed(from, to).toArray());
    }

    private void abandon(String model, int[] numbers) throws IOException {
        List<String> ids = Arrays.stream(numbers)
                .mapToObj(number -> GenerationDocument.id(model, number))
                .toList();
        List<SystemIndex.Doc> docs = index.get(ids, GenerationDocument.DETAILS);
        for (int i = 0; i < numbers.length; i++) {
            if (!docs.get(i).exists()) {
                try {
                    index.put(docs.get(i), GenerationDocument.abandoned(model, numbers[i]), true);
                } catch (VersionConflictEngineException e) {
                    // the trainer was faster, or another node has done this
                    logger.debug("the place of generation [{}] of model [{}] is taken", numbers[i], model);
                }
            }
        }
        if (numbers.length > 0 && !records.lives(model, numbers[0])) {
            // a deleted model keeps no places: the number of its last generation keeps them all
            index.delete(ids);
        }
    }

    /**
     * The document of a generation.
     *
     * @throws org.opensearch.ResourceNotFoundException if the generation was never committed
     */
    GenerationDocument document(String model, int generation) {
        SystemIndex.Doc doc = index.get(GenerationDocument.id(model, generation));
        if (!GenerationDocument.committed(doc)) {
            throw ModelStore.noGeneration(model, generation);
        }
        return GenerationDocument.read(doc.source());
    }

    InputStream open(GenerationDocument document) {
        GenerationInfo info = document.summary().info();
        return new ArchiveChunks(index, info.model(), info.number(), document.attempt()).open(document.chunks());
    }

    AcknowledgedResponse activate(String model, int expected, int generation) throws IOException {
        return activate(model, expected, generation, null, null);
    }

    /** @param before the curation that the model must have; null if it may have any, which stays then */
    AcknowledgedResponse activate(String model, int expected, int generation, Curation before, Curation after)
            throws IOException {
        ModelDocument document = records.require(model);
        nameEncoder(model, generation);
        String encoders = Pointers.describe(records.generations(document), generation);
        return before == null
                ? pointers.activate(document, expected, generation, encoders)
                : pointers.activate(document, expected, generation, encoders, before, after);
    }

    /** Activates a minor generation if the expected one is active and no training of the model has a task. */
    void activateMinor(String model, int expected, int generation) {
        ModelDocument document = records.require(model);
        String encoders = Pointers.describe(records.generations(document), generation);
        pointers.activateMinor(document, expected, generation, encoders);
    }

    /** Writes the encoder into a generation's record that was written before fingerprints existed. */
    private void nameEncoder(String model, int generation) throws IOException {
        SystemIndex.Doc before = index.get(GenerationDocument.id(model, generation));
        GenerationDocument document = document(model, generation);
        if (document.summary().encoder().isNone()) {
            try (InputStream in = open(document)) {
                EncoderId encoder = Generation.readFrom(in).encoder();
                index.put(before, document.withEncoder(encoder).toSource(), true);
            }
        }
    }

    /**
     * Deletes a generation that is not active. Its number stays taken, so no trainer can commit it again.
     *
     * @throws org.opensearch.ResourceNotFoundException if there is no such generation
     * @throws OpenSearchStatusException 409 if it is active, or the major generation of the active one
     */
    void deleteGeneration(String model, int generation) throws IOException {
        ModelDocument document = records.require(model);
        GenerationDocument deleted = document(model, generation);
        SystemIndex.Doc doc = index.get(GenerationDocument.id(model, generation));
        int active = requireInactive(model, generation);
        requireNotFollowed(model, generation, active);
        index.put(doc, GenerationDocument.abandoned(model, generation), true);
        try {
            if (active > 0) {
                String encoders = Pointers.describe(records.generations(document), active);
                // fails if another generation, such as this one, became active since
                pointers.activate(document, active, active, encoders);
            }
            requireInactive(model, generation);
        } catch (RuntimeException e) {
            restore(doc, deleted, e);
            throw e;
        }
        index.delete(deleted.chunkIds());
        records.change(
                model,
                now -> now != null && now.definition() != null && now.firstGeneration() <= generation
                        ? now.withoutGeneration(generation)
                        : null);
    }

    /** Returns the active generation. */
    private int requireInactive(String model, int generation) {
        int active = Pointers.active(pointers.current(), model);
        if (active == generation) {
            throw new OpenSearchStatusException(
                    "generation [{}] of model [{}] is active; activate another one before you delete it",
                    RestStatus.CONFLICT,
                    generation,
                    model);
        }
        return active;
    }

    /** Clusters that follow the stream are computed anew at each step, from those of their major generation. */
    private void requireNotFollowed(String model, int generation, int active) {
        boolean followed = Pointers.known(pointers.current(), model).stream()
                .anyMatch(each -> each.number() == active && each.major().number() == generation);
        if (followed) {
            throw new OpenSearchStatusException(
                    "generation [{}] of model [{}] is where the clusters of the active generation [{}] come from, which"
                            + " follow the stream; activate another one before you delete it",
                    RestStatus.CONFLICT,
                    generation,
                    model,
                    active);
        }
    }

    private void restore(SystemIndex.Doc doc, GenerationDocument deleted, RuntimeException cause) throws IOException {
        try {
            index.put(doc.id(), deleted.toSource());
            index.refresh();
            if (!records.lives(
                    deleted.summary().info().model(), deleted.summary().number())) {
                index.delete(List.of(doc.id()));
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Deletes the chunks, below a generation number, that no generation's document names. No trainer may commit such a
     * generation afterwards.
     */
    void deleteOrphans(String model, int below) throws IOException {
        abandon(
                model,
                Arrays.stream(records.require(model).numbers())
                        .filter(number -> number < below)
                        .toArray());
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
}
