/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Seed;
import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.strict.OptionTables;
import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.search.SearchModule;
import org.opensearch.test.OpenSearchTestCase;

/** Which bodies a definition accepts and which it rejects. */
public class ModelDefinitionTests extends OpenSearchTestCase {

    private static final String SOURCE = "'source':{'index':['news-*','old'],'fields':['title^2','body']}";
    private static final NamedXContentRegistry QUERIES =
            new NamedXContentRegistry(new SearchModule(Settings.EMPTY, List.of()).getNamedXContents());

    /**
     * Invalid bodies, each without its braces and with what the message must contain. Single quotes stand for double
     * ones.
     */
    private static final String[][] BAD = {
        {"", "[source.index] is required"},
        {"'source':{'fields':'a'}", "[source.index] is required"},
        {"'source':{'index':[],'fields':'a'}", "[source.index] must be a list of 1 to 1000 non-empty strings: 0"},
        {"'source':{'index':'a'}", "[source.fields] is required"},
        {"'source':{'index':'a','fields':[]}", "[source.fields] must be a list of 1 to 100 non-empty strings: 0"},
        {"'source':{'index':7,'fields':'a'}", "[source.index] must be a list of 1 to 1000 non-empty strings: 7"},
        {
            "'source':{'index':['a',''],'fields':'a'}",
            "[source.index] must be a list of 1 to 1000 non-empty strings: [a, ]"
        },
        {
            "'source':{'index':{'a':1},'fields':'a'}",
            "[source.index] must be a list of 1 to 1000 non-empty strings: {a=1}"
        },
        {"'source':{'index':'a','fields':[1]}", "[source.fields] must be a list of 1 to 100 non-empty strings: [1]"},
        {"'source':{'index':'a','fields':['t^x']}", "[source.fields] weight must be a number in (0, 1000]: [x]"},
        {"'source':{'index':'a','fields':['t^0']}", "[source.fields] weight must be in (0, 1000]: 0.0"},
        {"'source':{'index':'a','fields':['t^-1']}", "[source.fields] weight must be in (0, 1000]: -1.0"},
        {"'source':{'index':'a','fields':['^2']}", "[source.fields] must name a field"},
        {"'source':{'index':'a','fields':['t','t^2']}", "[source.fields] must name each field once: [t, t^2]"},
        {"'source':'a'", "[source] must be an object: \"a\""},
        {"'source':[]", "[source] must be an object: []"},
        {"'source':{'index':'a','fields':'b','indices':'c'}", "unknown key [source.indices] with value \"c\""},
        {"'source':{'index':'a','fields':'b','query':7}", "[source.query] must be an object: 7"},
        {"'source':{'index':'a','fields':'b','query':{}}", "[source.query] must be a query: {}"},
        {"'source':{'index':'a','fields':'b','query':{'nope':{}}}", "[source.query] must be a query: {nope={}}"},
        {"'source':{'index':'a','fields':'b','query':{'term':{'x':{'vlaue':1}}}}", "[source.query] must be a query"},
        {"'source':{'index':'a','fields':'b','vector_field':1}", "[source.vector_field] must be a non-empty string: 1"},
        {"'source':{'index':'a','fields':'b','vector_field':''}", "[source.vector_field] must be a non-empty string: "},
        {"'source':{'index':'a','fields':'b','vector_field':'_id'}", "[source.vector_field] must be the path of a field"
        },
        {"'source':{'index':'a','fields':'b','vector_field':'a*'}", "[source.vector_field] must be the path of a field"
        },
        {
            "'source':{'index':'a','fields':['c','b^2'],'vector_field':'b'}",
            "[source.vector_field] must not be one of [source.fields]: b"
        },
        {
            "'source':{'index':'a','fields':'b','vector_field':'latent'}",
            "[source.vector_field] must not be the [target_field]: latent"
        },
        {
            "'source':{'index':'a','fields':'b','vector_field':'x.y'},'target_field':'x.y'",
            "[source.vector_field] must not be the [target_field]: x.y"
        },
        {
            "'source':{'index':'a','fields':'b','max_documents':99}",
            "[source.max_documents] must be in [100, 10000000]: 99"
        },
        {
            "'source':{'index':'a','fields':'b','max_documents':10000001}",
            "[source.max_documents] must be in [100, 10000000]"
        },
        {
            "'source':{'index':'a','fields':'b','max_documents':'1000'}",
            "[source.max_documents] must be an integer in [100, 10000000]: \"1000\""
        },
        {SOURCE + ",'target_field':''", "[target_field] must be a non-empty string: "},
        {SOURCE + ",'target_field':'_id'", "[target_field] must be the path of a field"},
        {SOURCE + ",'target_field':'a..b'", "[target_field] must be the path of a field"},
        {SOURCE + ",'target_field':'a*'", "[target_field] must be the path of a field"},
        {SOURCE + ",'target_field':true", "[target_field] must be a non-empty string: true"},
        {SOURCE + ",'text':{'analyzer':1}", "[text.analyzer] must be a non-empty string: 1"},
        {SOURCE + ",'text':{'vocabulary_size':7}", "[text.vocabulary_size] must be in [100, 200000]: 7"},
        {SOURCE + ",'text':{'vocabulary_size':200001}", "[text.vocabulary_size] must be in [100, 200000]: 200001"},
        {SOURCE + ",'text':{'vocabulary_size':1000.5}", "[text.vocabulary_size] must be in [100, 200000]: 1000.5"},
        {
            SOURCE + ",'text':{'vocabulary_size':99999999999}",
            "[text.vocabulary_size] must be in [100, 200000]: 99999999999"
        },
        {SOURCE + ",'text':{'min_doc_freq':0}", "[text.min_doc_freq] must be in [1, 1000000]: 0"},
        {SOURCE + ",'text':{'max_doc_ratio':0}", "[text.max_doc_ratio] must be in (0, 1]: 0.0"},
        {SOURCE + ",'text':{'max_doc_ratio':1.5}", "[text.max_doc_ratio] must be in (0, 1]: 1.5"},
        {SOURCE + ",'text':{'max_doc_ratio':'half'}", "[text.max_doc_ratio] must be a number: \"half\""},
        {SOURCE + ",'text':{'phrases':'yes'}", "[text.phrases] must be true or false: \"yes\""},
        {SOURCE + ",'text':{'exclude':[1]}", "[text.exclude] must be a list of 0 to 1000 non-empty strings: [1]"},
        {SOURCE + ",'text':{'exclude':['(']}", "[text.exclude]"},
        {SOURCE + ",'text':{'word_vectors':7}", "[text.word_vectors] must be a non-empty string: 7"},
        {SOURCE + ",'text':{'word_vectors':''}", "[text.word_vectors] must be a non-empty string"},
        {SOURCE + ",'text':{'word_vectors':'../a.vec'}", "[text.word_vectors] must be the name of a file"},
        {SOURCE + ",'text':{'stopwords':[]}", "unknown key [text.stopwords]"},
        {SOURCE + ",'text':7", "[text] must be an object: 7"},
        {
            SOURCE + ",'vae':{'objective':'gan'}",
            "[vae.objective] must be one of [vae, autoencoder, adversarial, mixture]: \"gan\""
        },
        {SOURCE + ",'vae':{'latent_dims':1}", "[vae.latent_dims] must be in [2, 1024]: 1"},
        {SOURCE + ",'vae':{'hidden_dims':[]}", "[vae.hidden_dims] must be in [1, 4] entries: 0"},
        {SOURCE + ",'vae':{'hidden_dims':[0]}", "[vae.hidden_dims] must be a list of integers in [1, 8192]: [0]"},
        {SOURCE + ",'vae':{'hidden_dims':'wide'}", "[vae.hidden_dims] must be a list of integers in [1, 8192]: \"wide\""
        },
        {
            SOURCE + ",'vae':{'hidden_dims':[8192]},'text':{'vocabulary_size':40000}",
            "[vae.hidden_dims] [8192], [vae.latent_dims] [64] and [text.vocabulary_size] [40000] make a network of "
                    + "[1.2gb], the largest has [1gb]"
        },
        {SOURCE + ",'vae':{'epochs':0}", "[vae.epochs] must be in [1, 10000] or \"auto\": 0"},
        {SOURCE + ",'vae':{'epochs':'many'}", "[vae.epochs] must be an integer in [1, 10000] or \"auto\": \"many\""},
        {SOURCE + ",'vae':{'beta':-1}", "[vae.beta] must be in [0.0, 100.0]: -1"},
        {SOURCE + ",'vae':{'temperature':0}", "[vae.temperature] must be in [0.01, 10"},
        {SOURCE + ",'vae':{'batch_size':1}", "[vae.batch_size] must be in [2, 8192]: 1"},
        {SOURCE + ",'vae':{'batch_size':8193}", "[vae.batch_size] must be in [2, 8192]: 8193"},
        {SOURCE + ",'vae':{'word_dropout':0.95}", "[vae.word_dropout] must be in [0.0, 0.9]: 0.95"},
        {SOURCE + ",'vae':{'weight_decay':-0.1}", "[vae.weight_decay] must be in [0.0, 1.0]: -0.1"},
        {SOURCE + ",'vae':{'kl_annealing':1.5}", "[vae.kl_annealing] must be in [0.0, 1.0]: 1.5"},
        {SOURCE + ",'vae':{'patience':-1}", "[vae.patience] must be in [0, 1000]: -1"},
        {SOURCE + ",'vae':{'restarts':0}", "[vae.restarts] must be in [1, 10]: 0"},
        {SOURCE + ",'vae':{'restarts':11}", "[vae.restarts] must be in [1, 10]: 11"},
        {SOURCE + ",'vae':{'learning_rate':2}", "[vae.learning_rate] must be in [1.0E-6, 1.0]: 2"},
        {SOURCE + ",'vae':{'seed':'x'}", "[vae.seed] must be an integer in ["},
        {SOURCE + ",'vae':{'dropout':0.1}", "unknown key [vae.dropout] with value 0.1"},
        {SOURCE + ",'clusters':{'count':1}", "[clusters.count] must be in [2, 1000] or \"auto\": 1"},
        {SOURCE + ",'clusters':{'count':1001}", "[clusters.count] must be in [2, 1000] or \"auto\": 1001"},
        {SOURCE + ",'clusters':{'k':5}", "unknown key [clusters.k]"},
        {SOURCE + ",'clusters':{'seeds':'oil'}", "[clusters.seeds] must be a list of objects: \"oil\""},
        {SOURCE + ",'clusters':{'seeds':[{'label':'A'}]}", "[clusters.seeds[0]] must have [terms], [ids] or both"},
        {SOURCE + ",'clusters':{'seeds':[{'terms':7}]}", "[clusters.seeds[0].terms] must be a list of 1 to 50"},
        {SOURCE + ",'clusters':{'seeds':[{'terms':[]}]}", "[clusters.seeds[0].terms] must be a list of 1 to 50"},
        {
            SOURCE + ",'clusters':{'seeds':[{'terms':" + many(51, "'t'") + "}]}",
            "[clusters.seeds[0].terms] must be a list of 1 to 50 non-empty strings: 51"
        },
        {
            SOURCE + ",'clusters':{'seeds':[{'terms':['a','" + "x".repeat(201) + "']}]}",
            "[clusters.seeds[0].terms[1]] must be text of 1 to 200 characters: 201"
        },
        {SOURCE + ",'clusters':{'seeds':[{'ids':[{'_id':'1'}]}]}", "[clusters.seeds[0].label] is required"},
        {
            SOURCE + ",'clusters':{'seeds':[{'label':'" + "x".repeat(201) + "','terms':'a'}]}",
            "[clusters.seeds[0].label] must be text of 1 to 200 characters: 201"
        },
        {
            SOURCE + ",'clusters':{'seeds':[{'label':'A','ids':" + many(101, "{'_id':'1'}") + "}]}",
            "[clusters.seeds[0].ids] must be a list of 1 to 100 objects: 101"
        },
        {
            SOURCE + ",'clusters':{'seeds':[{'label':'A','ids':['1']}]}",
            "[clusters.seeds[0].ids] must be a list of objects"
        },
        {SOURCE + ",'clusters':{'seeds':[{'label':'A','ids':[{}]}]}", "[clusters.seeds[0].ids[0]._id] is required"},
        {
            SOURCE + ",'clusters':{'seeds':[{'label':'A','ids':[{'_id':'1','x':2}]}]}",
            "unknown key [clusters.seeds[0].ids[0].x]"
        },
        {SOURCE + ",'clusters':{'seeds':[{'terms':'a','weight':2}]}", "unknown key [clusters.seeds[0].weight]"},
        {
            SOURCE + ",'clusters':{'seeds':[{'terms':'a'},{'label':'a','terms':'b'}]}",
            "[clusters.seeds[1].label] must be unlike the labels before it: \"a\""
        },
        {
            SOURCE + ",'clusters':{'seeds':" + many(101, "{'terms':'a'}") + "}",
            "[clusters.seeds] must be a list of at most 100 objects: 101"
        },
        {
            SOURCE + ",'clusters':{'count':2,'seeds':[{'terms':'a'},{'terms':'b'},{'terms':'c'}]}",
            "[clusters.seeds] must be a list of at most [clusters.count] [2] seeds: 3"
        },
        {SOURCE + ",'preset':'nope'", "[preset] must be one of [news]: nope"},
        {SOURCE + ",'preset':3", "[preset] must be a non-empty string: 3"},
        {SOURCE + ",'refresh':{'interval':'soon'}", "[refresh.interval] must be a time like \"24h\": \"soon\""},
        {SOURCE + ",'refresh':{'interval':'5ms'}", "[refresh.interval] must be at least 1s: \"5ms\""},
        {SOURCE + ",'refresh':{'interval':5}", "[refresh.interval] must be a non-empty string: 5"},
        {SOURCE + ",'refresh':{'mode':'half'}", "[refresh.mode] must be one of [auto, clusters, full]: \"half\""},
        {
            SOURCE + ",'refresh':{'online':{'half_life':'59s'}}",
            "[refresh.online.half_life] must be from 1m to 365d: \"59s\""
        },
        {
            SOURCE + ",'refresh':{'online':{'half_life':'366d'}}",
            "[refresh.online.half_life] must be from 1m to 365d: \"366d\""
        },
        {SOURCE + ",'refresh':{'online':{'half_life':7}}", "[refresh.online.half_life] must be a non-empty string: 7"},
        {SOURCE + ",'refresh':{'online':{'enabled':'yes'}}", "[refresh.online.enabled] must be true or false: \"yes\""},
        {SOURCE + ",'refresh':{'online':true}", "[refresh.online] must be an object: true"},
        {
            SOURCE + ",'refresh':{'requests_per_second':0}",
            "[refresh.requests_per_second] must be -1, or above 0 and at most 1,000,000: 0"
        },
        {
            SOURCE + ",'refresh':{'requests_per_second':1e7}",
            "[refresh.requests_per_second] must be -1, or above 0 and at most 1,000,000: 1.0E7"
        },
        {SOURCE + ",'refresh':{'on_drift':1}", "[refresh.on_drift] must be true or false: 1"},
        {SOURCE + ",'refresh':{'when':1}", "unknown key [refresh.when]"},
        {
            SOURCE + ",'state':'ready'",
            "unknown key [state] with value \"ready\", must be one of [clusters, preset, refresh, source, "
        },
    };

