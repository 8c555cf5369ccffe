/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.model.EncoderId;
import java.io.IOException;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.BytesRef;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.mapper.FieldMapper;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.MapperTestCase;
import org.opensearch.index.mapper.ParseContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;

public class LatentVectorFieldMapperTests extends MapperTestCase {
    private static final String VECTOR = Base64.getEncoder().encodeToString(new byte[] {1, -2, 127, 0});

    private boolean ignoreMalformed;

    private static final class Types extends Plugin implements MapperPlugin {
        @Override
        public Map<String, Mapper.TypeParser> getMappers() {
            return Map.of(LatentVectorFieldMapper.CONTENT_TYPE, LatentVectorFieldMapper.PARSER);
        }
    }

    @Override
    protected Collection<? extends Plugin> getPlugins() {
        return List.of(new Types());
    }

    @Override
    protected Settings getIndexSettings() {
        return Settings.builder()
                .put(SETTINGS)
                .put(FieldMapper.IGNORE_MALFORMED_SETTING.getKey(), ignoreMalformed)
                .build();
    }

    @Override
    protected void minimalMapping(XContentBuilder b) throws IOException {
        b.field("type", "latent_vector").field("model", "news");
    }

    @Override
    protected void writeFieldValue(XContentBuilder b) throws IOException {
        b.startObject().field("generation", 2).field("vector", VECTOR).endObject();
    }

    @Override
    protected void registerParameters(ParameterChecker checker) throws IOException {
        checker.registerConflictCheck(
                "model", fieldMapping(this::minimalMapping), fieldMapping(b -> b.field("type", "latent_vector")
                        .field("model", "other")));
        checker.registerConflictCheck("neighbors", b -> b.field("neighbors", true));
        checker.registerUpdateCheck(
                b -> b.field("encode", true),
                m -> assertEquals(
                        new MappedEncoding("news", DerivedFields.NONE),
                        ((LatentVectorFieldMapper) m).fieldType().encoding()));
        checker.registerUpdateCheck(
                b -> b.field("encode", true).field("cluster_field", "topic"),
                m -> assertEquals(
                        new MappedEncoding("news", new DerivedFields("topic", null)),
                        ((LatentVectorFieldMapper) m).fieldType().encoding()));
        checker.registerUpdateCheck(
                b -> b.field("encode", true).field("knn_field", "numbers"),
                m -> assertEquals(
                        new MappedEncoding("news", new DerivedFields(null, "numbers")),
                        ((LatentVectorFieldMapper) m).fieldType().encoding()));
    }

    @Override
    protected boolean supportsOrIgnoresBoost() {
        return false;
    }

    public void testEncodeIsWrittenOnlyWhereItIsSet() throws IOException {
        assertFalse(mapper().documentMapper().mappingSource().string().contains("encode"));
        MapperService mapper = createMapperService(fieldMapping(b -> {
            minimalMapping(b);
            b.field("encode", "true").field("cluster_field", "topic");
        }));
        String source = mapper.documentMapper().mappingSource().string();
        assertThat(source, containsString("\"encode\":true,\"cluster_field\":\"topic\""));
        assertFalse(source.contains("knn_field"));
        merge(mapper, fieldMapping(this::minimalMapping));
        assertFalse(
                "a definition without it turns it off",
                mapper.documentMapper().mappingSource().string().contains("encode"));
    }

    public void testFieldsBesideTheLatentAreChecked() {
        refusedParameters(
                "[cluster_field] and [knn_field] need [encode], which must be true: false", "topic", null, false);
        refusedParameters(
                "[cluster_field] must be a field of its own, apart from [field]: \"field.x\"", "field.x", null, true);
        refusedParameters("[knn_field] must be a field of its own, apart from [a]: \"a\"", "a", "a", true);
        refusedParameters("[knn_field] must be the path of a field", null, "_source", true);
        refusedParameters("[cluster_field] of field [field] must be the path of a field: 5", 5, null, true);
    }

