/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.attach.ReencodeService.Target;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.ingest.LatentEncodeProcessor;
import io.latentfacets.ingest.MappedEncodeProcessor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.index.VersionType;
import org.opensearch.index.reindex.ScrollableHitSource.Hit;
import org.opensearch.ingest.CompoundProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.IngestService;
import org.opensearch.ingest.Pipeline;

/**
 * Runs pipelines on copies of documents, in memory, and turns what they put into the latents' fields into partial
 * updates. What else a pipeline does to a document is dropped: the document has been through it already. A partial
 * update names the fields that it changes, so access control can refuse it where the caller sees only a part of the
 * document. Thread-safe.
 */
final class LatentUpdates {

    private final List<Step> steps = new ArrayList<>();

    /**
     * One pass over the documents.
     *
     * @param pipeline supplies what to run; null if it does not exist
     * @param name the name of the pipeline, for messages
     * @param paths the paths of the fields that it fills
     * @param last whether it sees what the steps before have done to these fields
     */
    private record Step(Supplier<Pipeline> pipeline, String name, List<String> paths, boolean last) {}

    LatentUpdates(IngestService ingest, List<Target> targets) {
        Map<String, List<String>> byPipeline = new TreeMap<>();
        Map<String, MappedEncoding> mapped = new TreeMap<>();
        List<String> mappedPaths = new ArrayList<>();
        for (Target target : targets) {
            if (target.pipeline() != null) {
                byPipeline
                        .computeIfAbsent(target.pipeline(), name -> new ArrayList<>())
                        .addAll(target.paths());
            }
            if (target.encoding() != null) {
                mapped.put(target.field(), target.encoding());
                mappedPaths.addAll(target.paths());
            }
        }
        byPipeline.forEach((name, paths) -> steps.add(new Step(() -> ingest.getPipeline(name), name, paths, false)));
        if (!mapped.isEmpty()) {
            Pipeline pipeline = new Pipeline(
                    MappedEncodeProcessor.TYPE,
                    null,
                    null,
                    new CompoundProcessor(
                            MappedEncodeProcessor.Factory.of(ingest).of(mapped)));
            steps.add(new Step(() -> pipeline, MappedEncodeProcessor.TYPE, mappedPaths, true));
        }
    }

    /**
     * What became of a page.
     *
     * @param updates the updates to write
     * @param unchanged the number of documents that have the right latents, or none as they should
     * @param failures why documents could not be encoded, one entry each
     */
    record Encoded(List<UpdateRequest> updates, int unchanged, List<String> failures) {}

    /** Encodes a page. A pipeline may have to wait for a model, so the answer comes now or later, on any thread. */
    void of(List<? extends Hit> page, Consumer<Encoded> then) {
        List<Changed> changed = new ArrayList<>(page.size());
        page.forEach(hit -> changed.add(new Changed(hit)));
        run(steps.iterator(), changed, then);
    }

    private void run(Iterator<Step> left, List<Changed> changed, Consumer<Encoded> then) {
        if (!left.hasNext()) {
            then.accept(encoded(changed));
            return;
        }
        Step next = left.next();
        Pipeline pipeline = next.pipeline().get();
        if (pipeline == null) {
            changed.forEach(one -> one.failure = "pipeline [" + next.name() + "] does not exist");
            then.accept(encoded(changed));
            return;
        }
        List<IngestDocumentWrapper> documents = new ArrayList<>(changed.size());
        List<List<Object>> before = new ArrayList<>(changed.size());
        for (int i = 0; i < changed.size(); i++) {
            IngestDocument document = changed.get(i).document();
            before.add(values(document, next.paths()));
            if (next.last()) {
                changed.get(i).apply(document);
            }
            documents.add(new IngestDocumentWrapper(i, 0, document, null));
        }
        // core may answer for a part of the batch at a time
        AtomicInteger unanswered = new AtomicInteger(documents.size());
        pipeline.batchExecute(documents, results -> {
            for (IngestDocumentWrapper result : results) {
                Changed one = changed.get(result.getSlot());
                if (result.getException() != null) {
                    one.failure = ReencodeTally.message(result.getException());
                } else if (result.getIngestDocument() != null) {
                    one.compare(
                            next.paths(),
                            before.get(result.getSlot()),
                            values(result.getIngestDocument(), next.paths()));
                }
            }
            if (unanswered.addAndGet(-results.size()) == 0) {
                run(left, changed, then);
            }
        });
    }