    private static String many(int times, String json) {
        return "[" + String.join(",", Collections.nCopies(times, json)) + "]";
    }

    private static ModelDefinition parse(String name, String json) throws IOException {
        return ModelDefinition.parse(
                name,
                JsonXContent.jsonXContent.createParser(
                        QUERIES, DeprecationHandler.IGNORE_DEPRECATIONS, json.replace('\'', '"')),
                new Presets(Map.of("news", Map.of("text", Map.of("vocabulary_size", 1000, "phrases", false)))));
    }

    public void testBadBodies() {
        for (String[] bad : BAD) {
            String json = "{" + bad[0] + "}";
            IllegalArgumentException e = expectThrows(IllegalArgumentException.class, () -> parse("m", json));
            assertThat(json, e.getMessage(), containsString(bad[1]));
        }
    }

    /** Every preset in the jar is a valid definition apart from indices and fields, and has a description. */
    public void testBundledPresets() throws IOException {
        Presets bundled = Presets.bundled();
        assertThat(bundled.names(), equalTo(new TreeSet<>(Set.of("large", "long-documents", "news", "short-text"))));
        for (String name : bundled.names()) {
            String json = "{\"preset\":\"" + name + "\",\"source\":{\"index\":[\"a\"],\"fields\":[\"b\"]}}";
            ModelDefinition definition = ModelDefinition.parse(
                    "m",
                    JsonXContent.jsonXContent.createParser(QUERIES, DeprecationHandler.IGNORE_DEPRECATIONS, json),
                    bundled);
            assertThat(definition.preset(), equalTo(name));
            assertThat(definition.source().indices(), equalTo(List.of("a")));
            assertThat(definition.text().analyzer(), equalTo("english"));
        }
    }

