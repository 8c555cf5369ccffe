/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.EncoderId;
import io.latentfacets.strict.StrictMap;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.index.mapper.MapperParsingException;

/**
 * A latent in a document's {@code _source}: {@code {"generation":2,"encoder":"9f3c…","vector":"<base64>","hash":"…"}}.
 * The mapper parses it strictly. Other readers parse it leniently, because with {@code index.mapping.ignore_malformed}
 * a source may hold values that the mapper refused. Both accept the same values. Immutable as long as nobody changes
 * the array.
 *
 * @param generation the number of the generation that trained the encoder, at least 1
 * @param encoder the fingerprint of the encoder; {@link EncoderId#NONE} in a document that was written before
 *     fingerprints existed
 * @param latent int8, 1 to {@value #MAX_DIMS} bytes, not all zero
 * @param hash the hash of the encoded content; {@code null} for none
 */
public record StoredLatent(int generation, EncoderId encoder, byte[] latent, String hash) {

    static final int MAX_DIMS = 1024;

    private static final String GENERATION = "generation";
    private static final String ENCODER = "encoder";
    private static final String VECTOR = "vector";
    private static final String HASH = "hash";

    /**
     * Parses a value strictly.
     *
     * @param field the full name of the field, for messages
     * @param value the object under that name
     * @throws MapperParsingException for an unknown key, a wrong type or a wrong value; names field, key, value and
     *     bound
     */
    static StoredLatent parse(String field, Map<?, ?> value) {
        for (Map.Entry<?, ?> entry : value.entrySet()) {
            switch (String.valueOf(entry.getKey())) {
                case GENERATION, ENCODER, VECTOR -> {}
                case HASH -> {
                    if (entry.getValue() != null && !(entry.getValue() instanceof String)) {
                        throw bad(field, "[hash] must be a string: " + StrictMap.shown(entry.getValue()));
                    }
                }
                default ->
                    throw bad(
                            field,
                            "unknown key [" + entry.getKey() + "] with value " + StrictMap.shown(entry.getValue())
                                    + ", must be one of [generation, encoder, vector, hash]");
            }
        }
        return new StoredLatent(
                generation(field, value.get(GENERATION)),
                encoder(field, value.get(ENCODER)),
                latent(field, value.get(VECTOR)),
                (String) value.get(HASH));
    }

    /**
     * Parses a value leniently.
     *
     * @param value the document's value in the field, of any type; {@code null} for none
     * @return the latent; {@code null} for every value that the mapper refuses
     */
    public static StoredLatent of(Object value) {
        if (!(value instanceof Map<?, ?> object)) {
            return null;
        }
        try {
            return parse("", object);
        } catch (MapperParsingException e) {
            return null; // only the caller that indexes the document needs the message
        }
    }

    /**
     * Returns the latent that a given encoder made.
     *
     * @param source the document's source, not modified
     * @param field the full name of the field
     * @param encoder the encoder's fingerprint; no document has a latent of {@link EncoderId#NONE}
     * @param dims the length of that encoder's latents
     * @return int8[dims]; {@code null} if the document has no latent, one of another encoder or a malformed one
     */
    public static byte[] in(Map<String, Object> source, String field, EncoderId encoder, int dims) {
        StoredLatent stored = of(XContentMapValues.extractValue(field, source));
        return stored != null && stored.madeBy(encoder) && stored.latent.length == dims ? stored.latent : null;
    }

    /**
     * Whether a value names a given encoder, even if the rest of the value is malformed.
     *
     * @param value the document's value in the field, of any type; {@code null} for none
     * @param encoder the encoder's fingerprint
     */
    public static boolean claims(Object value, EncoderId encoder) {
        return value instanceof Map<?, ?> object && encoder.toString().equals(object.get(ENCODER));
    }

    /** Whether a given encoder made this latent; false for {@link EncoderId#NONE}. */
    public boolean madeBy(EncoderId asked) {
        return !asked.isNone() && encoder.equals(asked);
    }

    /**
     * Returns the JSON object for a source. The map is mutable and has no key for a {@code null} hash or no encoder.
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(GENERATION, generation);
        if (!encoder.isNone()) {
            map.put(ENCODER, encoder.toString());
        }
        map.put(VECTOR, Base64.getEncoder().encodeToString(latent));
        if (hash != null) {
            map.put(HASH, hash);
        }
        return map;
    }

    private static int generation(String field, Object value) {
        boolean whole = value instanceof Integer || value instanceof Long;
        if (!whole || ((Number) value).longValue() < 1 || ((Number) value).longValue() > Integer.MAX_VALUE) {
            throw bad(
                    field,
                    "[generation] must be an integer in [1, " + Integer.MAX_VALUE + "]: " + StrictMap.shown(value));
        }
        return ((Number) value).intValue();
    }

    private static EncoderId encoder(String field, Object value) {
        if (value == null) {
            return EncoderId.NONE;
        }
        try {
            if (value instanceof String hex) {
                return EncoderId.parse(hex);
            }
        } catch (IllegalArgumentException e) {
            // the message below says more
        }
        throw bad(
                field,
                "[encoder] must be a string of " + EncoderId.DIGITS + " digits [0-9a-f]: " + StrictMap.shown(value));
    }

    private static byte[] latent(String field, Object value) {
        if (!(value instanceof String text)) {
            throw bad(
                    field,
                    "[vector] must be a base64 string of 1 to " + MAX_DIMS + " bytes: " + StrictMap.shown(value));
        }
        byte[] latent;
        try {
            latent = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw bad(field, "[vector] is not valid base64 (" + e.getMessage() + "): " + StrictMap.shown(value));
        }
        if (latent.length == 0 || latent.length > MAX_DIMS) {
            throw bad(
                    field,
                    "[vector] must have 1 to " + MAX_DIMS + " bytes, has " + latent.length + ": "
                            + StrictMap.shown(value));
        }
        for (byte b : latent) {
            if (b != 0) {
                return latent;
            }
        }
        throw bad(
                field,
                "[vector] must not be all zero, all of its " + latent.length + " bytes are: " + StrictMap.shown(value));
    }

    static MapperParsingException bad(String field, String what) {
        return new MapperParsingException("field [" + field + "]: " + what);
    }
}
