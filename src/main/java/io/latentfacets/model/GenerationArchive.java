/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.drift.DriftReference;
import io.latentfacets.model.definition.OptionsJson;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.projection.Projection;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.opensearch.common.CheckedFunction;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The byte format of a generation. Layout, big-endian: magic {@code LFGN}, format version (int), length of the header
 * (int), the header (JSON: origin and provenance of the generation, text analysis, and name, length and SHA-256 of each
 * section), SHA-256 of the header, the sections. The reader verifies each part's hash before it parses the part.
 */
final class GenerationArchive {

    static final int MAGIC = 0x4c46474e; // "LFGN"
    static final int VERSION = 1;

    private static final int MAX_HEADER = 1 << 24;
    private static final int SHA_BYTES = 32;
    /** As many as a definition can have. */
    private static final int MAX_FIELDS = 100;

    /** The sections that archives of before do not have, in this order. */
    private static final String DRIFT = "drift";

    private static final String MAP = "map";

    /** A section of the archive; sections follow each other without separators. */
    private record Section(String name, Writer writer) {}

    @FunctionalInterface
    private interface Writer {
        void writeTo(DataOutput out) throws IOException;
    }

    @FunctionalInterface
    private interface Reader<T> {
        T readFrom(DataInput in) throws IOException;
    }

    private GenerationArchive() {}

