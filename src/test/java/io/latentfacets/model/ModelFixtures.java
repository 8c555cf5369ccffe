/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;

/** Small models and generations, complete in every part. */
public final class ModelFixtures {

    /** The JSON of the decision about every {@link #generation}. */
    public static final Map<String, Object> DECISION_JSON = Map.of(
            "mode",
            "full",
            "why",
            "drift",
            "compared_with",
            7,
            "verdict",
            "accepted",
            "start",
            "warm",
            "start_why",
            "warm from generation 7",
            "warm_starts",
            2);

    /** The JSON of the only transition in the lineage of every {@link #generation}. */
    public static final Map<String, Object> LINEAGE_JSON =
            Map.of("key", "c1", "from", List.of("c1", "c0"), "event", "merged", "overlap", 0.75);

    private ModelFixtures() {}

    /** A definition with defaults everywhere. */
    public static ModelDefinition definition(String name) {
        return parse(name, "{\"source\":{\"index\":\"news\",\"fields\":[\"title^2\",\"body\"]}}");
    }

    static ModelDefinition parse(String name, String json) {
        try {
            return ModelDefinition.parse(
                    name,
                    JsonXContent.jsonXContent.createParser(
                            NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json),
                    new Presets(Map.of("news", Map.of("text", Map.of("vocabulary_size", 1000, "phrases", false)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param weightBytes the approximate size of its archive, in bytes */
    public static Generation generation(String model, int number, Path spill, int weightBytes) {
        GenerationInfo info = new GenerationInfo(
                model, number, 1_700_000_000_000L + number, 1234, 5.5, "cpu", Map.of("nmi", 0.5 + number / 100.0));
        Vocabulary vocabulary = vocabulary(spill);
        int hidden = Math.max(1, weightBytes / 4 / (vocabulary.size() + 4));
        return new Generation(
                info,
                TextOptions.DEFAULTS,
                List.of(new SourceField("title", 2), new SourceField("body", 1)),
                null,
                vocabulary,
                VaeWeights.initial(vocabulary.inputWeights(), vocabulary.logUnigram(), List.of(hidden), 2, number),
                clusters(),
                provenance(model));
    }

    private static Provenance provenance(String model) {
        Decision decision = new Decision("full", "drift", 7, Decision.Verdict.ACCEPTED, null)
                .startedBy(new Decision.Start(true, 2, "warm from generation 7"))
                .guidedBy(List.of(
                        new SeedSupport("Energy", "c1", 12, List.of("opec"), null),
                        new SeedSupport("Cricket", null, 0, List.of("wicket"), "[0] documents show it")));
        Lineage.Transition kept = new Lineage.Transition("c1", List.of("c1", "c0"), Lineage.Event.MERGED, 0.75);
        return Provenance.of(decision, List.of(kept), definition(model));
    }

    private static Vocabulary vocabulary(Path spill) {
        try (CorpusBuilder builder = new CorpusBuilder(new StandardAnalyzer(), TextOptions.DEFAULTS, spill)) {
            for (int i = 0; i < 300; i++) {
                builder.add(List.of(
                        new FieldText(1, "crude oil barrels " + (i % 2 == 0 ? "opec" : "wheat grain harvest"))));
            }
            try (var corpus = builder.build()) {
                return corpus.vocabulary();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Clusters clusters() {
        float[][] centroids = {{1, 0}, {0, 1}};
        Partition partition = new Partition(centroids, centroids, new float[] {0, 0}, CountCurve.NONE);
        return new Clusters(
                partition,
                List.of(
                        new ClusterInfo(
                                "c1",
                                "oil, opec",
                                List.of(new ClusterTerm("oil", .5f)),
                                10,
                                .5,
                                .1f,
                                .2f,
                                List.of("a")),
                        new ClusterInfo(
                                "c2",
                                "wheat, grain",
                                List.of(new ClusterTerm("wheat", .4f)),
                                10,
                                .5,
                                .3f,
                                .4f,
                                List.of("b"))),
                3);
    }
}
