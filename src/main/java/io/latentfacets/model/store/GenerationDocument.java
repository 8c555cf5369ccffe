/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.cluster.CountCurve;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.Provenance;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.opensearch.OpenSearchParseException;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The document {@code generation_{name}_{n}}. A generation exists if and only if this document does. The store writes
 * it once, after it has read all chunks back and verified them.
 *
 * @param summary the properties that the API shows
 * @param provenance the definition and the lineage; its decision is also in the summary
 * @param ramBytes the heap that the generation needs on a node, in bytes
 * @param attempt the attempt to publish that wrote the chunks; null in documents of before attempts had names
 * @param chunks the pieces of the archive, in order
 */
record GenerationDocument(
        GenerationSummary summary, Provenance provenance, long ramBytes, String attempt, List<Chunk> chunks) {

    /** The parts that only a look at one generation needs. */
    static final String[] DETAILS = {"archive.chunks", "provenance.lineage", "provenance.definition"};

    static final String TYPE = "generation";

    /**
     * The type of a document that stands in the place of a generation that will never exist. Its training lost the
     * lock; a trainer that does not know that yet finds the place taken.
     */
    static final String ABANDONED = "abandoned_generation";

    /**
     * A piece of an archive.
     *
     * @param bytes the length, in bytes
     * @param sha256 the SHA-256, in hex
     */
    record Chunk(int bytes, String sha256) {}

    static String id(String model, int generation) {
        return "generation_" + model + "_" + generation;
    }

    /** The id of a chunk. The attempt keeps a trainer that was cut off away from the chunks of its successor. */
    static String chunkId(String model, int generation, String attempt, int chunk) {
        String archive = "chunk_" + model + "_" + generation + "_";
        return attempt == null ? archive + chunk : archive + attempt + "_" + chunk;
    }

    /** The ids of the chunks' documents, in order. */
    List<String> chunkIds() {
        return IntStream.range(0, chunks.size())
                .mapToObj(i -> chunkId(summary.info().model(), summary.number(), attempt, i))
                .toList();
    }

    /**
     * The names of the fields that the generation reads, that of the vector among them; empty if the record does not
     * say, or not in a way that this build reads.
     */
    Set<String> fieldNames() {
        String definition = provenance.definition();
        if (definition == null) {
            return Set.of();
        }
        try {
            ModelDefinition.Source source = ModelDefinition.fromMap(
                            summary.info().model(),
                            XContentHelper.convertToMap(XContentType.JSON.xContent(), definition, false))
                    .source();
            Set<String> names = new HashSet<>();
            source.fields().forEach(field -> names.add(field.name()));
            if (source.vectorField() != null) {
                names.add(source.vectorField());
            }
            return names;
        } catch (IllegalArgumentException | OpenSearchParseException e) {
            return Set.of();
        }
    }

    /** A copy that names the encoder, of a record that was written before fingerprints existed. */
    GenerationDocument withEncoder(EncoderId encoder) {
        GenerationSummary named = new GenerationSummary(
                summary.info(),
                encoder,
                summary.vocabularySize(),
                summary.clusters(),
                summary.bytes(),
                summary.curve(),
                summary.decision());
        return new GenerationDocument(named, provenance, ramBytes, attempt, chunks);
    }

    XContentBuilder toSource() throws IOException {
        GenerationInfo info = summary.info();
        XContentBuilder json = XContentFactory.jsonBuilder();
        json.startObject()
                .field("type", TYPE)
                .field("model", info.model())
                .field("generation", info.number())
                .startObject("summary")
                .field("encoder_generation", info.encoderGeneration())
                .field("encoder", summary.encoder().toString())
                .field("created", info.createdMillis())
                .field("documents", info.documents())
                .field("seconds", info.seconds())
                .field("device", info.device())
                .field("metrics", info.metrics());
        info.writeMinorOf(json);
        json.field("vocabulary_size", summary.vocabularySize())
                .field("clusters", summary.clusters())
                .field("clusters_chosen", summary.curve().chosen());
        summary.writeCurve(json);
        json.endObject().startObject("provenance");
        provenance.toXContent(json, ToXContent.EMPTY_PARAMS);
        json.endObject().startObject("archive").field("bytes", summary.bytes()).field("ram_bytes", ramBytes);
        writeChunks(json, attempt, chunks);
        return json.endObject().endObject();
    }

    /** The document that takes the place of a generation for good. */
    static XContentBuilder abandoned(String model, int generation) throws IOException {
        return XContentFactory.jsonBuilder()
                .startObject()
                .field("type", ABANDONED)
                .field("model", model)
                .field("generation", generation)
                .endObject();
    }

    /** Whether a document makes a generation exist: it is there and does not only take its place. */
    static boolean committed(SystemIndex.Doc doc) {
        return doc.exists() && TYPE.equals(doc.source().get("type"));
    }

    static GenerationDocument read(Map<String, Object> source) {
        Map<String, Object> summary = StrictMap.object(source.get("summary"));
        Map<String, Object> archive = StrictMap.object(source.get("archive"));
        GenerationInfo info =
                GenerationInfo.fromJson((String) source.get("model"), integer(source, "generation"), summary);
        Provenance provenance = source.get("provenance") == null
                ? Provenance.UNKNOWN
                : Provenance.fromJson(StrictMap.object(source.get("provenance")));
        return new GenerationDocument(
                new GenerationSummary(
                        info,
                        EncoderId.parse((String) summary.getOrDefault("encoder", EncoderId.NONE.toString())),
                        integer(summary, "vocabulary_size"),
                        integer(summary, "clusters"),
                        ((Number) archive.get("bytes")).longValue(),
                        curve(summary),
                        provenance.decision()),
                provenance,
                ((Number) archive.get("ram_bytes")).longValue(),
                (String) archive.get("attempt"),
                readChunks(archive));
    }

    /** Writes the attempt and its chunks into the object of an archive. */
    static void writeChunks(XContentBuilder archive, String attempt, List<Chunk> chunks) throws IOException {
        archive.field("attempt", attempt).startArray("chunks");
        for (Chunk chunk : chunks) {
            archive.startObject()
                    .field("bytes", chunk.bytes())
                    .field("sha256", chunk.sha256())
                    .endObject();
        }
        archive.endArray();
    }

    /** Reads the chunks that {@link #writeChunks} wrote. */
    static List<Chunk> readChunks(Map<String, Object> archive) {
        List<Chunk> chunks = new ArrayList<>();
        for (Object entry : (List<?>) archive.getOrDefault("chunks", List.of())) {
            Map<String, Object> chunk = StrictMap.object(entry);
            chunks.add(new Chunk(integer(chunk, "bytes"), (String) chunk.get("sha256")));
        }
        return chunks;
    }

    /**
     * Reads the scores that decided the number of clusters.
     *
     * @param summary the stored summary; without a curve if it was written before summaries had one
     */
    private static CountCurve curve(Map<String, Object> summary) {
        List<CountCurve.Point> points = new ArrayList<>();
        for (Object entry : (List<?>) summary.getOrDefault("cluster_curve", List.of())) {
            Map<String, Object> point = StrictMap.object(entry);
            points.add(new CountCurve.Point(integer(point, "clusters"), ((Number) point.get("score")).doubleValue()));
        }
        return new CountCurve(points, ((Number) summary.getOrDefault("clusters_chosen", 0)).intValue());
    }

    private static int integer(Map<String, Object> map, String key) {
        return ((Number) map.get(key)).intValue();
    }
}
