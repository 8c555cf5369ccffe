/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.opensearch.common.hash.MurmurHash3;
import org.opensearch.common.xcontent.support.XContentMapValues;

/**
 * Reads the text of a model's fields from documents. Training and ingest both use it, so both see the same text.
 * Stateless.
 */
public final class SourceText {

    private static final long HASH_SEED = 0x1a7e_47L;
    private static final long VECTOR_SEED = 0x5ec7_04L;

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

    /** 16 hexadecimal digits that change when the text or a weight does; Murmur3, not for security. */
    public static String hash(List<FieldText> texts) {
        return hash(texts, null);
    }

    /**
     * {@link #hash(List)} of texts and a vector.
     *
     * @param vector the vector; {@code null} for none, which gives the hash of the text alone
     */
    static String hash(List<FieldText> texts, float[] vector) {
        long[] hash = {HASH_SEED, HASH_SEED};
        MurmurHash3.Hash128 part = new MurmurHash3.Hash128();
        for (FieldText text : texts) {
            byte[] bytes = text.text().getBytes(StandardCharsets.UTF_8);
            // chained, so that moving words from one value to the next changes the result
            MurmurHash3.hash128(bytes, 0, bytes.length, hash[0] ^ Float.floatToIntBits(text.weight()), part);
            hash[0] = part.h1 * 31 + hash[1];
            hash[1] = part.h2;
        }
        if (vector != null) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
            bytes.asFloatBuffer().put(vector);
            MurmurHash3.hash128(bytes.array(), 0, bytes.capacity(), hash[0] ^ VECTOR_SEED, part);
            hash[0] = part.h1 * 31 + hash[1];
        }
        return String.format(Locale.ROOT, "%016x", hash[0]);
    }
}
