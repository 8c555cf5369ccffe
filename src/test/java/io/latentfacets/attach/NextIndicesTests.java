/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.AliasMetadata;
import org.opensearch.cluster.metadata.ComponentTemplate;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.DataStream;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.IndexTemplateMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.ingest.IngestMetadata;
import org.opensearch.ingest.PipelineConfiguration;
import org.opensearch.test.OpenSearchTestCase;

/** Which templates {@code _attach} extends for the next index of a data stream or alias, and how. */
public class NextIndicesTests extends OpenSearchTestCase {

    private static final String LATENT = "{\"type\":\"latent_vector\",\"model\":\"m\"}";

    private final Metadata.Builder metadata = Metadata.builder();
    private final Map<String, PipelineConfiguration> pipelines = new HashMap<>();

    private IndexMetadata.Builder index(String name) {
        return IndexMetadata.builder(name)
                .settings(Settings.builder()
                        .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT)
                        .put(IndexMetadata.SETTING_NUMBER_OF_SHARDS, 1)
                        .put(IndexMetadata.SETTING_NUMBER_OF_REPLICAS, 0));
    }

    /** An alias whose only index is its write index. */
    private void alias(String alias, String index) {
        metadata.put(index(index).putAlias(AliasMetadata.builder(alias)));
    }

    private void stream(String name) {
        IndexMetadata backing =
                index(DataStream.getDefaultBackingIndexName(name, 1)).build();
        metadata.put(backing, false);
        metadata.put(new DataStream(name, new DataStream.TimestampField("@timestamp"), List.of(backing.getIndex())));
    }

    private static ComposableIndexTemplate template(String pattern, String mapping, Settings settings, String... parts)
            throws IOException {
        return new ComposableIndexTemplate(
                List.of(pattern),
                new Template(settings, mapping == null ? null : new CompressedXContent(mapping), Map.of()),
                List.of(parts),
                7L,
                3L,
                Map.of("owner", "us"));
    }

    private static Settings pipelineSetting(String name) {
        return Settings.builder().put("index.default_pipeline", name).build();
    }

    private void encoding(String pipeline) {
        pipelines.put(
                pipeline,
                new PipelineConfiguration(
                        pipeline,
                        new BytesArray("{\"processors\":[{\"latent_encode\":{\"model\":\"m\"}}]}"),
                        XContentType.JSON));
    }

    private List<NextIndices.Plan> plan(Set<String> names, String... attached) {
        return indices().plan(names, Set.of(attached));
    }

    private NextIndices indices() {
        ClusterState state = ClusterState.builder(ClusterName.DEFAULT)
                .metadata(metadata.putCustom(IngestMetadata.TYPE, new IngestMetadata(pipelines)))
                .build();
        return new NextIndices(
                state, new IndexNameExpressionResolver(new ThreadContext(Settings.EMPTY)), "m", "latent");
    }

    /** The mapping of the present index encodes, and so will that of the next one, whatever pipelines do. */
    public void testAMappingThatEncodesIsCopiedIntoTheTemplate() throws IOException {
        String encoded = LATENT.replace("}", ",\"encode\":true,\"cluster_field\":\"topic\"}");
        metadata.put(index("news-000001")
                .putAlias(AliasMetadata.builder("news"))
                .putMapping("{\"properties\":{\"latent\":" + encoded + ",\"topic\":{\"type\":\"keyword\"}}}"));
        metadata.put(
                "t", template("news-*", "{\"properties\":{\"latent\":" + LATENT + "}}", pipelineSetting("theirs")));
        NextIndices.Plan plan = only("news", "news-000001");
        assertThat(plan.next(), equalTo(NextIndex.attached("news", "t")));
        assertThat(
                properties(plan.extended()),
                equalTo(Map.of(
                        "latent",
                        Map.of("type", "latent_vector", "model", "m", "encode", true, "cluster_field", "topic"),
                        "topic",
                        Map.of("type", "keyword"))));
        assertThat(plan.extended().template().settings().get("index.default_pipeline"), equalTo("theirs"));
        metadata.put("t", plan.extended());
        assertThat(only("news", "news-000001").next(), equalTo(NextIndex.unchanged("news", "t")));
    }

    private NextIndices.Plan only(String name, String... attached) {
        List<NextIndices.Plan> plans = plan(Set.of(name), attached);
        assertThat(plans.toString(), plans.size(), equalTo(1));
        return plans.get(0);
    }

    private static Object properties(ComposableIndexTemplate template) {
        Map<String, Object> mapping = XContentHelper.convertToMap(
                        template.template().mappings().uncompressed(), true, MediaTypeRegistry.JSON)
                .v2();
        return mapping.get("properties");
    }

    private static void assertRefused(NextIndices.Plan plan, String... inReason) {
        assertThat(plan.next().result(), equalTo(NextIndex.Result.NOT_ATTACHED));
        assertThat(plan.extended(), nullValue());
        for (String part : inReason) {
            assertThat(plan.next().reason(), containsString(part));
        }
    }

    public void testTheTemplateOfADataStreamGetsFieldAndPipelineAndKeepsTheRest() throws IOException {
        stream("logs");
        Settings shards = Settings.builder().put("index.number_of_shards", 2).build();
        metadata.put("mine", template("logs*", "{\"properties\":{\"text\":{\"type\":\"text\"}}}", shards));
        NextIndices.Plan plan = only("logs", ".ds-logs-000001");
        assertThat(plan.next(), equalTo(NextIndex.attached("logs", "mine")));
        ComposableIndexTemplate extended = plan.extended();
        assertThat(
                properties(extended),
                equalTo(Map.of(
                        "text", Map.of("type", "text"), "latent", Map.of("type", "latent_vector", "model", "m"))));
        assertThat(extended.template().settings().get("index.default_pipeline"), equalTo("m"));
        assertThat(extended.template().settings().get("index.number_of_shards"), equalTo("2"));
        assertThat(extended.indexPatterns(), contains("logs*"));
        assertThat(extended.priority(), equalTo(7L));
        assertThat(extended.version(), equalTo(3L));
        assertThat(extended.metadata(), equalTo(Map.of("owner", "us")));
    }

    public void testALevelForTheTypeIsTakenOffAndAMappingMayBeMissing() throws IOException {
        stream("logs");
        metadata.put(
                "mine", template("logs", "{\"_doc\":{\"properties\":{\"a\":{\"type\":\"date\"}}}}", Settings.EMPTY));
        assertThat(
                properties(only("logs", ".ds-logs-000001").extended()),
                equalTo(Map.of("a", Map.of("type", "date"), "latent", Map.of("type", "latent_vector", "model", "m"))));
        metadata.put("mine", template("logs", null, null));
        assertThat(
                properties(only("logs", ".ds-logs-000001").extended()),
                equalTo(Map.of("latent", Map.of("type", "latent_vector", "model", "m"))));
    }

    public void testATemplateThatAttachesAlreadyIsLeftAlone() throws IOException {
        stream("logs");
        metadata.put("mine", template("logs*", "{\"properties\":{\"latent\":" + LATENT + "}}", pipelineSetting("m")));
        assertThat(only("logs").next(), equalTo(NextIndex.unchanged("logs", "mine")));
        assertThat(only("logs").extended(), nullValue());
    }

    public void testWhatComponentsBringIsNotRepeated() throws IOException {
        stream("logs");
        encoding("own");
        metadata.put(
                "part",
                new ComponentTemplate(
                        new Template(
                                pipelineSetting("own"),
                                new CompressedXContent("{\"properties\":{\"latent\":" + LATENT + "}}"),
                                null),
                        null,
                        null));
        metadata.put("mine", template("logs*", null, null, "part"));
        assertThat(only("logs").next(), equalTo(NextIndex.unchanged("logs", "mine")));
    }

    public void testAPipelineThatEncodesIsKeptAndAnotherOneRefused() throws IOException {
        stream("logs");
        encoding("own");
        metadata.put("mine", template("logs*", null, pipelineSetting("own")));
        NextIndices.Plan kept = only("logs", ".ds-logs-000001");
        assertThat(kept.next(), equalTo(NextIndex.attached("logs", "mine")));
        assertThat(kept.extended().template().settings().get("index.default_pipeline"), equalTo("own"));
        metadata.put("mine", template("logs*", null, pipelineSetting("other")));
        assertRefused(only("logs", ".ds-logs-000001"), "[index.default_pipeline] [other]", "attach again");
    }

    public void testAFieldThatIsSomethingElseIsRefused() throws IOException {
        stream("logs");
        metadata.put("mine", template("logs*", "{\"properties\":{\"latent\":{\"type\":\"keyword\"}}}", Settings.EMPTY));
        assertRefused(only("logs", ".ds-logs-000001"), "[latent]");
    }

    public void testATemplateThatServesOthersTooIsRefusedUntilTheyAreAttached() throws IOException {
        stream("logs-a");
        stream("logs-b");
        metadata.put(index("logs-old"));
        metadata.put("mine", template("logs-*", null, null));
        assertRefused(
                only("logs-a", ".ds-logs-a-000001"), "[logs-*]", "[2] more indices or data streams", "higher priority");
        List<NextIndices.Plan> both =
                plan(Set.of("logs-b", "logs-a"), ".ds-logs-a-000001", ".ds-logs-b-000001", "logs-old");
        assertThat(
                both.stream().map(NextIndices.Plan::next).toList(),
                contains(NextIndex.attached("logs-a", "mine"), NextIndex.attached("logs-b", "mine")));
    }

    public void testOnlyTheTemplateOfHighestPriorityCounts() throws IOException {
        stream("logs-a");
        stream("logs-b");
        metadata.put("all", template("logs-*", null, null));
        metadata.put("one", new ComposableIndexTemplate(List.of("logs-a"), null, List.of(), 8L, null, null));
        assertThat(only("logs-a", ".ds-logs-a-000001").next(), equalTo(NextIndex.attached("logs-a", "one")));
    }

    public void testTheNextIndexOfAnAliasIsTheNumberOneHigher() throws IOException {
        alias("news", "news-000009");
        metadata.put("narrow", template("news-000010", null, null));
        assertThat(only("news", "news-000009").next(), equalTo(NextIndex.attached("news", "narrow")));
    }

    public void testTheNextIndexOfAnAliasGetsTheFieldAsTheLastHasIt() throws IOException {
        metadata.put(
                index("news-1")
                        .putAlias(AliasMetadata.builder("news").writeIndex(true))
                        .putMapping(
                                "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"m\",\"neighbors\":true}}}"));
        metadata.put(index("news-0").putAlias(AliasMetadata.builder("news").writeIndex(false)));
        metadata.put("mine", template("news-*", null, null));
        assertThat(
                properties(only("news", "news-0").extended()),
                equalTo(Map.of("latent", Map.of("type", "latent_vector", "model", "m", "neighbors", true))));
    }

    public void testAliasesThatDoNotRollOverAndIndicesHaveNoNextIndex() {
        alias("plain", "articles");
        metadata.put(index("one-1").putAlias(AliasMetadata.builder("two")));
        metadata.put(index("one-2").putAlias(AliasMetadata.builder("two")));
        assertThat(plan(Set.of("plain", "articles", "one-1", "two", "unknown")), empty());
    }

    public void testWithoutAnIndexTemplateTheReasonSaysWhatToMake() throws IOException {
        alias("news", "news-1");
        assertRefused(only("news", "news-1"), "no index template matches the next index [news-000002]");
        metadata.put(IndexTemplateMetadata.builder("ancient")
                .patterns(List.of("news-*"))
                .settings(Settings.EMPTY)
                .order(0)
                .build());
        assertRefused(only("news", "news-1"), "legacy templates [ancient]", "_index_template");
    }

    public void testATemplateThatSomebodyHasWrittenAnewIsFound() throws IOException {
        metadata.put(index("news-000001")
                .putAlias(AliasMetadata.builder("news"))
                .putMapping("{\"properties\":{\"latent\":" + LATENT + "}}"));
        alias("source", "source-000001");
        metadata.put("mine", template("news-*", "{\"properties\":{\"latent\":" + LATENT + "}}", pipelineSetting("m")));
        List<String> bound = List.of("news", "source", "news-000001", "wild*");
        assertThat(indices().asIs(bound), contains(NextIndex.unchanged("news", "mine")));
        metadata.put("mine", template("news-*", null, pipelineSetting("m")));
        List<NextIndex> lost = indices().asIs(bound);
        assertThat(
                lost.toString(),
                lost.stream().map(NextIndex::result).toList(),
                contains(NextIndex.Result.NOT_ATTACHED));
        assertThat(lost.get(0).reason(), containsString("lacks the field [latent]"));
    }

    public void testAListWithAWildcardStillBindsTheAliasesThatItNames() {
        alias("news", "news-1");
        metadata.put(index("mail"));
        stream("logs");
        ClusterState state =
                ClusterState.builder(ClusterName.DEFAULT).metadata(metadata).build();
        List<String> all = List.of("news-1", "mail", ".ds-logs-000001");
        assertThat(
                TransportAttachAction.named(List.of("news", "m*", "log*"), all, state),
                contains("news", "mail", "logs"));
        assertThat(
                "an alias of which an index is left out",
                TransportAttachAction.named(List.of("news", "m*"), List.of("mail"), state),
                allOf(contains("mail")));
    }
}
