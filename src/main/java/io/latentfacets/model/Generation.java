/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import io.latentfacets.drift.DriftReference;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.projection.Projection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The complete result of one training: everything a node needs to encode documents and to name clusters. Immutable,
 * thread-safe; holds no native memory.
 */
public final class Generation {

    private final GenerationInfo info;
    private final TextOptions text;
    private final List<SourceField> fields;
    private final String vectorField;
    private final Vocabulary vocabulary;
    private final VaeWeights weights;
    private final Clusters clusters;
    private final Provenance provenance;
    private final EncoderId encoder;
    private final byte[] hashKey;
    private final DriftReference drift;
    private final Projection projection;
    private final long ramBytes;
    /** Tells what people made of its clusters from what they made of them before; 0 for learned clusters. */
    private final long layout;

    private final Curation curation;

    /** What {@link #curated} made last; null for nothing yet. A value that is lost is only made once more. */
    private volatile Curated curated;

    private record Curated(Curation curation, Generation generation) {}

    /** A generation that reads text only. */
    public Generation(
            GenerationInfo info,
            TextOptions text,
            List<SourceField> fields,
            Vocabulary vocabulary,
            VaeWeights weights,
            Clusters clusters) {
        this(info, text, fields, null, vocabulary, weights, clusters);
    }

    /**
     * A generation of unknown provenance that reads text and, optionally, a vector.
     *
     * @throws IllegalArgumentException if the vector field and the weights contradict each other
     */
    public Generation(
            GenerationInfo info,
            TextOptions text,
            List<SourceField> fields,
            String vectorField,
            Vocabulary vocabulary,
            VaeWeights weights,
            Clusters clusters) {
        this(info, text, fields, vectorField, vocabulary, weights, clusters, Provenance.UNKNOWN);
    }

    /**
     * A generation that reads text and, optionally, a vector.
     *
     * @param info the origin and quality of the generation
     * @param text the text analysis
     * @param fields the text fields to read, with their weights
     * @param vectorField the field of the dense vector; null for none
     * @param vocabulary the terms
     * @param weights the weights of the network; they take a vector if and only if there is a vector field
     * @param clusters the clusters in latent space
     * @param provenance where it comes from
     * @throws IllegalArgumentException if the vector field and the weights contradict each other
     */
    public Generation(
            GenerationInfo info,
            TextOptions text,
            List<SourceField> fields,
            String vectorField,
            Vocabulary vocabulary,
            VaeWeights weights,
            Clusters clusters,
            Provenance provenance) {
        if ((vectorField == null) != (weights.vectorDims() == 0)) {
            throw new IllegalArgumentException("a generation's vector field [" + vectorField + "] and the ["
                    + weights.vectorDims() + "] dimensions that its weights take do not go together");
        }
        this.info = Objects.requireNonNull(info);
        // the file served the training, and earlier builds would refuse an archive that names it
        this.text = text.withoutWordVectors();
        this.fields = List.copyOf(fields);
        this.vectorField = vectorField;
        this.vocabulary = Objects.requireNonNull(vocabulary);
        this.weights = Objects.requireNonNull(weights);
        this.clusters = Objects.requireNonNull(clusters);
        this.provenance = Objects.requireNonNull(provenance);
        byte[] digest = EncoderId.digest(text, this.fields, vectorField, vocabulary, weights);
        this.encoder = EncoderId.of(digest);
        this.hashKey = Arrays.copyOfRange(digest, Long.BYTES, digest.length);
        this.drift = null;
        this.projection = null;
        this.layout = 0;
        this.curation = Curation.NONE;
        this.ramBytes = GenerationArchive.estimateRam(this);
    }

    private Generation(
            Generation other, GenerationInfo info, Provenance provenance, DriftReference drift, Projection projection) {
        this(other, info, other.clusters, Curation.NONE, provenance, drift, projection);
    }

    private Generation(
            Generation other,
            GenerationInfo info,
            Clusters clusters,
            Curation curation,
            Provenance provenance,
            DriftReference drift,
            Projection projection) {
        this.info = info;
        this.curation = curation;
        this.layout = curation.isNone() ? 0 : CurationJson.hash(curation);
        this.text = other.text;
        this.fields = other.fields;
        this.vectorField = other.vectorField;
        this.vocabulary = other.vocabulary;
        this.weights = other.weights;
        this.clusters = clusters;
        this.encoder = other.encoder;
        this.hashKey = other.hashKey;
        this.provenance = provenance;
        this.drift = drift;
        this.projection = projection;
        this.ramBytes = clusters == other.clusters ? GenerationArchive.estimateRam(this) : other.ramBytes;
    }

    public GenerationInfo info() {
        return info;
    }

