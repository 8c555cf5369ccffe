/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.lucene.search.Query;
import org.opensearch.index.fielddata.IndexFieldData;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.SourceValueFetcher;
import org.opensearch.index.mapper.TextSearchInfo;
import org.opensearch.index.mapper.ValueFetcher;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.search.DocValueFormat;
import org.opensearch.search.lookup.SearchLookup;

/**
 * A {@code latent_vector} field in searches. It supports {@code exists} and names its model; everything else has its
 * own queries.
 */
public final class LatentVectorFieldType extends MappedFieldType {

    private final String model;
    private final boolean neighbors;
    private final MappedEncoding encoding;

    /** @param encoding how the mapping alone has documents encoded; null for not */
    LatentVectorFieldType(
            String name, String model, boolean neighbors, MappedEncoding encoding, Map<String, String> meta) {
        super(name, neighbors, false, true, TextSearchInfo.NONE, meta);
        this.model = Objects.requireNonNull(model);
        this.neighbors = neighbors;
        this.encoding = encoding;
    }

    /** The model whose latents the field holds. */
    public String model() {
        return model;
    }

    /** Whether an HNSW graph also holds the latents. */
    public boolean neighbors() {
        return neighbors;
    }

    /** How the mapping alone has documents encoded into the field; null if it does not. */
    public MappedEncoding encoding() {
        return encoding;
    }

    /** The sub-field that holds the number of the encoder generation. */
    public String generationField() {
        return generationField(name());
    }

    /** The {@link #generationField()} of the field with this full name. */
    public static String generationField(String field) {
        return field + "." + LatentVectorFieldMapper.GENERATION;
    }

    /** The sub-field that holds the fingerprint of the encoder. */
    public String encoderField() {
        return encoderField(name());
    }

    /** The {@link #encoderField()} of the field with this full name. */
    public static String encoderField(String field) {
        return field + "." + LatentVectorFieldMapper.ENCODER;
    }

    @Override
    public String typeName() {
        return LatentVectorFieldMapper.CONTENT_TYPE;
    }

    @Override
    public ValueFetcher valueFetcher(QueryShardContext context, SearchLookup searchLookup, String format) {
        if (format != null) {
            throw new IllegalArgumentException(
                    "Field [" + name() + "] of type [" + typeName() + "] has no formats: [" + format + "]");
        }
        return SourceValueFetcher.identity(name(), context, null);
    }

    @Override
    public IndexFieldData.Builder fielddataBuilder(
            String fullyQualifiedIndexName, Supplier<SearchLookup> searchLookup) {
        throw new IllegalArgumentException("Field [" + name() + "] of type [" + typeName()
                + "] cannot be sorted on, scripted or aggregated on as a value; use the [latent_clusters] aggregation,"
                + " or the number field [" + generationField() + "]");
    }

    @Override
    public DocValueFormat docValueFormat(String format, ZoneId timeZone) {
        throw new IllegalArgumentException("Field [" + name() + "] of type [" + typeName()
                + "] has no doc value format: read it from [_source] or with [fields]");
    }

    @Override
    public Query termQuery(Object value, QueryShardContext context) {
        throw new IllegalArgumentException("Field [" + name() + "] of type [" + typeName()
                + "] cannot be searched for a value; use the [latent_cluster] query, [exists], or the number field ["
                + generationField() + "]");
    }
}
