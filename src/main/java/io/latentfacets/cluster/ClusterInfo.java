/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The description of one cluster, or of one parent, that a user sees. Immutable and thread-safe.
 *
 * @param key the key, stable across generations and never reused: {@code c7}, or {@code p2} for a parent
 * @param label a phrase, or the top three terms, or the key if there are no terms; distinct within a generation
 * @param terms the terms, best first, at most {@link io.latentfacets.cluster.label.LabelOptions#MAX_TERMS}
 * @param size the number of training documents in this cluster
 * @param share the size as a fraction of all training documents that have a cluster, 0 to 1
 * @param x the horizontal coordinate on the map, −1 to 1
 * @param y the vertical coordinate on the map, −1 to 1
 * @param exemplars the ids of the documents nearest to the centroid, nearest first
 */
public record ClusterInfo(
        String key,
        String label,
        List<ClusterTerm> terms,
        long size,
        double share,
        float x,
        float y,
        List<String> exemplars) {
    /** The number of terms in a label that is no phrase. */
    public static final int LABEL_TERMS = 3;

    private static final int MAX_LIST = 1 << 16;

    public ClusterInfo {
        terms = List.copyOf(terms);
        exemplars = List.copyOf(exemplars);
    }

    /** The label of a list of terms: the first {@link #LABEL_TERMS}, joined by commas; empty for no terms. */
    public static String labelOf(List<ClusterTerm> terms) {
        return terms.stream().limit(LABEL_TERMS).map(ClusterTerm::term).collect(Collectors.joining(", "));
    }

    /**
     * A label that no other cluster has: the text of the label, or the key if it has none. If another cluster has the
     * same label, the key follows it in parentheses.
     *
     * @param taken the labels in use; this method adds the new one
     */
    public static String distinctLabel(ClusterLabel words, String key, Set<String> taken) {
        String label = words.text();
        if (label.isEmpty()) {
            label = key;
        } else if (taken.contains(label)) {
            label = withKey(label, key);
        }
        taken.add(label);
        return label;
    }

    /** A label followed by the key, for a cluster whose words are those of another one. */
    public static String withKey(String label, String key) {
        return label + " (" + key + ")";
    }

    /** The same cluster at another place on the map. */
    ClusterInfo at(float otherX, float otherY) {
        return new ClusterInfo(key, label, terms, size, share, otherX, otherY, exemplars);
    }

    /** The same parent with another number of documents. */
    ClusterInfo of(long documents) {
        double part = size == 0 ? 0 : Math.min(1, share * documents / size);
        return new ClusterInfo(key, label, terms, documents, part, x, y, exemplars);
    }

    void writeTo(DataOutput out) throws IOException {
        Wire.writeString(out, key);
        Wire.writeString(out, label);
        out.writeInt(terms.size());
        for (ClusterTerm term : terms) {
            Wire.writeString(out, term.term());
            out.writeFloat(term.weight());
        }
        out.writeLong(size);
        out.writeDouble(share);
        out.writeFloat(x);
        out.writeFloat(y);
        out.writeInt(exemplars.size());
        for (String exemplar : exemplars) {
            Wire.writeString(out, exemplar);
        }
    }

    static ClusterInfo readFrom(DataInput in) throws IOException {
        String key = Wire.readString(in);
        String label = Wire.readString(in);
        int termCount = Wire.readSize(in, MAX_LIST, "terms");
        List<ClusterTerm> terms = new ArrayList<>(termCount);
        for (int i = 0; i < termCount; i++) {
            terms.add(new ClusterTerm(Wire.readString(in), Wire.readFinite(in)));
        }
        long size = in.readLong();
        double share = in.readDouble();
        if (size < 0 || !(share >= 0 && share <= 1)) {
            throw new IOException("corrupt clusters: [" + size + "] documents, a share of [" + share + "]");
        }
        float x = Wire.readFinite(in);
        float y = Wire.readFinite(in);
        int exemplarCount = Wire.readSize(in, MAX_LIST, "exemplars");
        List<String> exemplars = new ArrayList<>(exemplarCount);
        for (int i = 0; i < exemplarCount; i++) {
            exemplars.add(Wire.readString(in));
        }
        return new ClusterInfo(key, label, terms, size, share, x, y, exemplars);
    }
}