    public String model() {
        return info.model();
    }

    public int number() {
        return info.number();
    }

    /** The fingerprint of its encoder. Latents carry it, and readers of latents compare it. */
    public EncoderId encoder() {
        return encoder;
    }

    /**
     * The secret key of the hashes of texts that its documents store, 24 bytes; nobody may write to it. It follows from
     * the weights, so every node has it, and whoever reads a hash cannot guess a text with it.
     */
    public byte[] hashKey() {
        return hashKey;
    }

    /** The generation that trained its encoder. People read this number; no reader of latents compares it. */
    public int encoderGeneration() {
        return info.encoderGeneration();
    }

    public long createdMillis() {
        return info.createdMillis();
    }

    public long documents() {
        return info.documents();
    }

    public double seconds() {
        return info.seconds();
    }

    public String device() {
        return info.device();
    }

    public Map<String, Double> metrics() {
        return info.metrics();
    }

    /** How training analysed the text; the vocabulary is useless with another analysis. */
    public TextOptions text() {
        return text;
    }

    /**
     * A number that tells what people have merged and split in it: two generations of one number and one creation time
     * divide latents alike if and only if they have the same one. 0 for the learned clusters.
     */
    public long layout() {
        return layout;
    }

    /** What people have merged and split in it; {@link Curation#NONE} for learned clusters. */
    public Curation curation() {
        return curation;
    }

    /** The text fields that it reads, with their weights. */
    public List<SourceField> fields() {
        return fields;
    }

    /** The field of the dense vector that it reads in addition to the text; null for none. */
    public String vectorField() {
        return vectorField;
    }

    /** The names of all fields that it reads, that of the vector among them. */
    public Set<String> fieldNames() {
        Set<String> names = new HashSet<>();
        fields.forEach(field -> names.add(field.name()));
        if (vectorField != null) {
            names.add(vectorField);
        }
        return names;
    }

    /** The required length of that vector; 0 without {@link #vectorField}. */
    public int vectorDims() {
        return weights.vectorDims();
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    public VaeWeights weights() {
        return weights;
    }

    public Clusters clusters() {
        return clusters;
    }

    /** Where it comes from; {@link Provenance#UNKNOWN} if an earlier build made it. */
    public Provenance provenance() {
        return provenance;
    }

    /** What its documents are like without drift; null if it was made before generations had this. */
    public DriftReference drift() {
        return drift;
    }

    /** A copy with what its documents are like without drift. */
    public Generation with(DriftReference reference) {
        return new Generation(this, info, provenance, reference, projection);
    }

    /** A copy of another provenance. */
    public Generation with(Provenance other) {
        return new Generation(this, info, other, drift, projection);
    }

    /** The map of its latents; null if it was made before generations had one. */
    public Projection projection() {
        return projection;
    }

    /** A copy with a map of its latents. */
    public Generation with(Projection map) {
        return new Generation(this, info, provenance, drift, map);
    }

    /**
     * This generation as people see it: with the clusters that they have merged and split. Everything else is the same,
     * and nobody may store it. The last answer is kept, so calls with one curation are cheap.
     *
     * @return this generation if the curation does not concern its clusters
     */
    public Generation curated(Curation by) {
        if (by.isNone() || by.equals(curation)) {
            return this;
        }
        Curated last = curated;
        if (last == null || !last.curation().equals(by)) {
            Clusters seen = clusters.curated(by, encoder.toString());
            last = new Curated(
                    by, seen == clusters ? this : new Generation(this, info, seen, by, provenance, drift, projection));
            curated = last;
        }
        return last.generation();
    }

    /**
     * The estimated heap that this generation occupies, in bytes. The store records it, and the registry charges it to
     * the circuit breaker.
     */
    public long ramBytes() {
        return ramBytes;
    }

    /** A copy under another model name and number, for an import to publish. */
    public Generation as(String model, int number) {
        return new Generation(this, info.as(model, number), provenance.imported(), drift, projection);
    }

    /** Writes the archive (see {@link GenerationArchive}); does not close the stream. */
    public void writeTo(OutputStream out) throws IOException {
        GenerationArchive.write(this, out);
    }

    /**
     * Reads an archive; does not close the stream.
     *
     * @throws IOException if the stream is truncated, altered or of an unknown version; the message says which
     */
    public static Generation readFrom(InputStream in) throws IOException {
        return GenerationArchive.read(in);
    }

    /**
     * Reads the clusters of an archive; keeps no more than them in memory, and does not close the stream.
     *
     * @throws IOException if the stream is truncated, its clusters are altered, or its version is unknown
     */
    public static Clusters readClusters(InputStream in) throws IOException {
        return GenerationArchive.readClusters(in);
    }
}