    public void testBadShapes() {
        for (String json : List.of("[]", "7", "'x'", "{" + SOURCE + "} {}")) {
            assertThat(
                    expectThrows(IllegalArgumentException.class, () -> parse("m", json))
                            .getMessage(),
                    containsString("the body must be"));
        }
        assertThat(
                expectThrows(IllegalArgumentException.class, () -> parse("m", ""))
                        .getMessage(),
                containsString("[source.index]"));
    }

    public void testBadNames() {
        for (String name : List.of("News", "_a", "-a", ".a", "a b", "a/b", "ä", "a,b", "a*", "", "a".repeat(101))) {
            assertThat(
                    expectThrows(IllegalArgumentException.class, () -> parse(name, "{" + SOURCE + "}"))
                            .getMessage(),
                    containsString("[model] must"));
        }
    }

    public void testDefaults() throws IOException {
        ModelDefinition definition = parse("a.b-c_1", "{" + SOURCE + "}");
        assertThat(definition.source().indices(), equalTo(List.of("news-*", "old")));
        assertThat(
                definition.source().fields(),
                equalTo(List.of(new SourceField("title", 2), new SourceField("body", 1))));
        assertThat(definition.source().maxDocuments(), equalTo(200_000));
        assertThat(definition.source().queryBuilder(QUERIES), nullValue());
        assertThat(definition.targetField(), equalTo("latent"));
        assertThat(definition.text(), equalTo(io.latentfacets.text.TextOptions.DEFAULTS));
        assertThat(definition.vae(), equalTo(io.latentfacets.vae.VaeOptions.DEFAULTS));
        assertThat(definition.clusters(), equalTo(io.latentfacets.cluster.ClusterOptions.DEFAULTS));
        assertThat(definition.refresh(), nullValue());
    }

