/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.strict.Queries;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.Footprint;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilder;

/**
 * The definition of a model: the documents to learn from, the fields to read, and how to learn them. Immutable and
 * complete: parsing resolves presets and defaults, so a later change of a preset changes no stored model.
 *
 * @param name the name of the model
 * @param source the documents and fields to learn from
 * @param targetField the path of the field that holds a document's latent
 * @param text how text becomes terms
 * @param vae how terms become latents
 * @param clusters how latents become clusters
 * @param preset the name of the preset that it started from; null for none
 * @param refresh the refresh settings; null for none
 */
public record ModelDefinition(
        String name,
        Source source,
        String targetField,
        TextOptions text,
        VaeOptions vae,
        ClusterOptions clusters,
        String preset,
        Refresh refresh)
        implements Writeable, ToXContentObject {

    public static final String DEFAULT_TARGET_FIELD = "latent";
    public static final int DEFAULT_MAX_DOCUMENTS = 200_000;

    /**
     * The documents and fields that a model learns from. Immutable.
     *
     * @param indices at least one index name, wildcard, alias or data stream
     * @param fields the text fields, at least one
     * @param query the query that selects the documents, as the JSON-like map that the user sent; null for all
     *     documents
     * @param vectorField the field of a dense vector that the network reads in addition to the text; null for none
     * @param maxDocuments the largest number of documents; training takes a uniform sample of more
     */
    public record Source(
            List<String> indices,
            List<SourceField> fields,
            Map<String, Object> query,
            String vectorField,
            int maxDocuments) {

        public Source {
            indices = List.copyOf(indices);
            fields = List.copyOf(fields);
        }

        /** The parsed query; null for all documents. */
        public QueryBuilder queryBuilder(NamedXContentRegistry registry) {
            return query == null ? null : Queries.parse("source.query", query, registry);
        }
    }

    /**
     * The refresh settings of a model. It has a schedule if it has an interval, refreshes on drift or has clusters that
     * follow the stream.
     *
     * @param interval the time from the end of one run to the next; null for none
     * @param onDrift whether drift starts a run
     * @param mode what a run does
     * @param reencode whether a training re-encodes the attached documents afterwards
     * @param requestsPerSecond the largest number of documents that this re-encoding writes a second;
     *     {@link #UNLIMITED} for any
     * @param keepGenerations the number of generations that stay stored, the active one included
     * @param online whether and how fast the clusters follow the stream between two runs
     */
    public record Refresh(
            TimeValue interval,
            boolean onDrift,
            Mode mode,
            boolean reencode,
            double requestsPerSecond,
            int keepGenerations,
            Online online) {

        /** No limit of requests per second, as core writes it. */
        public static final double UNLIMITED = -1;

        /** What a run of a schedule does. */
        public enum Mode {
            /** What the plugin decides when the run is due. */
            AUTO,
            /** New clusters for the active encoder, whatever has changed. */
            CLUSTERS,
            /** A new encoder and new clusters, whatever has changed. */
            FULL;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }

    /**
     * How the clusters follow the stream of new documents.
     *
     * @param enabled whether they do
     * @param halfLife the time in which a document loses half of its influence on where its cluster lies
     */
    public record Online(boolean enabled, TimeValue halfLife) {

        public static final Online DEFAULTS = new Online(false, TimeValue.timeValueDays(7));
    }

    public ModelDefinition {
        Objects.requireNonNull(name);
        Objects.requireNonNull(source);
        Objects.requireNonNull(targetField);
        Objects.requireNonNull(text);
        Objects.requireNonNull(vae);
        Objects.requireNonNull(clusters);
    }

    /**
     * Reads a body strictly.
     *
     * @param name the name of the model, which {@link ModelNames#validate} checks
     * @param parser positioned before the body; its registry must know the query types
     * @param presets the presets that the body may name
     * @throws IllegalArgumentException naming the key, the value and the bound
     */
    public static ModelDefinition parse(String name, XContentParser parser, Presets presets) throws IOException {
        ModelNames.validate(name);
        ModelDefinition definition =
                fromMap(name, presets.resolve(StrictMap.parse(parser).values()));
        definition.source().queryBuilder(parser.getXContentRegistry());
        definition.requireStorable();
        return definition;
    }

    /** A copy without refresh settings. */
    public ModelDefinition withoutRefresh() {
        return new ModelDefinition(name, source, targetField, text, vae, clusters, preset, null);
    }

    /** Whether the model looks after itself: its task refreshes it, or lets its clusters follow the stream. */
    public boolean scheduled() {
        return refresh != null && (refresh.interval() != null || refresh.onDrift() || followsStream());
    }

    /** Whether the clusters follow the stream between two runs. */
    public boolean followsStream() {
        return refresh != null && refresh.online().enabled();
    }

    /** The most documents a second that a re-encoding after a training writes; infinite for no limit. */
    public float reencodingLimit() {
        return refresh == null || refresh.requestsPerSecond() == Refresh.UNLIMITED
                ? Float.POSITIVE_INFINITY
                : (float) refresh.requestsPerSecond();
    }

    /** Refuses a network that no archive could hold, before somebody trains it for hours. */
    private void requireStorable() {
        long bytes = Float.BYTES * Footprint.weights(vae, text.vocabularySize(), 0);
        if (bytes > VaeWeights.MAX_BYTES) {
            throw new IllegalArgumentException("[vae.hidden_dims] " + vae.hiddenDims() + ", [vae.latent_dims] ["
                    + vae.latentDims() + "] and [text.vocabulary_size] [" + text.vocabularySize()
                    + "] make a network of [" + new ByteSizeValue(bytes) + "], the largest has ["
                    + new ByteSizeValue(VaeWeights.MAX_BYTES) + "]");
        }
    }

    /** A copy with the same documents, read in another way. */
    public ModelDefinition readAs(List<SourceField> fields, String vectorField, TextOptions analysis) {
        Source same = new Source(source.indices(), fields, source.query(), vectorField, source.maxDocuments());
        return new ModelDefinition(name, same, targetField, analysis, vae, clusters, preset, refresh);
    }

    /**
     * Reads what {@link #toXContent} wrote, or a body whose preset is resolved. As strict as {@link #parse}, except
     * that it does not check the query.
     */
    public static ModelDefinition fromMap(String name, Map<String, Object> values) {
        return stored(name, new StrictMap(values, ""));
    }

    /**
     * Reads a definition that is part of a larger object, such as an export. Its preset was resolved when it was
     * stored.
     */
    public static ModelDefinition stored(String name, StrictMap body) {
        String targetField = OptionsJson.fieldName(body, "target_field", DEFAULT_TARGET_FIELD);
        ModelDefinition definition = new ModelDefinition(
                name,
                SourceJson.read(body.map("source"), targetField),
                targetField,
                OptionsJson.text(body.map("text")),
                VaeOptionsJson.read(body.map("vae")),
                OptionsJson.clusters(body.map("clusters")),
                body.string("preset", null),
                body.has("refresh") ? OptionsJson.refresh(body.map("refresh")) : null);
        body.noOtherKeys();
        return definition;
    }

    public ModelDefinition(StreamInput in) throws IOException {
        this(fromMap(
                in.readString(),
                XContentHelper.convertToMap(in.readBytesReference(), true, MediaTypeRegistry.JSON)
                        .v2()));
    }

    private ModelDefinition(ModelDefinition other) {
        this(
                other.name,
                other.source,
                other.targetField,
                other.text,
                other.vae,
                other.clusters,
                other.preset,
                other.refresh);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(name);
        out.writeBytesReference(BytesReference.bytes(toXContent(XContentFactory.jsonBuilder(), EMPTY_PARAMS)));
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        writeFields(builder);
        return builder.endObject();
    }

    /** Writes all keys of the body into the open object. */
    public void writeFields(XContentBuilder builder) throws IOException {
        SourceJson.write(builder, source);
        builder.field("target_field", targetField);
        OptionsJson.write(builder, text);
        VaeOptionsJson.write(builder, vae);
        OptionsJson.CLUSTERS.show(builder.startObject("clusters"), clusters).endObject();
        if (preset != null) {
            builder.field("preset", preset);
        }
        if (refresh != null) {
            OptionsJson.REFRESH.show(builder.startObject("refresh"), refresh).endObject();
        }
    }
}
