/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Curation;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.opensearch.common.hash.MurmurHash3;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A curation as JSON, in the cluster state, between nodes and in exported models. Keys are sorted, so equal curations
 * give equal text. A centroid takes a byte a dimension, scaled so that its largest component is 127; only its direction
 * counts. Stateless.
 */
public final class CurationJson {

    /** The largest number of clusters that people may have made by splitting, of one model. */
    public static final int MAX_ADDED = 1_000;

    private static final int MAX_KEYS = 10_000;
    private static final int LARGEST = 127;

    /** The bound of a coordinate on the map. */
    private static final double FURTHEST = 1e6;

    private CurationJson() {}

    public static String write(Curation curation) {
        try (XContentBuilder json = XContentFactory.jsonBuilder()) {
            write(curation, json);
            return json.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A hash of a curation, never 0. */
    static long hash(Curation curation) {
        byte[] text = write(curation).getBytes(StandardCharsets.UTF_8);
        long hash = MurmurHash3.hash128(text, 0, text.length, 0, new MurmurHash3.Hash128()).h1;
        return hash == 0 ? 1 : hash;
    }

    /** Writes an object. */
    public static void write(Curation curation, XContentBuilder json) throws IOException {
        json.startObject().startObject("merges");
        for (Map.Entry<String, Curation.Merge> merge : curation.merges().entrySet()) {
            json.startObject(merge.getKey()).field("parts", merge.getValue().parts());
            if (merge.getValue().label() != null) {
                json.field("label", merge.getValue().label());
            }
            json.endObject();
        }
        json.endObject().startObject("splits");
        for (Map.Entry<String, List<String>> split : curation.splits().entrySet()) {
            json.field(split.getKey(), split.getValue());
        }
        json.endObject().startArray("added");
        for (ClusterInfo info : curation.added().values()) {
            write(info, json);
        }
        json.endArray().startObject("divisions");
        for (Map.Entry<String, NavigableMap<String, Curation.Division>> own :
                curation.divisions().entrySet()) {
            json.startObject(own.getKey());
            for (Map.Entry<String, Curation.Division> division : own.getValue().entrySet()) {
                json.startObject(division.getKey())
                        .field("keys", division.getValue().keys())
                        .field("scales", division.getValue().scales())
                        .field("biases", division.getValue().biases())
                        .field("centroids", bytes(division.getValue().centroids()))
                        .endObject();
            }
            json.endObject();
        }
        json.endObject().field("next_key", curation.nextKey()).endObject();
    }

    private static void write(ClusterInfo info, XContentBuilder json) throws IOException {
        json.startObject()
                .field("key", info.key())
                .field("label", info.label())
                .field("terms", info.terms().stream().map(ClusterTerm::term).toList())
                .field(
                        "weights",
                        info.terms().stream()
                                .map(term -> Float.toString(term.weight()))
                                .toList())
                .field("size", info.size())
                .field("share", info.share())
                .field("x", info.x())
                .field("y", info.y())
                .field("exemplars", info.exemplars())
                .endObject();
    }

    /** Reads what {@link #write} gave. */
    public static Curation read(String json) {
        return read(StrictMap.of(
                "curation",
                XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON)
                        .v2()));
    }

    /**
     * Reads a curation.
     *
     * @throws IllegalArgumentException if the text is not what {@link #write} gives; the message names the key
     */
    public static Curation read(StrictMap body) {
        NavigableMap<String, Curation.Merge> merges = new TreeMap<>();
        StrictMap merged = body.map("merges");
        for (String key : merged.values().keySet()) {
            StrictMap merge = merged.map(key);
            merges.put(
                    key,
                    new Curation.Merge(merge.strings("parts", 1, MAX_KEYS, List.of()), merge.string("label", null)));
            merge.noOtherKeys();
        }
        NavigableMap<String, List<String>> splits = new TreeMap<>();
        StrictMap split = body.map("splits");
        split.values().keySet().forEach(key -> splits.put(key, split.strings(key, 2, MAX_KEYS, List.of())));
        NavigableMap<String, ClusterInfo> added = new TreeMap<>();
        List<Map<String, Object>> infos = body.objects("added");
        if (infos.size() > MAX_ADDED) {
            throw body.bad("added", "a list of at most " + MAX_ADDED + " clusters", infos.size());
        }
        for (int i = 0; i < infos.size(); i++) {
            ClusterInfo info = info(new StrictMap(infos.get(i), body.path("added") + "." + i));
            added.put(info.key(), info);
        }
        NavigableMap<String, NavigableMap<String, Curation.Division>> divisions = new TreeMap<>();
        StrictMap encoders = body.map("divisions");
        for (String encoder : encoders.values().keySet()) {
            StrictMap own = encoders.map(encoder);
            NavigableMap<String, Curation.Division> rules = new TreeMap<>();
            own.values().keySet().forEach(key -> rules.put(key, division(own.map(key))));
            divisions.put(encoder, rules);
        }
        long next = body.integer("next_key", 0, Long.MAX_VALUE, 0);
        body.noOtherKeys();
        return new Curation(merges, splits, added, divisions, next);
    }

    private static ClusterInfo info(StrictMap info) {
        List<String> words = info.strings("terms", 0, MAX_KEYS, List.of());
        List<String> weights = info.strings("weights", 0, MAX_KEYS, List.of());
        if (words.size() != weights.size()) {
            throw info.bad("weights", "as many as the terms", weights.size());
        }
        List<ClusterTerm> terms = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            terms.add(new ClusterTerm(words.get(i), weight(info, weights.get(i))));
        }
        ClusterInfo read = new ClusterInfo(
                info.string("key"),
                info.string("label"),
                terms,
                info.integer("size", 0, Long.MAX_VALUE, 0),
                info.number("share", 0, 1, 0),
                (float) info.number("x", -FURTHEST, FURTHEST, 0),
                (float) info.number("y", -FURTHEST, FURTHEST, 0),
                info.strings("exemplars", 0, MAX_KEYS, List.of()));
        info.noOtherKeys();
        return read;
    }