    private void refusedParameters(String message, Object cluster, Object knn, boolean encode) {
        MapperParsingException e = expectThrows(
                MapperParsingException.class,
                () -> createMapperService(fieldMapping(b -> {
                    minimalMapping(b);
                    b.field("encode", encode).field("cluster_field", cluster).field("knn_field", knn);
                })));
        assertThat(e.getMessage(), containsString(message));
    }

    private MapperService mapper() throws IOException {
        return createMapperService(fieldMapping(this::minimalMapping));
    }

    private ParseContext.Document parse(MapperService mapper, String json) {
        return mapper.documentMapper().parse(source(json)).rootDoc();
    }

    public void testIndexesDocValueAndGeneration() throws IOException {
        ParseContext.Document doc = parse(
                mapper(),
                "{\"field\":{\"vector\":\"" + VECTOR
                        + "\",\"generation\":300,\"encoder\":\"9f3c0a11d2e4b5c6\",\"hash\":\"a\"}}");
        assertEquals(1, doc.getFields("field").length);
        assertEquals(DocValuesType.BINARY, doc.getField("field").fieldType().docValuesType());
        BytesRef value = doc.getField("field").binaryValue();
        assertEquals(0x9f3c0a11d2e4b5c6L, LatentDocValue.encoder(value));
        byte[] latent = new byte[4];
        LatentDocValue.copyLatent(value, latent);
        assertArrayEquals(new byte[] {1, -2, 127, 0}, latent);
        IndexableField[] generation = doc.getFields("field.generation");
        assertEquals(2, generation.length);
        assertEquals(300, generation[0].numericValue().intValue());
        IndexableField[] encoder = doc.getFields("field.encoder");
        assertEquals(2, encoder.length);
        for (IndexableField each : encoder) {
            assertEquals(new BytesRef("9f3c0a11d2e4b5c6"), each.binaryValue());
        }
        assertTrue(graphs(doc).isEmpty());
    }