    public void testWeightOfThePriorFollowsTheObjectiveUnlessGiven() throws IOException {
        for (String[] expected : new String[][] {
            {"'objective':'vae'", "0.01"},
            {"'objective':'autoencoder'", "0.01"},
            {"'objective':'adversarial'", "0.1"},
            {"'objective':'mixture'", "0.1"},
            {"'objective':'mixture','beta':0.02", "0.02"},
        }) {
            ModelDefinition definition = parse("m", "{" + SOURCE + ",'vae':{" + expected[0] + "}}");
            assertThat(expected[0], definition.vae().beta(), equalTo(Double.parseDouble(expected[1])));
        }
    }

    public void testPresetIsOverridden() throws IOException {
        ModelDefinition definition =
                parse("m", "{" + SOURCE + ",'preset':'news','text':{'phrases':true,'min_doc_freq':2}}");
        assertThat(definition.preset(), equalTo("news"));
        assertThat(definition.text().vocabularySize(), equalTo(1000));
        assertTrue(definition.text().phrases());
        assertThat(definition.text().minDocFreq(), equalTo(2));
    }

    public void testReadAsAGenerationReads() throws IOException {
        ModelDefinition definition = parse("m", "{'source':{'index':'a','fields':'t','vector_field':'v'}}");
        Generation generation = ModelFixtures.generation("m", 1, createTempDir(), 1000);
        ModelDefinition read = definition.readAs(generation.fields(), generation.vectorField(), generation.text());
        assertThat(read.source().fields(), equalTo(generation.fields()));
        assertThat(read.source().vectorField(), nullValue());
    }

