/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.async.WorkThreads;
import io.latentfacets.classify.regression.LinearClassifier;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.StoredClassifier;
import io.latentfacets.model.definition.ModelNames;
import io.latentfacets.strict.StrictMap;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.CheckedSupplier;
import org.opensearch.common.UUIDs;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.threadpool.ThreadPool;

/**
 * The classifiers of all models, in the system index: for each a document, and its weights in chunks. The cluster state
 * has a {@link ClassifierPointer} of each, by which nodes know when to load it anew. Thread-safe. Every method returns
 * at once and calls its listener on the generic pool, in the caller's thread context. Unknown models and classifiers
 * are a ResourceNotFoundException (404).
 */
public final class ClassifierStore {

    static final String TYPE = "classifier";
    static final String CHUNK = "classifier_chunk";

    /** The largest number of classifiers of a model: the cluster state has an entry of each. */
    static final int MAX_CLASSIFIERS = 100;

    private final SystemIndex index;
    private final ModelRecords records;
    private final PointerChanges pointers;
    private final ThreadPool threadPool;

    public ClassifierStore(SystemClient client, ClusterService clusterService, ThreadPool threadPool) {
        this.index = new SystemIndex(client, clusterService);
        this.records = new ModelRecords(index, clusterService);
        this.pointers = new PointerChanges(index, client, clusterService);
        this.threadPool = threadPool;
    }

    /**
     * A classifier with its weights.
     *
     * @param version the version that was read
     */
    public record Loaded(StoredClassifier stored, String version, LinearClassifier weights) {}

    private static String id(String model, String name) {
        return TYPE + "_" + model + "/" + name;
    }

    /** Gets one classifier without its weights. */
    public void get(String model, String name, ActionListener<StoredClassifier> listener) {
        fork(listener, () -> {
            records.require(model);
            return stored(require(model, name));
        });
    }

    /** Gets all classifiers of a model, sorted by name. */
    public void list(String model, ActionListener<List<StoredClassifier>> listener) {
        fork(listener, () -> {
            records.require(model);
            List<String> ids = index.search(QueryBuilders.boolQuery()
                    .filter(QueryBuilders.termQuery("type", TYPE))
                    .filter(QueryBuilders.termQuery("model", model)));
            return index.get(ids).stream()
                    .filter(SystemIndex.Doc::exists)
                    .map(ClassifierStore::stored)
                    .toList();
        });
    }

    /** Fails with 400 if a model has as many classifiers as it may have, and none of the name. */
    public void requireRoom(String model, String name, ActionListener<Void> listener) {
        fork(listener, () -> {
            requireRoom(model, name);
            return null;
        });
    }

    private void requireRoom(String model, String name) {
        records.require(model);
        Map<String, ClassifierPointer> others = Pointers.classifiers(pointers.current(), model);
        if (others.size() >= MAX_CLASSIFIERS && !others.containsKey(name)) {
            throw new IllegalArgumentException("model [" + model + "] must have at most [" + MAX_CLASSIFIERS
                    + "] classifiers, so it cannot have one more: [" + name + "]");
        }
    }

    /**
     * Stores a classifier in place of the one of its name: first the weights, which it reads back to verify them, then
     * the document, then the pointer. Of two that store at the same time, one fails with 409.
     */
    public void save(StoredClassifier classifier, LinearClassifier weights, ActionListener<Void> listener) {
        fork(listener, () -> {
            save(classifier, weights);
            return null;
        });
    }

