/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.common.xcontent.support.XContentMapValues;

/**
 * Reads the text of a model's fields from documents. Training and ingest both use it, so both see the same text.
 * Stateless.
 */
public final class SourceText {

    private SourceText() {}

    /**
     * Reads one entry for each value of each field, in the order of the fields. A dotted path leads into objects and
     * through arrays. Missing fields, nulls, objects and blank values give no entry. A number or a boolean counts as
     * the text that it prints as.
     *
     * @param source a document's source, not modified
     */
    public static List<FieldText> of(Map<String, Object> source, List<SourceField> fields) {
        List<FieldText> texts = new ArrayList<>(fields.size());
        for (SourceField field : fields) {
            for (Object value : XContentMapValues.extractRawValues(field.name(), source)) {
                if (value instanceof byte[] || value instanceof Map) {
                    continue; // an object has no text of its own, only its fields have
                }
                String text = value.toString();
                if (!text.isBlank()) {
                    texts.add(new FieldText(field.weight(), text));
                }
            }
        }
        return texts;
    }

    /**
     * The paths of {@code _source} to fetch for {@link #of}. They include the parent of a dotted path, because the
     * source of a multi-field has only the parent.
     */
    public static Set<String> fieldsOfSource(Collection<String> fields) {
        Set<String> names = new LinkedHashSet<>();
        for (String field : fields) {
            names.add(field);
            int dot = field.lastIndexOf('.');
            if (dot > 0) {
                names.add(field.substring(0, dot));
            }
        }
        return names;
    }

    /**
     * 16 hexadecimal digits that change when the texts, a weight or the vector do: the first 8 bytes of a SHA-256 that
     * begins with the key. Without the key nobody can tell whether a guessed text is the one of a document.
     *
     * @param vector the vector; {@code null} for none
     * @param key the key of the generation
     */
    static String hash(List<FieldText> texts, float[] vector, byte[] key) {
        MessageDigest sha = MessageDigests.sha256();
        sha.update(key);
        // lengths keep apart what would be the same bytes: moving words from one value to the next changes the hash
        ByteBuffer header = ByteBuffer.allocate(2 * Integer.BYTES);
        for (FieldText text : texts) {
            byte[] bytes = text.text().getBytes(StandardCharsets.UTF_8);
            sha.update(
                    header.clear().putFloat(text.weight()).putInt(bytes.length).flip());
            sha.update(bytes);
        }
        if (vector != null) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
            bytes.asFloatBuffer().put(vector);
            sha.update(header.clear().putFloat(-1).putInt(vector.length).flip()); // no text has a weight below 0
            sha.update(bytes);
        }
        return HexFormat.of().toHexDigits(ByteBuffer.wrap(sha.digest()).getLong());
    }
}