    private static List<Section> sections(Generation generation) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("vocabulary", generation.vocabulary()::writeTo));
        sections.add(new Section("weights", generation.weights()::writeTo));
        sections.add(new Section("clusters", generation.clusters()::writeTo));
        if (generation.drift() != null) {
            sections.add(new Section(DRIFT, generation.drift()::writeTo));
        }
        if (generation.projection() != null) {
            sections.add(new Section(MAP, generation.projection()::writeTo));
        }
        return sections;
    }

    static void write(Generation generation, OutputStream target) throws IOException {
        List<Section> sections = sections(generation);
        byte[] header = header(generation, sections);
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(header.length);
        out.write(header);
        out.write(MessageDigests.sha256().digest(header));
        for (Section section : sections) {
            section.writer().writeTo(out);
        }
        out.flush();
    }

    /**
     * The estimated heap of a generation, in bytes: the size of its sections, with the vocabulary counted four times.
     * Strings and the hash table take more room in memory than in the archive. The bounds of clusters are not in it.
     */
    static long estimateRam(Generation generation) {
        try {
            long bytes = generation.provenance().ramBytes()
                    + generation.clusters().partition().boundBytes();
            for (Section section : sections(generation)) {
                CountingStream counter = new CountingStream();
                section.writer().writeTo(new DataOutputStream(counter));
                bytes += section.name().equals("vocabulary") ? 4 * counter.count : counter.count;
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("counting bytes cannot fail", e);
        }
    }

    private static byte[] header(Generation generation, List<Section> sections) throws IOException {
        GenerationInfo info = generation.info();
        XContentBuilder json = XContentFactory.jsonBuilder();
        json.startObject()
                .field("model", info.model())
                .field("generation", info.number())
                .field("encoder_generation", info.encoderGeneration())
                .field("encoder", generation.encoder().toString())
                .field("created", info.createdMillis())
                .field("documents", info.documents())
                .field("seconds", info.seconds())
                .field("device", info.device())
                .field("metrics", info.metrics());
        info.writeMinorOf(json);
        json.field(
                "fields",
                generation.fields().stream().map(SourceField::toString).toList());
        if (generation.vectorField() != null) {
            json.field("vector_field", generation.vectorField());
        }
        OptionsJson.write(json, generation.text());
        generation.provenance().toXContent(json, ToXContent.EMPTY_PARAMS);
        json.startArray("sections");
        for (Section section : sections) {
            MessageDigest sha = MessageDigests.sha256();
            CountingStream counter = new CountingStream();
            DataOutputStream measured = new DataOutputStream(new DigestOutputStream(counter, sha));
            section.writer().writeTo(measured);
            measured.flush();
            json.startObject()
                    .field("name", section.name())
                    .field("bytes", counter.count)
                    .field("sha256", MessageDigests.toHexString(sha.digest()))
                    .endObject();
        }
        return BytesReference.toBytes(BytesReference.bytes(json.endArray().endObject()));
    }

    static Generation read(InputStream source) throws IOException {
        return read(source, in -> parse(header(in), in));
    }

    /** Reads the clusters only, past the vocabulary and the weights, which are not verified. */
    static Clusters readClusters(InputStream source) throws IOException {
        return read(source, in -> {
            Iterator<?> sections = ((List<?>) header(in).get("sections")).iterator();
            in.skipNBytes(length("vocabulary", sections.next()));
            in.skipNBytes(length("weights", sections.next()));
            return section("clusters", sections, in, Clusters::readFrom);
        });
    }

    private static <T> T read(InputStream source, CheckedFunction<DataInputStream, T, IOException> parser)
            throws IOException {
        try {
            return parser.apply(new DataInputStream(source));
        } catch (EOFException e) {
            throw new IOException("the archive of a generation ends too early", e);
        } catch (RuntimeException e) {
            throw new IOException("the archive of a generation is damaged: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> header(DataInputStream in) throws IOException {
        int magic = in.readInt();
        if (magic != MAGIC) {
            throw new IOException("not an archive of a generation: it begins with [" + Integer.toHexString(magic)
                    + "] instead of [" + Integer.toHexString(MAGIC) + "]");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("the archive has format [" + version + "], this plugin reads [" + VERSION + "]");
        }
        int length = in.readInt();
        if (length < 2 || length > MAX_HEADER) {
            throw new IOException("the archive of a generation is damaged: header of [" + length + "] bytes");
        }
        byte[] header = exactly(in, length);
        verify("header", header, MessageDigests.toHexString(exactly(in, SHA_BYTES)));
        return XContentHelper.convertToMap(new BytesArray(header), true, MediaTypeRegistry.JSON)
                .v2();
    }

    private static Generation parse(Map<String, Object> header, DataInputStream in) throws IOException {
        GenerationInfo info = GenerationInfo.fromJson(
                (String) header.get("model"), ((Number) header.get("generation")).intValue(), header);
        List<SourceField> fields = ((List<?>) header.get("fields"))
                .stream().map(field -> SourceField.parse((String) field)).toList();
        if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
            throw new IOException(
                    "the archive of a generation must name 1 to [" + MAX_FIELDS + "] fields: [" + fields.size() + "]");
        }
        TextOptions text = OptionsJson.text(new StrictMap(StrictMap.object(header.get("text")), "text"));
        List<?> listed = (List<?>) header.get("sections");
        Iterator<?> sections = listed.iterator();
        Vocabulary vocabulary = section("vocabulary", sections, in, Vocabulary::readFrom);
        VaeWeights weights = section("weights", sections, in, VaeWeights::readFrom);
        Clusters clusters = section("clusters", sections, in, Clusters::readFrom);
        DriftReference drift = has(DRIFT, listed) ? section(DRIFT, sections, in, DriftReference::readFrom) : null;
        Projection projection = has(MAP, listed) ? section(MAP, sections, in, Projection::readFrom) : null;
        requireEqual("terms", vocabulary.size(), weights.vocabularySize());
        requireEqual("dimensions", clusters.partition().dims(), weights.latentDims());
        String vectorField = (String) header.get("vector_field");
        Generation generation = new Generation(
                info, text, fields, vectorField, vocabulary, weights, clusters, Provenance.fromJson(header));
        // An archive of before has no fingerprint. Its encoder is what it is, so the computed one holds.
        Object named = header.getOrDefault("encoder", generation.encoder().toString());
        if (!generation.encoder().toString().equals(named)) {
            throw new IOException("the archive of a generation is damaged: its encoder is [" + generation.encoder()
                    + "], not [" + named + "]");
        }
        if (drift != null) {
            requireEqual("clusters", drift.clusters(), clusters.partition().count());
            generation = generation.with(drift);
        }
        if (projection != null) {
            requireEqual("dimensions", projection.dims(), weights.latentDims());
            generation = generation.with(projection);
        }
        return generation;
    }

    private static boolean has(String name, List<?> sections) {
        return sections.stream()
                .anyMatch(section -> name.equals(StrictMap.object(section).get("name")));
    }

    private static void requireEqual(String what, int elsewhere, int ofWeights) throws IOException {
        if (elsewhere != ofWeights) {
            throw new IOException("the parts of a generation's archive do not belong together: [" + ofWeights + "] "
                    + what + " in the weights, [" + elsewhere + "] elsewhere");
        }
    }

    private static <T> T section(String name, Iterator<?> sections, DataInputStream in, Reader<T> reader)
            throws IOException {
        Map<String, Object> entry = StrictMap.object(sections.next());
        byte[] bytes = exactly(in, length(name, entry));
        verify(name, bytes, (String) entry.get("sha256"));
        return reader.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    /** The length of the section that a header's entry describes, in bytes. */
    private static int length(String name, Object section) throws IOException {
        Map<String, Object> entry = StrictMap.object(section);
        if (!name.equals(entry.get("name"))) {
            throw new IOException(
                    "the archive of a generation has [" + entry.get("name") + "] where [" + name + "] belongs");
        }
        long length = ((Number) entry.get("bytes")).longValue();
        if (length < 0 || length > Integer.MAX_VALUE - 8) {
            throw new IOException("the " + name + " of a generation's archive cannot have [" + length + "] bytes");
        }
        return (int) length;
    }

    private static void verify(String what, byte[] bytes, String expected) throws IOException {
        String found = MessageDigests.toHexString(MessageDigests.sha256().digest(bytes));
        if (!found.equals(expected)) {
            throw new IOException("the " + what + " of a generation's archive is damaged: SHA-256 is [" + found
                    + "], not [" + expected + "]");
        }
    }

    private static byte[] exactly(DataInputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("[" + bytes.length + "] of [" + length + "] bytes");
        }
        return bytes;
    }

    /** Counts bytes and drops them. */
    private static final class CountingStream extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