    private void save(StoredClassifier classifier, LinearClassifier weights) throws IOException {
        String model = classifier.model();
        requireRoom(model, classifier.name());
        ModelDocument document = records.require(model);
        SystemIndex.Doc before = index.get(id(model, classifier.name()));
        int generation = classifier.trained().generation();
        ArchiveChunks archive = new ArchiveChunks(index, model, generation, UUIDs.base64UUID(), CHUNK);
        List<GenerationDocument.Chunk> chunks = archive.write(to -> {
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to, 1 << 16));
            weights.writeTo(out);
            out.flush();
        });
        try {
            index.refresh();
            archive.verify(chunks);
            index.put(before, source(classifier, weights.ramBytes(), archive.attempt(), chunks), true);
        } catch (IOException | RuntimeException e) {
            archive.deleteAfter(e, chunks.size());
            throw e;
        }
        EncoderId encoder = classifier.trained().encoder();
        try {
            pointers.classifier(
                    document,
                    classifier.name(),
                    new ClassifierPointer(classifier.name(), archive.attempt(), encoder, encoder));
        } catch (ResourceNotFoundException e) {
            // the model was deleted meanwhile, and its deletion may have looked before the document was there
            archive.deleteAfter(e, chunks.size());
            index.delete(List.of(before.id()));
            throw e;
        }
        if (before.exists()) {
            deleteChunks(before);
        }
    }

    /**
     * Records that a classifier could not be trained for an encoder, so that nobody tries again by himself.
     *
     * @param encoder the encoder that it was tried for
     */
    public void noteFailure(String model, String name, EncoderId encoder, String why, ActionListener<Void> listener) {
        fork(listener, () -> {
            ModelDocument document = records.require(model);
            SystemIndex.Doc before = require(model, name);
            Map<String, Object> archive = archive(before);
            StoredClassifier failed = stored(before).failed(why);
            index.put(
                    before,
                    source(
                            failed,
                            ((Number) archive.get("ram_bytes")).longValue(),
                            (String) archive.get("attempt"),
                            GenerationDocument.readChunks(archive)),
                    true);
            pointers.classifier(
                    document,
                    name,
                    new ClassifierPointer(
                            name,
                            (String) archive.get("attempt"),
                            failed.trained().encoder(),
                            encoder));
            return null;
        });
    }

    /** Deletes a classifier: first the pointer, so that no node applies it, then the document and the weights. */
    public void delete(String model, String name, ActionListener<Void> listener) {
        fork(listener, () -> {
            ModelDocument document = records.require(model);
            SystemIndex.Doc doc = require(model, name);
            pointers.classifier(document, name, null);
            index.delete(List.of(doc.id()));
            deleteChunks(doc);
            index.refresh();
            return null;
        });
    }

    /**
     * Reads a classifier and verifies every byte. Fails with an IOException if it is damaged.
     *
     * @param version the version that the cluster state names; another one is a 503, it is being replaced
     * @param reserve gets the heap that the weights need, in bytes, before they are read; may throw to refuse
     */
    public void read(String model, String name, String version, LongConsumer reserve, ActionListener<Loaded> listener) {
        fork(listener, () -> {
            assert WorkThreads.mayWork() : WorkThreads.busy("reading a classifier");
            SystemIndex.Doc doc = require(model, name);
            Map<String, Object> archive = archive(doc);
            if (!Objects.equals(version, archive.get("attempt"))) {
                throw new OpenSearchStatusException(
                        "classifier [{}] of model [{}] is being replaced", RestStatus.SERVICE_UNAVAILABLE, name, model);
            }
            reserve.accept(((Number) archive.get("ram_bytes")).longValue());
            try (DataInputStream in = new DataInputStream(
                    new BufferedInputStream(chunks(doc).open(GenerationDocument.readChunks(archive)), 1 << 16))) {
                return new Loaded(stored(doc), version, LinearClassifier.readFrom(in, StoredClassifier.MAX_WEIGHTS));
            }
        });
    }

    private SystemIndex.Doc require(String model, String name) {
        SystemIndex.Doc doc = index.get(id(model, name));
        if (!doc.exists()) {
            throw unknown(model, name);
        }
        return doc;
    }

    /** The 404 for an unknown classifier. */
    public static ResourceNotFoundException unknown(String model, String name) {
        return new ResourceNotFoundException("model [{}] has no classifier [{}]", model, name);
    }

    /** Checks the name of a new classifier; the rules are those of models. */
    public static void validate(String name) {
        ModelNames.validate("classifier", name);
    }

    private void deleteChunks(SystemIndex.Doc doc) {
        chunks(doc).delete(GenerationDocument.readChunks(archive(doc)).size());
    }

    private ArchiveChunks chunks(SystemIndex.Doc doc) {
        return new ArchiveChunks(
                index,
                (String) doc.source().get("model"),
                ((Number) doc.source().get("generation")).intValue(),
                (String) archive(doc).get("attempt"),
                CHUNK);
    }

    private static Map<String, Object> archive(SystemIndex.Doc doc) {
        return StrictMap.object(doc.source().get("archive"));
    }

    private static StoredClassifier stored(SystemIndex.Doc doc) {
        return StoredClassifier.fromMap(StrictMap.object(doc.source().get("summary")));
    }

    private static XContentBuilder source(
            StoredClassifier classifier, long ramBytes, String attempt, List<GenerationDocument.Chunk> chunks)
            throws IOException {
        XContentBuilder json = XContentFactory.jsonBuilder()
                .startObject()
                .field("type", TYPE)
                .field("model", classifier.model())
                .field("generation", classifier.trained().generation())
                .field("summary", classifier.toMap())
                .startObject("archive")
                .field("ram_bytes", ramBytes);
        GenerationDocument.writeChunks(json, attempt, chunks);
        return json.endObject().endObject();
    }

    private <T> void fork(ActionListener<T> listener, CheckedSupplier<T, Exception> work) {
        threadPool.generic().execute(ActionRunnable.supply(listener, work));
    }
}