    private static Set<String> graphs(ParseContext.Document doc) {
        return doc.getFields().stream()
                .filter(each -> each.fieldType().vectorDimension() > 0)
                .map(each -> each.name() + " has " + each.fieldType().vectorDimension())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public void testALatentWithoutEncoderIsInNoGraphAndHasNoTerm() throws IOException {
        MapperService mapper = createMapperService(fieldMapping(b -> {
            minimalMapping(b);
            b.field("neighbors", true);
        }));
        ParseContext.Document doc = parse(mapper, "{\"field\":{\"vector\":\"" + VECTOR + "\",\"generation\":3}}");
        assertEquals(0, LatentDocValue.encoder(doc.getField("field").binaryValue()));
        assertNull(doc.getField("field.encoder"));
        assertTrue(graphs(doc).isEmpty());
    }

    /** Documents can claim any encoder and any length; the number of Lucene fields stays small. */
    public void testForgedEncodersShareAFewGraphs() throws IOException {
        MapperService mapper = createMapperService(fieldMapping(b -> {
            minimalMapping(b);
            b.field("neighbors", true);
        }));
        Set<String> fields = new TreeSet<>();
        for (int i = 0; i < 5000; i++) {
            String vector = LatentFixtures.base64(LatentFixtures.latent(1 + i % 1024, random()));
            ParseContext.Document doc = parse(
                    mapper,
                    "{\"field\":{\"generation\":" + (i + 1) + ",\"encoder\":\"" + new EncoderId(random().nextLong())
                            + "\",\"vector\":\"" + vector + "\"}}");
            doc.getFields().forEach(each -> fields.add(each.name()));
        }
        fields.removeIf(name -> !name.startsWith("field.neighbors."));
        assertTrue(fields + "", fields.size() <= 8 * 15);
    }

    public void testNeighborsAreIndexedPerGraphAndRoundedLength() throws IOException {
        MapperService mapper = createMapperService(fieldMapping(b -> {
            minimalMapping(b);
            b.field("neighbors", true);
        }));
        ParseContext.Document doc = parse(
                mapper,
                "{\"field\":{\"vector\":\"" + VECTOR + "\",\"generation\":3,\"encoder\":\"000000000000001b\"}}");
        assertEquals(Set.of("field.neighbors.3.8 has 8"), graphs(doc));
        for (int dims = 1; dims <= 1024; dims++) {
            byte[] a = LatentFixtures.latent(dims, random());
            byte[] b = LatentFixtures.latent(dims, random());
            assertTrue(NeighborGraphs.length(dims) >= dims);
            assertTrue(NeighborGraphs.length(dims) <= Math.max(8, (3 * dims + 1) / 2));
            assertEquals(
                    VectorSimilarityFunction.COSINE.compare(a, b),
                    VectorSimilarityFunction.COSINE.compare(NeighborGraphs.point(a), NeighborGraphs.point(b)),
                    1e-6f);
        }
    }

    public void testNullIsNoLatent() throws IOException {
        assertNull(parse(mapper(), "{\"field\":null}").getField("field"));
        assertNull(parse(mapper(), "{}").getField("field"));
    }

    public void testGenerationIsSearchable() throws IOException {
        MapperService mapper = mapper();
        QueryShardContext context = createQueryShardContext(mapper);
        MappedFieldType generation = mapper.fieldType("field.generation");
        assertEquals("integer", generation.typeName());
        assertTrue(generation.isAggregatable());
        withLuceneIndex(
                mapper,
                writer -> {
                    for (int g = 1; g <= 5; g++) {
                        writer.addDocument(
                                parse(mapper, "{\"field\":{\"vector\":\"" + VECTOR + "\",\"generation\":" + g + "}}"));
                    }
                    writer.addDocument(parse(mapper, "{}"));
                    writer.forceMerge(1);
                },
                reader -> {
                    IndexSearcher searcher = newSearcher(reader);
                    Query older = generation.rangeQuery(null, 3, true, false, null, null, null, context);
                    assertEquals(2, searcher.count(older));
                    assertEquals(1, searcher.count(generation.termQuery(4, context)));
                    assertEquals(5, searcher.count(generation.existsQuery(context)));
                    assertEquals(5, searcher.count(mapper.fieldType("field").existsQuery(context)));
                });
    }

    public void testFieldCannotBeUsedAsAValue() throws IOException {
        MapperService mapper = mapper();
        MappedFieldType type = mapper.fieldType("field");
        assertFalse(type.isAggregatable());
        QueryShardContext context = createQueryShardContext(mapper);
        for (ThrowingRunnable use : List.<ThrowingRunnable>of(
                () -> type.termQuery("x", context),
                () -> type.fielddataBuilder("index", () -> null),
                () -> type.docValueFormat(null, null),
                () -> type.rangeQuery(1, 2, true, true, null, null, null, context))) {
            IllegalArgumentException e = expectThrows(IllegalArgumentException.class, use);
            assertThat(e.getMessage(), containsString("[field]"));
            assertThat(e.getMessage(), containsString("[latent_vector]"));
        }
    }

    public void testModelIsRequired() {
        MapperParsingException e = expectThrows(
                MapperParsingException.class,
                () -> createMapperService(fieldMapping(b -> b.field("type", "latent_vector"))));
        assertThat(e.getMessage(), containsString("[model] is required for field [field] of type [latent_vector]"));
    }

    public void testBadParameters() {
        badMapping("model", 7, "[model] of field [field] must be a model's name: 7");
        badMapping("model", "", "[model] of field [field] must be a model's name: \"\"");
        badMapping("neighbors", "maybe", "[maybe]");
        badMapping("dimension", 7, "unknown parameter [dimension]");
    }

    private void badMapping(String key, Object value, String message) {
        MapperParsingException e = expectThrows(
                MapperParsingException.class,
                () -> createMapperService(fieldMapping(b -> {
                    b.field("type", "latent_vector");
                    if (!key.equals("model")) {
                        b.field("model", "news");
                    }
                    b.field(key, value);
                })));
        assertThat(e.toString(), containsString(message));
    }

    public void testSubFieldsAreRefused() {
        MapperParsingException e = expectThrows(
                MapperParsingException.class,
                () -> createMapperService(fieldMapping(b -> {
                    minimalMapping(b);
                    b.startObject("fields")
                            .startObject("raw")
                            .field("type", "keyword")
                            .endObject()
                            .endObject();
                })));
        assertThat(e.getMessage(), containsString("cannot have [fields]"));
    }

    public void testBadValues() throws IOException {
        MapperService mapper = mapper();
        String long1025 = Base64.getEncoder().encodeToString(LatentFixtures.latent(1025, random()));
        bad(mapper, "7", "must be an object");
        bad(mapper, "\"" + VECTOR + "\"", "must be an object");
        bad(mapper, "true", "must be an object");
        bad(mapper, "[]", "must be an object");
        bad(mapper, "[{\"generation\":2,\"vector\":\"" + VECTOR + "\"}]", "must be an object");
        bad(mapper, "{}", "[generation] must be an integer in [1, 2147483647]: null");
        bad(mapper, "{\"generation\":2}", "[vector] must be a base64 string of 1 to 1024 bytes: null");
        bad(mapper, "{\"vector\":\"" + VECTOR + "\"}", "[generation] must be an integer");
        for (String generation :
                List.of("0", "-1", "2147483648", "9999999999999999999999", "1.5", "2.0", "true", "null", "[2]", "{}")) {
            bad(
                    mapper,
                    "{\"generation\":" + generation + ",\"vector\":\"" + VECTOR + "\"}",
                    "[generation] must be an integer in [1, 2147483647]: " + generation);
        }
        bad(
                mapper,
                "{\"generation\":\"2\",\"vector\":\"" + VECTOR + "\"}",
                "[generation] must be an integer in [1, 2147483647]: \"2\"");
        bad(mapper, "{\"generation\":2,\"vector\":7}", "[vector] must be a base64 string of 1 to 1024 bytes: 7");
        bad(
                mapper,
                "{\"generation\":2,\"vector\":[1,2]}",
                "[vector] must be a base64 string of 1 to 1024 bytes: [1, 2]");
        bad(mapper, "{\"generation\":2,\"vector\":\"%%%\"}", "[vector] is not valid base64");
        bad(mapper, "{\"generation\":2,\"vector\":\"\"}", "[vector] must have 1 to 1024 bytes, has 0");
        bad(
                mapper,
                "{\"generation\":2,\"vector\":\"" + long1025 + "\"}",
                "[vector] must have 1 to 1024 bytes, has 1025");
        bad(mapper, "{\"generation\":2,\"vector\":\"AAAA\"}", "[vector] must not be all zero, all of its 3 bytes are");
        bad(mapper, "{\"generation\":2,\"vector\":\"" + VECTOR + "\",\"hash\":7}", "[hash] must be a string: 7");
        bad(mapper, "{\"generation\":2,\"vector\":\"" + VECTOR + "\",\"model\":\"x\"}", "unknown key [model]");
    }

    public void testMalformedValuesCanBeIgnored() throws IOException {
        ignoreMalformed = true;
        MapperService mapper = createMapperService(topMapping(b -> {
            b.startObject("properties").startObject("field");
            minimalMapping(b);
            b.endObject()
                    .startObject("after")
                    .field("type", "keyword")
                    .endObject()
                    .endObject();
        }));
        for (String bad : List.of("{\"x\":{\"y\":1}}", "{}", "7", "{\"generation\":\"2\",\"vector\":\"AAAB\"}")) {
            ParseContext.Document doc = parse(mapper, "{\"field\":" + bad + ",\"after\":\"a\"}");
            assertNull(doc.getField("field"));
            assertNotNull(bad, doc.getField("after"));
        }
    }

    private void bad(MapperService mapper, String value, String message) {
        MapperParsingException e =
                expectThrows(MapperParsingException.class, () -> parse(mapper, "{\"field\":" + value + "}"));
        assertEquals(400, e.status().getStatus());
        assertThat(e.getMessage(), containsString("[field]"));
        assertThat(e.getCause().getMessage(), containsString("field [field]: "));
        assertThat(e.getCause().getMessage(), containsString(message));
    }
}