    public void testRoundTrips() throws IOException {
        ModelDefinition full = parse(
                "m",
                "{'source':{'index':'a','fields':'t','query':{'term':{'x':{'value':1}}},'vector_field':'v','max_documents':500},"
                        + "'target_field':'x.y','text':{'exclude':['a.*'],'word_vectors':'glove.6B.100d.txt'},'vae':{'objective':'mixture','epochs':3,'seed':7,'hidden_dims':[64,32],'restarts':3},"
                        + "'clusters':{'count':20,'seeds':[{'terms':['crude oil','opec']},{'label':'X','terms':'gun','ids':[{'_index':'a','_id':'1'},{'_id':'2'}]}]},'preset':'news','refresh':{'interval':'24h','on_drift':true,'mode':'clusters','reencode':false,"
                        + "'requests_per_second':250,'keep_generations':5,'online':{'enabled':true,'half_life':'36h'}}}");
        assertThat(
                full.refresh(),
                equalTo(new ModelDefinition.Refresh(
                        TimeValue.timeValueHours(24),
                        true,
                        ModelDefinition.Refresh.Mode.CLUSTERS,
                        false,
                        250,
                        5,
                        new ModelDefinition.Online(true, TimeValue.timeValueHours(36)))));
        assertNotNull(full.source().queryBuilder(QUERIES));
        for (ModelDefinition definition : List.of(full, parse("n", "{" + SOURCE + "}"))) {
            assertThat(copyWriteable(definition, writableRegistry(), ModelDefinition::new), equalTo(definition));
            String json = BytesReference.bytes(
                            definition.toXContent(XContentFactory.jsonBuilder(), ToXContent.EMPTY_PARAMS))
                    .utf8ToString();
            assertThat(parse(definition.name(), json), equalTo(definition));
        }
    }

