/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;

/**
 * The parts of an archive, to change them and put them together with the lengths and hashes that fit: what a hostile
 * sender does.
 *
 * @param header the header
 * @param sections vocabulary, weights, clusters and, if the generation has it, the reference of drift
 */
public record ArchiveParts(Map<String, Object> header, List<byte[]> sections) {

    /** Where the weights have the length of their content, its checksum, and the content. */
    static final int LENGTH = 9;

    static final int CHECKSUM = 13;
    public static final int WEIGHTS = 17;

    /** Makes the checksum of the weights' content fit. */
    public static byte[] checksummed(byte[] weights) {
        CRC32 crc = new CRC32();
        crc.update(weights, WEIGHTS, weights.length - WEIGHTS);
        ByteBuffer.wrap(weights).putInt(CHECKSUM, (int) crc.getValue());
        return weights;
    }

    public static ArchiveParts of(byte[] archive) {
        ByteBuffer in = ByteBuffer.wrap(archive);
        in.position(8);
        byte[] json = new byte[in.getInt()];
        in.get(json);
        in.position(in.position() + 32);
        Map<String, Object> header = XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON)
                .v2();
        List<byte[]> sections = new ArrayList<>();
        for (Object entry : (List<?>) header.get("sections")) {
            byte[] section = new byte[((Number) ((Map<?, ?>) entry).get("bytes")).intValue()];
            in.get(section);
            sections.add(section);
        }
        return new ArchiveParts(header, sections);
    }

    /** The archive with lengths and hashes as its sections have them. */
    public byte[] archive(Map<String, Object> changed) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<?> entries = (List<?>) header.get("sections");
        for (int i = 0; i < sections.size(); i++) {
            @SuppressWarnings("unchecked")
            Map<String, Object> entry = (Map<String, Object>) entries.get(i);
            entry.put("bytes", sections.get(i).length);
            entry.put(
                    "sha256", MessageDigests.toHexString(MessageDigests.sha256().digest(sections.get(i))));
            body.write(sections.get(i));
        }
        byte[] json = BytesReference.toBytes(
                BytesReference.bytes(XContentFactory.jsonBuilder().map(changed)));
        ByteBuffer out = ByteBuffer.allocate(12 + json.length + 32 + body.size());
        out.putInt(GenerationArchive.MAGIC).putInt(GenerationArchive.VERSION).putInt(json.length);
        out.put(json).put(MessageDigests.sha256().digest(json)).put(body.toByteArray());
        return out.array();
    }
}