    private static float weight(StrictMap info, String weight) {
        try {
            float read = Float.parseFloat(weight);
            if (read >= 0 && read <= 1) {
                return read;
            }
        } catch (NumberFormatException e) {
            throw info.bad("weights", "numbers from 0 to 1", weight);
        }
        throw info.bad("weights", "numbers from 0 to 1", weight);
    }

    private static Curation.Division division(StrictMap division) {
        List<String> keys = division.strings("keys", 1, MAX_KEYS, List.of());
        float[] scales = floats(division, "scales", keys.size());
        float[] biases = floats(division, "biases", keys.size());
        byte[] bytes = division.bytes("centroids");
        division.noOtherKeys();
        if (bytes.length == 0 || bytes.length % keys.size() != 0) {
            throw division.bad("centroids", "the bytes of " + keys.size() + " centroids", bytes.length);
        }
        return new Curation.Division(keys, centroids(bytes, keys.size()), scales, biases);
    }

    private static float[] floats(StrictMap division, String key, int count) {
        List<?> given = division.value(key) instanceof List<?> list ? list : List.of();
        if (given.size() != count) {
            throw division.bad(key, count + " numbers, one per key", given.size());
        }
        float[] floats = new float[count];
        for (int c = 0; c < count; c++) {
            double number = given.get(c) instanceof Number one ? one.doubleValue() : Double.NaN;
            if (!Double.isFinite(number)) {
                throw division.bad(key, "finite numbers", given.get(c));
            }
            floats[c] = (float) number;
        }
        return floats;
    }

    /** The centroids of a division as they are after they were written and read. */
    public static float[][] rounded(float[][] centroids) {
        return centroids(bytes(centroids), centroids.length);
    }

    private static byte[] bytes(float[][] centroids) {
        int dims = centroids[0].length;
        byte[] bytes = new byte[centroids.length * dims];
        for (int c = 0; c < centroids.length; c++) {
            float largest = 0;
            for (float component : centroids[c]) {
                largest = Math.max(largest, Math.abs(component));
            }
            for (int d = 0; d < dims && largest > 0; d++) {
                bytes[c * dims + d] = (byte) Math.round(LARGEST * (centroids[c][d] / largest));
            }
        }
        return bytes;
    }

    private static float[][] centroids(byte[] bytes, int count) {
        int dims = bytes.length / count;
        float[][] centroids = new float[count][dims];
        for (int c = 0; c < count; c++) {
            double squares = 0;
            for (int d = 0; d < dims; d++) {
                squares += (double) bytes[c * dims + d] * bytes[c * dims + d];
            }
            for (int d = 0; d < dims && squares > 0; d++) {
                centroids[c][d] = (float) (bytes[c * dims + d] / Math.sqrt(squares));
            }
        }
        return centroids;
    }
}
