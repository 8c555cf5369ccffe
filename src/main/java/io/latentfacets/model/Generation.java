/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All that one training learned: what a node needs to encode documents and to name clusters. Immutable, thread-safe;
 * holds no native memory.
 */
public final class Generation {

    private final GenerationInfo info;
    private final TextOptions text;
    private final List<SourceField> fields;
    private final String vectorField;
    private final Vocabulary vocabulary;
    private final VaeWeights weights;
    private final Clusters clusters;
    private final long ramBytes;

    /** A generation that reads text alone. */
    public Generation(
            GenerationInfo info,
            TextOptions text,
            List<SourceField> fields,
            Vocabulary vocabulary,
            VaeWeights weights,
            Clusters clusters) {
        this(info, text, fields, null, vocabulary, weights, clusters);
    }

    /** @param vectorField null for none, and then only weights that take no vector */
    public Generation(
            GenerationInfo info,
            TextOptions text,
            List<SourceField> fields,
            String vectorField,
            Vocabulary vocabulary,
            VaeWeights weights,
            Clusters clusters) {
        if ((vectorField == null) != (weights.vectorDims() == 0)) {
            throw new IllegalArgumentException("a generation's vector field [" + vectorField + "] and the ["
                    + weights.vectorDims() + "] dimensions that its weights take do not go together");
        }
        this.info = Objects.requireNonNull(info);
        this.text = Objects.requireNonNull(text);
        this.fields = List.copyOf(fields);
        this.vectorField = vectorField;
        this.vocabulary = Objects.requireNonNull(vocabulary);
        this.weights = Objects.requireNonNull(weights);
        this.clusters = Objects.requireNonNull(clusters);
        this.ramBytes = GenerationArchive.estimateRam(this);
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

    /** What latents made by its encoder carry: the generation that trained the encoder. */
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

    /** How its text was analysed; the vocabulary is of no use without it. */
    public TextOptions text() {
        return text;
    }

    /** Fields it reads, with their weights. */
    public List<SourceField> fields() {
        return fields;
    }

    /** The field whose vector it reads beside the text; null for none. */
    public String vectorField() {
        return vectorField;
    }

    /** Length that such a vector must have; 0 without {@link #vectorField}. */
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

    /** Heap it holds, an estimate in bytes; what the registry charges to the circuit breaker. */
    public long ramBytes() {
        return ramBytes;
    }

    /** The same knowledge under another name and number: what an import publishes. */
    public Generation as(String model, int number) {
        return new Generation(info.as(model, number), text, fields, vectorField, vocabulary, weights, clusters);
    }

    /** Writes the archive (see {@link GenerationArchive}); does not close the stream. */
    public void writeTo(OutputStream out) throws IOException {
        GenerationArchive.write(this, out);
    }

    /**
     * Reads an archive; a stream that is cut short, altered or of an unknown version is an IOException that says so.
     */
    public static Generation readFrom(InputStream in) throws IOException {
        return GenerationArchive.read(in);
    }
}