    /** Builds of before read the definition and the generations of a model that does not use the option. */
    public void testWordVectorsAreWrittenOnlyWhereTheyAreUsed() throws IOException {
        for (String name : new String[] {null, "cc.en.300.vec.gz"}) {
            String text = name == null ? "" : ",'text':{'word_vectors':'" + name + "'}";
            ModelDefinition definition = parse("m", "{" + SOURCE + text + "}");
            assertThat(definition.text().wordVectors(), equalTo(name));
            assertThat(definition.text().withoutWordVectors(), equalTo(io.latentfacets.text.TextOptions.DEFAULTS));
            String json = BytesReference.bytes(
                            definition.toXContent(XContentFactory.jsonBuilder(), ToXContent.EMPTY_PARAMS))
                    .utf8ToString();
            assertThat(json, json.contains("word_vectors"), equalTo(name != null));
        }
    }

    public void testSeedsAreWrittenOnlyWhereTheyAreUsed() throws IOException {
        ModelDefinition without = parse("m", "{" + SOURCE + ",'clusters':{'seeds':[]}}");
        assertThat(without.clusters(), equalTo(ClusterOptions.DEFAULTS));
        assertThat(json(without), not(containsString("seeds")));
        ModelDefinition with = parse("m", "{" + SOURCE + ",'clusters':{'seeds':{'terms':['a','b','c','d']}}}");
        assertThat(
                with.clusters().seeds(), equalTo(List.of(new Seed("a, b, c", List.of("a", "b", "c", "d"), List.of()))));
        assertThat(
                json(with), containsString("\"seeds\":[{\"label\":\"a, b, c\",\"terms\":[\"a\",\"b\",\"c\",\"d\"]}]"));
    }

    private static String json(ModelDefinition definition) throws IOException {
        return BytesReference.bytes(definition.toXContent(XContentFactory.jsonBuilder(), ToXContent.EMPTY_PARAMS))
                .utf8ToString();
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("source", SourceJson.SOURCE);
        OptionTables.check("text", OptionsJson.TEXT);
        OptionTables.check("vae", VaeOptionsJson.VAE);
        OptionTables.check("clusters", OptionsJson.CLUSTERS);
        OptionTables.check("refresh", OptionsJson.REFRESH);
        OptionTables.check("refresh.online", OptionsJson.ONLINE);
    }
}
