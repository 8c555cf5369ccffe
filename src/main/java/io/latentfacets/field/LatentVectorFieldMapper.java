/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.EncoderId;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.FieldMapper;
import org.opensearch.index.mapper.KeywordFieldMapper;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.NumberFieldMapper;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParseContext;

/**
 * Mapping type {@code latent_vector}: {@code {"type":"latent_vector","model":"news","neighbors":true}}. With
 * {@code encode}, the ingest package encodes documents by what {@link LatentMappings} reads in the mapping. The mapper
 * turns a latent into a binary doc value ({@link LatentDocValue}), a keyword {@code <field>.encoder} and a number
 * {@code <field>.generation} for searches and aggregations, and, with {@code neighbors}, a point of an HNSW graph.
 * Thread-safe, as mappers are.
 */
public final class LatentVectorFieldMapper extends ParametrizedFieldMapper {

    public static final String CONTENT_TYPE = "latent_vector";
    static final String GENERATION = "generation";
    static final String ENCODER = "encoder";

    private final NumberFieldMapper generationMapper;
    private final KeywordFieldMapper encoderMapper;

    private LatentVectorFieldMapper(
            String simpleName,
            LatentVectorFieldType type,
            NumberFieldMapper generationMapper,
            KeywordFieldMapper encoderMapper,
            MultiFields multiFields,
            CopyTo copyTo) {
        super(simpleName, type, multiFields, copyTo);
        this.generationMapper = generationMapper;
        this.encoderMapper = encoderMapper;
    }

    /**
     * The parser of this mapping type. A value alone decides whether it is valid: the mapper does not check whether a
     * vector has the length of its generation. Nodes load generations at different times. A primary that accepts what
     * its replica refuses would lose the replica and fail every later recovery. Readers treat a vector of another
     * length as unassigned.
     */
    public static final Mapper.TypeParser PARSER = new TypeParser((name, context) -> new Builder(name));

    static final class Builder extends ParametrizedFieldMapper.Builder {
        private final Parameter<String> model = new Parameter<String>(
                        "model", false, () -> null, (name, context, value) -> string("model", name, value), m -> toType(
                                        m)
                                .fieldType()
                                .model())
                .setValidator(this::requireModel);
        private final Parameter<Boolean> neighbors = new Parameter<>(
                "neighbors",
                false,
                () -> false,
                (name, context, value) -> XContentMapValues.nodeBooleanValue(value, name + ".neighbors"),
                m -> toType(m).fieldType().neighbors());
        private final Parameter<Boolean> encode = new Parameter<>(
                "encode",
                true,
                () -> false,
                (name, context, value) -> encode(name, context, value),
                m -> toType(m).fieldType().encoding() != null);
        private final Parameter<String> clusterField =
                derived(DerivedFields.CLUSTER_FIELD, DerivedFields::clusterField);
        private final Parameter<String> knnField = derived(DerivedFields.KNN_FIELD, DerivedFields::knnField);
        private final Parameter<Map<String, String>> meta = Parameter.metaParam();

        Builder(String name) {
            super(name);
        }

        private static boolean encode(String field, Mapper.TypeParser.ParserContext context, Object value) {
            boolean encode = XContentMapValues.nodeBooleanValue(value, field + ".encode");
            if (encode && context.isWithinMultiField()) {
                throw new MapperParsingException("[encode] of field [" + field + "] must be false: the value of a"
                        + " multi-field is that of its field");
            }
            return encode;
        }

        private static Parameter<String> derived(String name, Function<DerivedFields, String> of) {
            return new Parameter<String>(
                            name,
                            true,
                            () -> null,
                            (field, context, value) -> {
                                if (value == null || value instanceof String) {
                                    return (String) value;
                                }
                                throw new MapperParsingException("[" + name + "] of field [" + field
                                        + "] must be the path of a field: " + StrictMap.shown(value));
                            },
                            m -> {
                                MappedEncoding encoding = toType(m).fieldType().encoding();
                                return encoding == null ? null : of.apply(encoding.derived());
                            })
                    .acceptsNull();
        }

        /** How documents are encoded into the field; null if the mapping does not ask for it. */
        private MappedEncoding encoding(String fullName) {
            DerivedFields derived = new DerivedFields(clusterField.getValue(), knnField.getValue());
            if (!encode.getValue()) {
                if (!derived.isNone()) {
                    throw new MapperParsingException("field [" + fullName + "]: [cluster_field] and [knn_field] need"
                            + " [encode], which must be true: false");
                }
                return null;
            }
            try {
                return new MappedEncoding(model.getValue(), derived.check(List.of(fullName)));
            } catch (IllegalArgumentException e) {
                throw new MapperParsingException("field [" + fullName + "]: " + e.getMessage(), e);
            }
        }