    private static List<Object> values(IngestDocument document, List<String> paths) {
        List<Object> values = new ArrayList<>(paths.size());
        paths.forEach(path -> values.add(document.getFieldValue(path, Object.class, true)));
        return values;
    }

    private static Encoded encoded(List<Changed> changed) {
        List<UpdateRequest> updates = new ArrayList<>(changed.size());
        List<String> failures = new ArrayList<>();
        int unchanged = 0;
        for (Changed one : changed) {
            if (one.failure != null) {
                failures.add(one.failure);
            } else if (one.changes.isEmpty()) {
                unchanged++;
            } else {
                updates.add(one.update());
            }
        }
        return new Encoded(updates, unchanged, failures);
    }

    /** A document and the changes of its latents. */
    private static final class Changed {
        private final Hit hit;
        private final Map<String, Object> changes = new HashMap<>();
        private final Map<String, Object> results = new HashMap<>();
        private String failure;

        private Changed(Hit hit) {
            this.hit = hit;
        }

        /** A fresh copy of the document for a pipeline. */
        private IngestDocument document() {
            Map<String, Object> source = hit.getSource() == null
                    ? new HashMap<>()
                    : XContentHelper.convertToMap(hit.getSource(), false, hit.getMediaType())
                            .v2();
            IngestDocument document = new IngestDocument(
                    hit.getIndex(), hit.getId(), hit.getRouting(), null, VersionType.INTERNAL, source);
            document.getIngestMetadata().put(LatentEncodeProcessor.ENCODED_AGAIN, true);
            return document;
        }

        /** Does to a fresh copy what pipelines have done to the fields of latents. */
        private void apply(IngestDocument document) {
            results.forEach((path, value) -> {
                if (value != null) {
                    document.setFieldValue(path, value);
                } else if (document.hasField(path)) {
                    document.removeField(path);
                }
            });
        }

        private void compare(List<String> paths, List<Object> before, List<Object> after) {
            for (int i = 0; i < paths.size(); i++) {
                if (!same(before.get(i), after.get(i))) {
                    results.put(paths.get(i), after.get(i));
                    put(paths.get(i), replacing(before.get(i), after.get(i)));
                }
            }
        }

        /** Numbers are the same whatever their type: what makes a source from an index may read them as other ones. */
        private static boolean same(Object before, Object after) {
            if (!(before instanceof List<?> old) || !(after instanceof List<?> list) || old.size() != list.size()) {
                return Objects.equals(before, after);
            }
            for (int i = 0; i < list.size(); i++) {
                if (!Objects.equals(number(old.get(i)), number(list.get(i)))) {
                    return false;
                }
            }
            return true;
        }

        private static Object number(Object value) {
            return value instanceof Number number ? (Object) number.doubleValue() : value;
        }

        /** An update merges objects, so a key that the new latent lacks must be cleared by name. */
        private static Object replacing(Object before, Object after) {
            if (!(before instanceof Map<?, ?> old) || !(after instanceof Map<?, ?> latent)) {
                return after;
            }
            Map<Object, Object> value = new LinkedHashMap<>();
            old.keySet().forEach(key -> value.put(key, null));
            value.putAll(latent);
            return value;
        }

        @SuppressWarnings("unchecked") // this method alone fills the map and its inner maps
        private void put(String path, Object value) {
            Map<String, Object> parent = changes;
            String[] names = path.split("\\.", -1);
            for (int i = 0; i < names.length - 1; i++) {
                parent = (Map<String, Object>) parent.computeIfAbsent(names[i], name -> new HashMap<String, Object>());
            }
            parent.put(names[names.length - 1], value);
        }

        private UpdateRequest update() {
            return new UpdateRequest(hit.getIndex(), hit.getId())
                    .routing(hit.getRouting())
                    .setIfSeqNo(hit.getSeqNo())
                    .setIfPrimaryTerm(hit.getPrimaryTerm())
                    .detectNoop(false)
                    .doc(Collections.unmodifiableMap(changes));
        }
    }
}