        private static LatentVectorFieldMapper toType(FieldMapper mapper) {
            return (LatentVectorFieldMapper) mapper;
        }

        private static String string(String key, String field, Object value) {
            if (value instanceof String text && !text.isBlank()) {
                return text;
            }
            throw new MapperParsingException(
                    "[" + key + "] of field [" + field + "] must be a model's name: " + StrictMap.shown(value));
        }

        private void requireModel(String value) {
            if (value == null) {
                throw new MapperParsingException(
                        "[model] is required for field [" + name + "] of type [" + CONTENT_TYPE + "]");
            }
        }

        @Override
        protected List<Parameter<?>> getParameters() {
            return List.of(model, neighbors, encode, clusterField, knnField, meta);
        }

        @Override
        public LatentVectorFieldMapper build(BuilderContext context) {
            String fullName = buildFullName(context);
            context.path().add(name);
            NumberFieldMapper generation = new NumberFieldMapper.Builder(
                            GENERATION, NumberFieldMapper.NumberType.INTEGER, false, false)
                    .build(context);
            KeywordFieldMapper encoder = new KeywordFieldMapper.Builder(ENCODER).build(context);
            context.path().remove();
            MultiFields multiFields = multiFieldsBuilder.build(this, context);
            if (multiFields.iterator().hasNext()) {
                throw new MapperParsingException(
                        "field [" + fullName + "] of type [" + CONTENT_TYPE + "] cannot have [fields]");
            }
            return new LatentVectorFieldMapper(
                    name,
                    new LatentVectorFieldType(
                            fullName, model.getValue(), neighbors.getValue(), encoding(fullName), meta.getValue()),
                    generation,
                    encoder,
                    multiFields,
                    copyTo.build());
        }
    }

    @Override
    public LatentVectorFieldType fieldType() {
        return (LatentVectorFieldType) super.fieldType();
    }

    @Override
    public ParametrizedFieldMapper.Builder getMergeBuilder() {
        return new Builder(simpleName()).init(this);
    }

    @Override
    public Iterator<Mapper> iterator() {
        return List.<Mapper>of(generationMapper, encoderMapper).iterator();
    }

    @Override
    protected String contentType() {
        return CONTENT_TYPE;
    }

    /** The mapper receives an array whole and refuses it, instead of one value at a time. */
    @Override
    public boolean parsesArrayValue() {
        return true;
    }

    @Override
    protected void parseCreateField(ParseContext context) throws IOException {
        XContentParser parser = context.parser();
        XContentParser.Token token = parser.currentToken();
        if (token == XContentParser.Token.VALUE_NULL) {
            return;
        }
        String field = fieldType().name();
        if (token != XContentParser.Token.START_OBJECT) {
            throw StoredLatent.bad(
                    field, "must be an object {\"generation\":…,\"vector\":\"…\"} or null, is a " + token);
        }
        // Read the whole object before validating it. With ignore_malformed the parser must continue behind the object.
        StoredLatent value = StoredLatent.parse(field, parser.map());
        index(context.doc(), field, value);
    }

    private void index(ParseContext.Document document, String field, StoredLatent value) {
        if (document.getByKey(field) != null) {
            throw StoredLatent.bad(field, "must have one value in a document, has several");
        }
        List<IndexableField> fields = fields(
                field,
                value.generation(),
                value.encoder(),
                value.latent(),
                fieldType().neighbors());
        document.addWithKey(field, fields.get(0));
        document.addAll(fields.subList(1, fields.size()));
    }

    /**
     * Returns the Lucene fields of a latent, the doc value first.
     *
     * @param field the full name
     * @param generation the encoder generation, at least 1
     * @param encoder the encoder's fingerprint; {@link EncoderId#NONE} for a latent that no reader can compare
     * @param latent int8[dims], not all zero
     * @param neighbors whether to add the latent to an HNSW graph
     */
    public static List<IndexableField> fields(
            String field, int generation, EncoderId encoder, byte[] latent, boolean neighbors) {
        List<IndexableField> fields = new ArrayList<>();
        fields.add(new BinaryDocValuesField(field, LatentDocValue.encode(encoder, latent)));
        fields.addAll(NumberFieldMapper.NumberType.INTEGER.createFields(
                LatentVectorFieldType.generationField(field), generation, true, true, false, false));
        if (encoder.isNone()) {
            return fields;
        }
        String name = LatentVectorFieldType.encoderField(field);
        fields.add(new StringField(name, encoder.toString(), Field.Store.NO));
        fields.add(new SortedSetDocValuesField(name, new BytesRef(encoder.toString())));
        if (neighbors) {
            fields.add(new KnnByteVectorField(
                    NeighborGraphs.field(field, encoder, latent.length),
                    NeighborGraphs.point(latent),
                    VectorSimilarityFunction.COSINE));
        }
        return fields;
    }
}
